#include "server/api/storedpublisher.h"

#include "server/api/clustersync.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"

namespace entvas {

void StoredPublisher::publish(const QList<CommittedJob> &jobs)
{
    for (const CommittedJob &job : jobs)
        if (LiveProject *project = m_projects->find(job.job.project); project && (!m_cluster || m_cluster->isNew(job)))
            project->add(job);
    m_hub->publish(jobs);
    if (m_cluster)
        m_cluster->wakeOthers();
}

void StoredPublisher::forgetAdmitted()
{
    for (const auto &[id, project] : m_projects->all())
        project->forgetAdmitted();
}

} // namespace entvas
