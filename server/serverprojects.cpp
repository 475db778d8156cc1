// Projects that come and go while the server runs, and their counts.
#include "core/log.h"
#include "core/store/storereader.h"
#include "server/directorywatch.h"
#include "server/liveprojects.h"
#include "server/servercore.h"
#include "server/warmup.h"

using namespace Qt::StringLiterals;

namespace entvas {

// Administration changes the database: what it did takes effect here. The keys have it already.
void ServerCore::applyDirectory(const Directory &directory)
{
    if (m_stage != Stage::Serving)
        return m_directory->stop();
    m_access.setMembers(directory.members);
    m_hub->lookAtReaders();
    for (const Project &project : directory.projects) {
        if (LiveProject *open = m_projects->find(project.id))
            open->rename(project.name);
        else
            openProject(project);
    }
    closeProjectsNotIn(directory);
}

void ServerCore::closeProjectsNotIn(const Directory &directory)
{
    QStringList gone;
    for (const auto &open : m_projects->all())
        if (std::none_of(directory.projects.cbegin(), directory.projects.cend(),
                         [&](const Project &there) { return there.id == open.first; }))
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
    if (m_opening.contains(project.id) ||
        m_projects->all().size() + std::size_t(m_opening.size()) >= LiveProjects::kMaxProjects)
        return;
    const bool taken = m_reader->ask<std::shared_ptr<WarmState>>(
        this,
        [this, id = project.id, dimensions = m_projects->dimensions(), now = m_clock->nowMs(),
         writers = writers()](EventStore &store) { return warmUp(store, id, dimensions, now, m_stopWarming, writers); },
        [this, project](const Result<std::shared_ptr<WarmState>> &state) {
            m_opening.remove(project.id);
            if (!state || m_stage != Stage::Serving)
                return; // the next look tries again
            open(project, std::move(*state.value()));
        });
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
        });
    if (!taken)
        log::warning("server", u"the last minutes could not be read by second: too many questions wait"_s);
}

} // namespace entvas
