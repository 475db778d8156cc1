#pragma once

#include "core/store/events/announcement.h"
#include "server/api/projectrereads.h"
#include "server/cluster/fanout.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QUuid>

namespace entvas {

class LiveHub;

// What other servers of the same database have stored, on its way into the live counts and the event lists here. Only
// where a database can be shared. Lives in the server's thread.
class ClusterSync : public QObject
{
    Q_OBJECT
public:
    // What it works on; must outlive it.
    struct Parts {
        StoreReader *reader = nullptr;
        CountsReader *counts = nullptr;
        LiveProjects *projects = nullptr;
        LiveHub *hub = nullptr;
    };
    // `run` is our writer's. Listens from now on.
    ClusterSync(const DatabaseUrl &database, const QString &run, const FanoutLimits &limits, const Parts &parts);

    // The project's counts are as of `positions`: whatever others store later is added to them.
    void follow(const QString &project, const Positions &positions) { m_fanout.follow(project, positions); }
    // Whether a job that is stored is not in the project's counts yet.
    bool isNew(const CommittedJob &job) { return m_fanout.isNew(job); }
    // We have stored something.
    void wakeOthers() { m_fanout.wakeOthers(); }
    // The database is known to be back.
    void retryNow() { m_fanout.retryNow(); }
    Fanout::Stats stats() const { return m_fanout.stats(); }
    void stop();

private:
    // The newest events of others that are not read yet, for a project whose tail is subscribed to.
    struct Tail {
        QList<QUuid> newest; // at most Announcement::kMaxNewest
        qint64 skipped = 0;
        bool isAsking = false;
    };
    void onArrived(const QString &project, const Announcement &what);
    void readTail(const QString &project);

    StoreReader *m_reader;
    LiveProjects *m_projects;
    LiveHub *m_hub;
    ProjectRereads m_rereads;
    Fanout m_fanout;
    bool m_isStopped = false;
    QHash<QString, Tail> m_tails;
};

} // namespace entvas
