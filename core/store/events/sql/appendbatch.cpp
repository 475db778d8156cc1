#include "core/store/events/sql/appendbatch.h"

namespace entvas {

AppendBatch::AppendBatch(const QList<AppendJob> &from, const RefusedEvents &refused, bool counted)
{
    jobs.reserve(from.size());
    for (const AppendJob &job : from) {
        QList<AppendOutcome> outcomes;
        outcomes.reserve(job.events.size());
        for (const Event &event : job.events) {
            const bool isRefused = refused.places.contains(outcomes.size());
            if (!event.idempotencyKey.isEmpty() && !isRefused)
                keyed[{job.project, event.idempotencyKey}] << Place(jobs.size(), outcomes.size());
            outcomes << AppendOutcome{isRefused ? AppendOutcome::Status::Rejected : AppendOutcome::Status::Accepted,
                                      event.id, event.receivedAtMs};
        }
        jobs << CommittedJob{job, outcomes, refused.why.text};
        AppendJob &taken = jobs.last().job;
        if (counted && !refused.places.isEmpty()) {
            if (taken.rejected == 0)
                taken.rejectedAtMs = job.events.first().receivedAtMs;
            taken.rejected += refused.places.size();
        }
        if (taken.rejected > 0)
            rejections[{job.project, minuteOf(taken.rejectedAtMs)}] += taken.rejected;
    }
}

} // namespace entvas
