#include "server/api/projectrereads.h"

#include "core/base/log.h"
#include "server/api/countsreader.h"
#include "server/live/liveprojects.h"

#include <QTimer>

namespace entvas {

using namespace Qt::StringLiterals;

ProjectRereads::ProjectRereads(StoreReader *reader, CountsReader *counts, LiveProjects *projects)
    : m_reader(reader), m_counts(counts), m_projects(projects)
{
}

void ProjectRereads::reread(const QString &project)
{
    const auto known = m_progress.find(project);
    if (known == m_progress.end()) {
        if (m_reading == 0)
            m_reader->reopen(); // where another database has taken over, the one before may still be there
        m_progress.insert(project, Progress::InLine);
        m_line.append(project);
        startNext();
    } else if (*known == Progress::Resting) {
        *known = Progress::Waiting;
    } // while it is read nothing is missed: whatever comes after it is read, and checked, then
}

void ProjectRereads::startNext()
{
    while (m_reading < kMostAtOnce && !m_line.isEmpty()) {
        const QString project = m_line.takeFirst();
        ++m_reading;
        m_progress.insert(project, Progress::Reading);
        read(project);
    }
}

void ProjectRereads::read(const QString &project)
{
    if (m_isStopped)
        return;
    const bool taken =
        m_counts->readProject(this, project, [this, project](const Result<CountsReader::StatePtr> &state) {
            if (m_isStopped)
                return;
            LiveProject *open = m_projects->find(project);
            if (open && !state) {
                log::warning("fanout", u"the counts could not be read anew yet"_s,
                             {{u"project"_s, project}, {u"reason"_s, state.failure().text}});
                return readLater(project);
            }
            if (open) {
                const Positions positions = state.value()->positions;
                open->replace(std::move(*state.value()));
                Q_EMIT replaced(project, positions);
                rest(project);
            } else { // deleted meanwhile
                m_progress.remove(project);
            }
            --m_reading;
            startNext();
        });
    if (!taken)
        readLater(project);
}

void ProjectRereads::readLater(const QString &project)
{
    QTimer::singleShot(kRestMs, this, [this, project] { read(project); });
}

// It costs the database a lot: not again and again.
void ProjectRereads::rest(const QString &project)
{
    m_progress.insert(project, Progress::Resting);
    QTimer::singleShot(kRestMs, this, [this, project] {
        if (m_progress.take(project) == Progress::Waiting)
            reread(project);
    });
}

} // namespace entvas
