#pragma once

#include "core/store/events/announcement.h"

#include <QHash>
#include <QObject>
#include <QStringList>

namespace entvas {

class CountsReader;
class LiveProjects;
class StoreReader;

// Reads the counts of projects anew that have missed something: some at a time, and none again and again. Lives in the
// server's thread.
class ProjectRereads : public QObject
{
    Q_OBJECT
public:
    static constexpr int kRestMs = 2'000; // between two times that one project is read anew
    static constexpr int kMostAtOnce = 16;

    // Everything it is given must outlive it.
    ProjectRereads(StoreReader *reader, CountsReader *counts, LiveProjects *projects);

    void reread(const QString &project);
    void stop() { m_isStopped = true; }

Q_SIGNALS:
    // Its counts were replaced and are as of `positions`.
    void replaced(const QString &project, const entvas::Positions &positions);

private:
    // Of a project under way. Resting: read too short ago; Waiting: the same, and it has to be read once more.
    enum class Progress { InLine, Reading, Resting, Waiting };
    void startNext();
    void read(const QString &project);
    void readLater(const QString &project);
    void rest(const QString &project);

    StoreReader *m_reader;
    CountsReader *m_counts;
    LiveProjects *m_projects;
    bool m_isStopped = false;
    QHash<QString, Progress> m_progress;
    QStringList m_line; // projects that are InLine, the first one first
    int m_reading = 0;  // at most kMostAtOnce
};

} // namespace entvas
