#include "server/api/projectloader.h"

#include "core/base/log.h"
#include "server/api/countsreader.h"
#include "server/cluster/directorywatch.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"

namespace entvas {

using namespace Qt::StringLiterals;

ProjectLoader::ProjectLoader(CountsReader *counts, LiveProjects *projects, LiveHub *hub, DirectoryWatch *directory)
    : m_counts(counts), m_projects(projects), m_hub(hub), m_directory(directory)
{
}

void ProjectLoader::follow(const Directory &directory)
{
    closeAllBut(directory); // first: they make room
    for (const Project &project : directory.projects)
        if (LiveProject *open = m_projects->find(project.id))
            open->rename(project.name);
    openMissing();
}

void ProjectLoader::closeAllBut(const Directory &directory)
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

// Some at a time, so that people's questions find room beside them.
void ProjectLoader::openMissing()
{
    QString left;
    for (const Project &project : m_directory->current().projects) {
        if (m_opening.size() >= kMostOpening)
            return;
        if (m_projects->find(project.id) || m_opening.contains(project.id))
            continue;
        if (m_projects->all().size() + std::size_t(m_opening.size()) < LiveProjects::kMaxProjects)
            read(project);
        else if (left.isEmpty())
            left = project.id;
    }
    noteLeftOut(left);
}

void ProjectLoader::noteLeftOut(const QString &project)
{
    if (project == m_leftOut)
        return;
    m_leftOut = project;
    if (project.isEmpty())
        return;
    ++m_timesFull;
    log::error("server", u"the database has more projects than can be opened: delete some"_s,
               {{u"notOpen"_s, project},
                {u"projects"_s, m_directory->current().projects.size()},
                {u"limit"_s, qint64(LiveProjects::kMaxProjects)}});
}

// However long its counts take to read, no other project waits for them.
void ProjectLoader::read(const Project &project)
{
    const bool taken =
        m_counts->readProject(this, project.id, [this, project](const Result<CountsReader::StatePtr> &state) {
            m_opening.remove(project.id);
            if (m_isStopped)
                return;
            if (!state) // the next look tries again
                return log::warning("server", u"a project could not be opened yet"_s,
                                    {{u"project"_s, project.id}, {u"reason"_s, state.failure().text}});
            if (m_directory->has(project.id))
                open(project, std::move(*state.value()));
            openMissing();
        });
    if (taken)
        m_opening.insert(project.id);
}

void ProjectLoader::open(const Project &project, WarmState state)
{
    const Positions positions = state.positions;
    m_projects->open(project, std::move(state));
    Q_EMIT opened(project.id, positions);
    if (m_counts->writers() == Writers::Alone) // else the state has them
        fillSeconds(project.id);
}

// The last minutes by second come later: the project is usable without them.
void ProjectLoader::fillSeconds(const QString &project)
{
    const bool taken = m_counts->readSeconds(this, project, [this, project](const Result<RecentSeconds> &seconds) {
        if (!seconds)
            return log::warning("server", u"the last minutes could not be read by second"_s,
                                {{u"reason"_s, seconds.failure().text}});
        LiveProject *open = m_isStopped ? nullptr : m_projects->find(project);
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
