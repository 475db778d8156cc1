#pragma once

#include "app/board/serverclock.h"
#include "app/feed/feed.h"
#include "core/base/clock.h"

#include <optional>
#include <QObject>

namespace entvas {

// What a feed has said of one project: counts, users, rejected events, sums, its store, and the time of its clock.
// Times are UTC milliseconds. Lives in the UI thread.
// More than 25 functions: ten only give out a value, seven are signals, seven read one kind of message each.
class FeedNumbers : public QObject
{
    Q_OBJECT
public:
    explicit FeedNumbers(const Clock &clock, QObject *parent = nullptr);

    void clear(); // another feed
    // `latencyMs` of the last ping; -1 = unknown.
    void take(const wire::ServerMessage &message, int latencyMs);
    void show(Picture &picture, int latencyMs); // gets the numbers before in exchange, to be freed elsewhere
    void trim(qint64 nowMs);                    // what is too old to be shown

    bool hasData() const { return m_hasData; } // a snapshot has come
    const LiveCube &cube() const { return m_cube; }
    const std::optional<LiveUsers> &users() const { return m_users; }            // of a server that counts them
    const std::optional<RejectedCounts> &rejected() const { return m_rejected; } // of a server that sends them by time
    const wire::Totals &totals() const { return m_totals; }
    const QString &storeName() const { return m_store; }
    const QList<wire::Project> &projects() const { return m_projects; }
    const QString &project() const { return m_project; }
    qint64 heardAtMs() const { return m_heardAtMs; }         // own clock; 0 = never
    qint64 changedAtMs() const { return m_changedAtMs; }     // own clock, last change of a number; 0 = never
    qint64 clockOffsetMs() const { return m_clockOffsetMs; } // server minus own; follows the measured one in steps

Q_SIGNALS:
    void changed();   // a number
    void began();     // the first numbers of this project are there
    void described(); // store or projects
    void clockSet();  // clockOffsetMs()
    void tailed(const entvas::wire::Tail &tail);
    void complained(const QString &reason);                     // an error that the server sent
    void wentBack(const QString &headline, const QString &why); // sums are less than before: never without a word

private:
    void on(const wire::Hello &hello);
    void on(const wire::Snapshot &snapshot);
    void on(const wire::Delta &delta);
    void on(const wire::Tail &tail);
    void on(const wire::Heartbeat &heartbeat);
    void on(const wire::Error &error);
    void on(const wire::Authenticated &) {} // no number changes
    static QString sameRun();
    void setTotals(const wire::Totals &totals, const QString &why);
    void measureClock(qint64 serverTimeMs);

    const Clock &m_clock;
    LiveCube m_cube;
    std::optional<LiveUsers> m_users;
    std::optional<RejectedCounts> m_rejected;
    wire::Totals m_totals;
    QString m_store;
    QList<wire::Project> m_projects;
    QString m_project;
    QString m_epoch;     // the server run that the numbers are of
    QString m_greetedBy; // the server run that said hello last
    ServerClock m_serverClock;
    int m_latencyMs = -1;
    qint64 m_clockOffsetMs = 0;
    qint64 m_heardAtMs = 0;
    qint64 m_changedAtMs = 0;
    bool m_hasData = false;
};

} // namespace entvas
