#pragma once

#include "core/store/connection/sqlconnection.h"
#include "core/store/events/announcement.h"

#include <functional>

class QObject;

namespace entvas {

// A connection to what the servers of one database announce to each other: reads what is new, wakes the others, and is
// woken by them. Made, used and destroyed in one thread, which needs an event loop.
class AnnouncementFeed
{
public:
    static constexpr int kMaxRows = 512;   // of one read …
    static constexpr int kMostOfEach = 64; // … and of one writer in it, so that none keeps the others waiting

    struct Row {
        QString project;
        QString writer;
        qint64 seq = 0;
        double ageMs = 0; // since it was written, by the database's clock
        QString payload;
    };
    // What is known of each followed project, and of each writer in it.
    struct Seen {
        qint64 seq = 0;
        qint64 until = 0; // 0 = without end
    };
    using SeenWriters = QHash<QString, Seen>;
    // The last announcements that are counted here.
    struct Counted {
        QString project;
        QString writer;
        qint64 seq = 0;
    };

    AnnouncementFeed(DatabaseUrl url, QString own) : m_connection(std::move(url)), m_own(std::move(own)) {}

    // Connects, or connects again. `woken` is called in this thread with the writer that announced something,
    // as long as `context` lives; that the connection died shows only when it is used.
    Result<void> open(QObject *context, const std::function<void(const QString &writer)> &woken);
    void close() { m_connection.close(); }
    const std::shared_ptr<Interrupter> &interrupter() const { return m_connection.interrupter(); }
    // Of other writers, and of our own only what `until` asks for. As many as kMaxRows: there may be more.
    Result<QList<Row>> read(const QHash<QString, SeenWriters> &seen);
    // Names the history that the database is in; another one than before: it may lack what was there. Empty where the
    // database does not know.
    Result<QString> history();
    // The projects of those that are not there: taken back with all that they announced, or too long ago.
    Result<QStringList> missing(const QList<Counted> &counted);
    // Notifies all servers, ourselves too, that there is something to read. In a transaction of its own: that one is
    // serialised over the whole database while it commits, and events must not wait for it.
    Result<void> wake();

private:
    SqlConnection m_connection;
    QString m_own;
};

} // namespace entvas
