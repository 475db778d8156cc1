#include "server/api/countsreader.h"

#include "core/base/clock.h"
#include "server/live/liveprojects.h"

namespace entvas {

CountsReader::CountsReader(StoreReader *reader, const Clock *clock, QStringList dimensions, Writers writers)
    : m_reader(reader),
      m_clock(clock),
      m_dimensions(std::move(dimensions)),
      m_writers(writers),
      m_stop(std::make_shared<std::atomic<bool>>(false))
{
}

bool CountsReader::readAll(QObject *context, std::function<void(Result<WarmUpPtr>)> answer)
{
    return m_reader->ask<WarmUpPtr>(
        context,
        [dimensions = m_dimensions, now = m_clock->nowMs(), stop = m_stop, writers = m_writers](EventStore &store) {
            return warmUpAll(store, {}, LiveProjects::kMaxProjects, dimensions, now, *stop, writers);
        },
        std::move(answer));
}

bool CountsReader::readProject(QObject *context, const QString &project, std::function<void(Result<StatePtr>)> answer)
{
    return m_reader->ask<StatePtr>(
        context,
        [project, dimensions = m_dimensions, now = m_clock->nowMs(), stop = m_stop, writers = m_writers](
            EventStore &store) { return warmUp(store.reader(), project, dimensions, now, *stop, writers); },
        std::move(answer), kPatience);
}

bool CountsReader::readSeconds(QObject *context, const QString &project,
                               std::function<void(Result<RecentSeconds>)> answer)
{
    ParseRules rules;
    rules.dimensions = m_dimensions.mid(1);
    return m_reader->ask<RecentSeconds>(
        context,
        [rules, project, now = m_clock->nowMs(), stop = m_stop](EventStore &store) {
            return entvas::readSeconds(store.reader(), project, rules, now, now, *stop);
        },
        std::move(answer), kPatience);
}

} // namespace entvas
