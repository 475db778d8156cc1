// Projects that come and go while the server runs, and their counts.
#include "core/base/log.h"
#include "core/store/events/storereader.h"
#include "server/api/servercore.h"
#include "server/cluster/directorywatch.h"
#include "server/live/liveprojects.h"
#include "server/live/warmup.h"

using namespace Qt::StringLiterals;

namespace entvas {

// Administration changes the database: what it did takes effect here. The keys have it already.
void ServerCore::applyDirectory(const Directory &directory)
{
    if (m_stage != Stage::Serving)
        return m_directory->stop();
    m_access.setMembers(directory.members);
    m_hub->lookAtReaders();
    closeProjectsNotIn(directory); // first: they make room
    for (const Project &project : directory.projects)
        if (LiveProject *open = m_projects->find(project.id))
            open->rename(project.name);
    openMissing();
}

// Some at a time, so that people's questions find room beside them.
void ServerCore::openMissing()
{
    QString left;
    for (const Project &project : m_directory->current().projects) {
        if (m_opening.size() >= kMostOpening)
            return;
        if (m_projects->find(project.id) || m_opening.contains(project.id))
            continue;
        if (m_projects->all().size() + std::size_t(m_opening.size()) < LiveProjects::kMaxProjects)
            openProject(project);
        else if (left.isEmpty())
            left = project.id;
    }
    if (left == m_leftOut)
        return;
    m_leftOut = left;
    if (left.isEmpty())
        return;
    ++m_timesFull;
    log::error("server", u"the database has more projects than can be opened: delete some"_s,
               {{u"notOpen"_s, left},
                {u"projects"_s, m_directory->current().projects.size()},
                {u"limit"_s, qint64(LiveProjects::kMaxProjects)}});
}

void ServerCore::closeProjectsNotIn(const Directory &directory)
{
    QSet<QString> there;
    for (const Project &project : directory.projects)
        there.insert(project.id);
    QStringList gone;
    for (const auto &open : m_projects->all())
        if (!there.contains(open.first))
            gone << open.first;
    for (const QString &id : gone) {
        log::info("server", u"a project was deleted"_s, {{u"project"_s, id}});
        m_hub->forget(m_projects->find(id));
        m_projects->close(id);
    }
}

// Whatever it takes to read its counts: nobody else waits for it.
void ServerCore::openProject(const Project &project)
{
    const bool taken = m_reader->ask<std::shared_ptr<WarmState>>(
        this,
        [this, id = project.id, dimensions = m_projects->dimensions(), now = m_clock->nowMs(),
         writers = writers()](EventStore &store) { return warmUp(store, id, dimensions, now, m_stopWarming, writers); },
        [this, project](const Result<std::shared_ptr<WarmState>> &state) {
            m_opening.remove(project.id);
            if (m_stage != Stage::Serving)
                return;
            if (!state) // the next look tries again
                return log::warning("server", u"a project could not be opened yet"_s,
                                    {{u"project"_s, project.id}, {u"reason"_s, state.failure().text}});
            if (m_directory->has(project.id))
                open(project, std::move(*state.value()));
            openMissing();
        },
        kLongRead);
    if (taken)
        m_opening.insert(project.id);
}

void ServerCore::open(const Project &project, WarmState state)
{
    const Positions positions = state.positions;
    m_projects->open(project, std::move(state));
    if (m_fanout)
        m_fanout->follow(project.id, positions);
    else
        fillSeconds(project.id);
}

// The last minutes by second are nice to have at once, and no reason to keep anybody waiting.
void ServerCore::fillSeconds(const QString &project)
{
    ParseRules rules;
    rules.dimensions = m_settings.dimensions;
    const bool taken = m_reader->ask<RecentSeconds>(
        this,
        [this, rules, project, now = m_clock->nowMs()](EventStore &store) {
            return readSeconds(store, project, rules, now, now, m_stopWarming);
        },
        [this, project](const Result<RecentSeconds> &seconds) {
            if (!seconds)
                return log::warning("server", u"the last minutes could not be read by second"_s,
                                    {{u"reason"_s, seconds.failure().text}});
            if (m_stage != Stage::Serving)
                return;
            LiveProject *open = m_projects->find(project);
            if (!open)
                return; // deleted meanwhile
            open->addSeconds(seconds.value());
            if (!seconds.value().counts.isEmpty())
                m_hub->publish({});
        },
        kLongRead);
    if (!taken)
        log::warning("server", u"the last minutes could not be read by second: too many questions wait"_s);
}

} // namespace entvas
