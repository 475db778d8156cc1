#pragma once

#include "core/base/metrics.h"
#include "core/model/settings.h"
#include "core/store/events/announcement.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <QObject>
#include <QThread>

namespace entvas {

struct CommittedJob;
class Interrupter;

struct FanoutLimits {
    int wakeEveryMs = 20;    // between two wake-ups that we send, and between two that we follow
    int lookEveryMs = 3'000; // also without a notification
    // The newest announcement of each writer is kept for a day: a server that was away for longer reads all anew.
    qint64 awayMs = 12LL * 3'600'000;
    bool wakes = true; // false: others find out when they look; for tests
};

// What the other servers of the database have stored since our snapshots were read, and the other way round. Each batch
// of each server leaves one row in the table of announcements, in its own transaction; a notification after the commit
// only says that there is something to read, so a lost one costs time and nothing else. Rows of a writer come in
// order and without gaps: a server that finds one has been away for too long, and reads the project's counts anew.
// Lives in the server's thread; a thread of its own has the connection.
class Fanout final : public QObject
{
    Q_OBJECT
public:
    struct Stats {
        static constexpr std::array<double, 12> kDelaySeconds{.005, .01, .025, .05, .1, .15, .2, .3, .5, 1, 5, 20};
        bool isListening = false;                  // connected, and what is announced can be read
        quint64 sent = 0;                          // announcements of ours
        quint64 woken = 0;                         // notifications sent
        quint64 received = 0;                      // announcements of others
        quint64 outdated = 0;                      // times that a project's counts had to be read anew …
        quint64 gaps = 0;                          // … because announcements were gone …
        quint64 unreadable = 0;                    // … or made no sense, or were too large to be written
        quint64 losses = 0;                        // of the connection
        Histogram<12> delaySeconds{kDelaySeconds}; // from the writing in the database to the counts here
    };
    // Writers that are known of each project. Of one beyond it nothing is known any more, and it is read anew.
    static constexpr qsizetype kMaxWriters = 1'000;

    // `run` is our writer's; `database` is PostgreSQL.
    Fanout(const DatabaseUrl &database, QString run, QStringList dimensions, FanoutLimits limits,
           QObject *parent = nullptr);
    ~Fanout() override; // interrupts and waits for the thread

    // The project's snapshot is as of `positions`: all that came later arrives from now on, and nothing twice. Also
    // what we have stored and counted ourselves since.
    void follow(const QString &project, const Positions &positions);
    // Whether a job that is stored is not in the project's counts yet.
    bool isNew(const CommittedJob &job);
    // There is something to read; from any thread.
    void wakeOthers();
    // The database is known to be back.
    void retryNow();
    Stats stats() const;
    static void collect(const Stats &stats, MetricFamilies &into);

Q_SIGNALS:
    void arrived(const QString &project, const entvas::Announcement &what); // to be added to the counts
    void outdated(const QString &project); // its counts lack something: read them, then follow() again

private:
    class Worker;
    struct Row {
        QString project;
        quint64 generation = 0; // of follow()
        double ageMs = 0;       // when it was read …
        qint64 readAtMs = 0;    // … on the steady clock
        Announcement what;
        bool isLost = false; // of what should have been here nothing is known
    };
    struct Followed {
        quint64 generation = 0;
        qint64 own = 0;     // the last of ours that is counted …
        qint64 skipped = 0; // … and the last that the snapshot had from the database
    };
    void take(const QList<Row> &rows);

    QString m_run;
    QHash<QString, Followed> m_followed;
    std::shared_ptr<std::atomic<bool>> m_waking; // a wake-up is on its way to the worker
    mutable std::mutex m_mutex;
    Stats m_stats;                              // under m_mutex
    QHash<QString, qint64> m_own;               // under m_mutex; by project: the last of ours that its counts have
    std::shared_ptr<Interrupter> m_interrupter; // of the worker's connection
    QThread m_thread;
    Worker *m_worker; // lives and dies in m_thread
};

} // namespace entvas
