#pragma once

#include "app/feed/eventpages.h"

#include <functional>
#include <QSaveFile>

namespace entvas {

// Writes all stored events of a span to a file, newest first, a page at a time: any number of them in the memory of one
// page. The file appears, or replaces an older one, only when it is whole. Lives in the UI thread.
class RawExport : public QObject
{
    Q_OBJECT
public:
    using Line = std::function<QByteArray(const wire::TailEvent &)>;

    RawExport(EventPagesOptions options, const QString &path, QByteArray head, Line line, QObject *parent = nullptr);

    void start(const TimeSpan &span);
    void cancel();                               // nothing is left behind; no signal comes after it
    qint64 written() const { return m_written; } // events

Q_SIGNALS:
    void progressed(qint64 events);
    void finished(qint64 events);
    void failed(const QString &reason); // a sentence; nothing is left behind

private:
    void onPage(const QList<wire::TailEvent> &events);
    void fail(const QString &reason);

    EventPages m_pages;
    QSaveFile m_file;
    QByteArray m_head;
    Line m_line;
    qint64 m_written = 0;
    bool m_isRunning = false;
};

} // namespace entvas
