#pragma once

#include <QList>
#include <QObject>

namespace entvas {

class ClusterSync;
class LiveHub;
class LiveProjects;
struct CommittedJob;

// Events that this server has stored and answered, on their way to the screens: counted in their project, published to
// dashboards, announced to other servers. Comes after Ingest::stored(), before LiveHub::flush(). Lives in the server's
// thread.
class StoredPublisher : public QObject
{
    Q_OBJECT
public:
    // Both must outlive it.
    StoredPublisher(LiveProjects *projects, LiveHub *hub) : m_projects(projects), m_hub(hub) {}

    // The database is shared with other servers from now on.
    void setCluster(ClusterSync *cluster) { m_cluster = cluster; }
    void publish(const QList<CommittedJob> &jobs);
    // No event is on its way any more, and some were lost: their series need no room.
    void forgetAdmitted();

private:
    LiveProjects *m_projects;
    LiveHub *m_hub;
    ClusterSync *m_cluster = nullptr; // none: no other server has this database
};

} // namespace entvas
