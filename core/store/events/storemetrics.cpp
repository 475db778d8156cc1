#include "core/store/events/storemetrics.h"

#include "core/base/metrics.h"

namespace entvas {

void collect(const StoreWriter::Stats &stats, MetricFamilies &into)
{
    into.gauge("entvas_database_available", "1 while the database answers.", stats.isAvailable);
    into.histogram("entvas_store_commit_duration_seconds", "Time of each committed transaction.", stats.commitSeconds);
    into.histogram("entvas_store_batch_events", "Events of each committed transaction.", stats.batchEvents);
    into.counter("entvas_store_failed_commits_total", "Transactions that failed.", double(stats.failedCommits));
    into.gauge("entvas_housekeeping_failing",
               "1 while the last round of housekeeping failed: old rows stay, and tables grow.", stats.isUpkeepFailing);
    into.counter("entvas_housekeeping_failures_total", "Rounds of housekeeping that failed, in part or as a whole.",
                 double(stats.failedUpkeep));
    into.counter("entvas_database_losses_total", "Times that the database connection was lost.", double(stats.losses));
    into.counter("entvas_ingest_refused_away_total", "Requests refused because the database was unavailable.",
                 double(stats.refusedAway));
    into.limit({"entvas_store_queue_events", LimitText::Unit::Count, "Events that wait for the database.",
                "Requests refused with 503 because the queue was full of events."},
               stats.queueEvents);
    into.limit({"entvas_store_queue", LimitText::Unit::Bytes,
                "Bytes of events that wait for the database, approximately.",
                "Requests refused with 503 because the queue was full of bytes."},
               stats.queueBytes);
}

void collect(const ReaderUse &use, MetricFamilies &into)
{
    into.limit({"entvas_store_questions", LimitText::Unit::Count, "Queries that wait for the database.",
                "Queries refused with 503 because the wait queue was full."},
               use.waiting);
    into.limit({"entvas_store_question_time", LimitText::Unit::Milliseconds,
                "Time that the oldest query with a waiting client has taken.",
                "Queries answered with 503 because the database did not answer in time."},
               use.time);
}

} // namespace entvas
