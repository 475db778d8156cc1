#pragma once

#include "core/model/directory.h"
#include "core/store/events/announcement.h"

#include <QObject>
#include <QSet>

namespace entvas {

class CountsReader;
class DirectoryWatch;
class LiveHub;
class LiveProjects;
struct WarmState;

// Opens, renames and closes the live counts of projects as the database's directory says, while the server runs. Lives
// in the server's thread.
class ProjectLoader : public QObject
{
    Q_OBJECT
public:
    // Projects whose counts wait for the database at a time, so that questions find room beside them.
    static constexpr int kMostOpening = 16;

    // Everything it is given must outlive it.
    ProjectLoader(CountsReader *counts, LiveProjects *projects, LiveHub *hub, DirectoryWatch *directory);

    // The directory has changed: it is the one that DirectoryWatch has now.
    void follow(const Directory &directory);
    void open(const Project &project, WarmState state);
    // Nothing that is being read is opened any more.
    void stop() { m_isStopped = true; }
    // Times that another project found no room.
    quint64 timesFull() const { return m_timesFull; }

Q_SIGNALS:
    // Its counts are as of `positions`.
    void opened(const QString &project, const entvas::Positions &positions);

private:
    void closeAllBut(const Directory &directory);
    void openMissing();
    void read(const Project &project);
    void fillSeconds(const QString &project);
    void noteLeftOut(const QString &project);

    CountsReader *m_counts;
    LiveProjects *m_projects;
    LiveHub *m_hub;
    DirectoryWatch *m_directory;
    bool m_isStopped = false;
    QSet<QString> m_opening; // projects whose counts are being read
    QString m_leftOut;       // the first project that found no room
    quint64 m_timesFull = 0;
};

} // namespace entvas
