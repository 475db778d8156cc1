#pragma once

#include "core/store/eventstore.h"

#include <deque>
#include <map>

namespace entvas {

// Jobs that wait for the writer, first come first served within a project. Between projects it is deficit round robin
// (Shreedhar and Varghese, 1995): each gets its share of every batch by events, so that a flood in one delays another
// by no more than its own turn. Bounded; not thread-safe.
class JobQueue
{
public:
    struct Limits {
        qint64 events = 0; // over all jobs; a job without events counts as one
        qint64 bytes = 0;  // of metadata and strings, approximately
    };
    explicit JobQueue(Limits limits) : m_limits(limits) {}

    enum class Pushed { Taken, TooManyEvents, TooManyBytes };
    // Not Taken: nothing was. As long as several projects use the queue each may fill half of it. A job that
    // is larger than the queue passes when nothing else waits.
    Pushed push(AppendJob job);
    // The next batch: at least one job when any waits, then as many as fit.
    QList<AppendJob> take(Limits batch);
    QList<AppendJob> takeAll();

    bool isEmpty() const { return m_events == 0; }
    qint64 events() const { return m_events; }
    qint64 bytes() const { return m_bytes; }
    bool isShared() const; // jobs of several projects wait

private:
    struct Waiting {
        std::deque<AppendJob> jobs;
        qint64 events = 0;
        qint64 bytes = 0;
        qint64 credit = 0; // events that it may still put into batches
    };
    using Projects = std::map<QString, Waiting>; // as many as there are projects with keys
    AppendJob pop(Waiting &from);

    Limits m_limits;
    Projects m_projects;
    QString m_last; // the project that was served last
    qint64 m_events = 0;
    qint64 m_bytes = 0;
};

// Events of a job as queues count them.
qint64 weightOf(const AppendJob &job);

} // namespace entvas
