#pragma once

#include "core/base/clock.h"
#include "core/base/metrics.h"
#include "core/file/exportrows.h"
#include "server/http/message.h"

#include <list>
#include <QObject>

namespace entvas {

class HistoryReader;

// GET /export/csv, /export/json, /export/ndjson: all stored events that a filter finds, newest first, in one answer of
// any size. Read page by page as the peer takes them, so that memory stays that of a page and other questions to the
// database come between two of them; what is received meanwhile is not part of it. Lives in the server's thread; the
// pages are made in the reader's.
class Exports : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostAtOnce = 4;
    static constexpr int kFirstPage = 250; // events; then as many as …
    static constexpr int kLeastPage = 10;
    static constexpr int kMostPage = 2'000;
    static constexpr qsizetype kPageBytes = 512 * 1024; // … make about this
    static constexpr int kRetryMs = 100;                // while too many questions wait for the database
    static constexpr int kMostRetries = 100;

    using Format = ExportFormat;

    // Both must outlive it.
    Exports(HistoryReader *reader, const Clock *clock, QObject *parent = nullptr);
    ~Exports() override;

    // `mayGoOn` is asked before each page: an export of hours must not outlive the right to it. It is then broken off.
    using MayGoOn = std::function<bool()>;
    void get(Format format, const QString &project, const MayGoOn &mayGoOn, const HttpRequest &request,
             const HttpResponder &responder);

    const Metrics &metrics() const;

private:
    struct Counts;
    class Export;

    HistoryReader *m_reader;
    const Clock *m_clock;
    std::shared_ptr<Counts> m_counts; // exports may outlive us by the time that their connections take to end
    std::list<std::shared_ptr<Export>> m_opening; // their first page is on its way
};

} // namespace entvas
