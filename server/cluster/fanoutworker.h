#pragma once

#include "core/store/connection/backoff.h"
#include "core/store/events/announcementfeed.h"
#include "server/cluster/fanout.h"

#include <functional>
#include <QElapsedTimer>
#include <QTimer>

namespace entvas {

// Keeps the connection that is listened on, reads what is new, and wakes the others. Lives in Fanout's thread.
class Fanout::Worker final : public QObject
{
public:
    using Take = std::function<void(QList<Row>)>;                            // from the worker's thread
    using Count = std::function<void(const std::function<void(Stats &)> &)>; // likewise
    using Own = std::function<QHash<QString, qint64>()>; // by project: the last of ours that is counted; likewise
    Worker(const DatabaseUrl &database, const QString &run, QStringList dimensions, FanoutLimits limits, Take take,
           Count count, Own own);

    void start();
    void follow(const QString &project, quint64 generation, const Positions &positions, qint64 ownUntil);
    void wakeOthers();
    void retryNow();
    const std::shared_ptr<Interrupter> &interrupter() const { return m_feed.interrupter(); }

private:
    // Longer without a notification that we sent ourselves: none comes through on this connection.
    static constexpr int kDeafMs = 15'000;

    struct Project {
        quint64 generation = 0;
        AnnouncementFeed::SeenWriters seen;
    };
    void connectAgain();
    Result<void> compareHistory();
    void lose(const Failure &failure);
    void onNotified(const QString &writer);
    void send();
    void look();
    void onRestored();
    bool readOnce();
    void readAnew(const QStringList &projects);
    Row decode(const AnnouncementFeed::Row &row, Project &project);

    AnnouncementFeed m_feed;
    QString m_run;
    QStringList m_dimensions;
    FanoutLimits m_limits;
    Take m_take;
    Count m_count;
    Own m_own;
    QString m_history;                  // that the snapshots are of; empty = not known
    QHash<QString, Project> m_projects; // as many as LiveProjects has
    Backoff m_backoff;
    bool m_isOpen = false;
    bool m_hasRead = false; // on this connection, with success
    bool m_hasWarned = false;
    QTimer m_lookTimer;
    QTimer m_wakenTimer;   // single shot: we were notified, read soon
    QTimer m_sendTimer;    // single shot: the last one that we sent is too short ago
    QTimer m_connectTimer; // single shot
    QElapsedTimer m_lastRead;
    qint64 m_lastReadMs = 0; // the same by the wall clock, of one that succeeded
    QElapsedTimer m_lastSent;
    QElapsedTimer m_unheard; // since the first of ours that has not come back to us
};

} // namespace entvas
