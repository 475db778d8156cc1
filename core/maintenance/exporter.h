#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <memory>
#include <QByteArray>

namespace entvas {

// What `entvas export` writes: the same text as GET /export/*, page by page and newest first, beside a server that is
// at work or without one. What is received meanwhile is not part of it. Used in one thread; blocks while the database
// works.
struct ExportQuery {
    QString project;
    qint64 fromMs = 0; // of receipt, [fromMs, toMs)
    qint64 toMs = 0;
    QString eventType; // empty = any
    QString userId;    // empty = any
};

class Exporter
{
public:
    // "csv", "ndjson" or "json".
    Exporter(const DatabaseUrl &database, const QString &format, ExportQuery query);
    ~Exporter();
    Q_DISABLE_COPY_MOVE(Exporter)

    // Changes nothing. Fault::NotFound when there is no such project; Fault::Configuration when there is no such
    // database, or it is of another version.
    Result<void> open();
    // Roughly how many events will come: all of the project that it ever had.
    Result<qint64> expected();
    // Goes on behind the event that cursor() named when `events` had been written.
    void resume(const QString &cursor, qint64 events);

    // The next piece of text; isDone() once it was the last.
    Result<QByteArray> next();
    bool isDone() const;
    qint64 events() const;
    QString cursor() const; // empty before the first event

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
