#pragma once

#include "core/store/events/housekeeping.h"

#include <QList>
#include <QString>
#include <QVariant>
#include <utility>

namespace entvas {

class SqlConnection;

// The database's housekeeping in small steps, on the connection that writes: SQLite stands one writer only, and events
// go first. Lives in the writer's thread.
class SqlUpkeep final : public Housekeeping
{
public:
    // Minutes and quarter hours stay a day longer than the cube shows them, so that clocks may differ.
    static constexpr qint64 kMinutesForMs = 9LL * 86'400'000;
    static constexpr qint64 kQuartersForMs = 93LL * 86'400'000;
    // Idempotency keys: 72 hours are promised.
    static constexpr qint64 kKeysForMs = 96LL * 3'600'000;
    // What servers announce to each other: for how long one may be away and go on where it was.
    static constexpr qint64 kAnnouncementsForMs = 600'000;
    static constexpr int kRowsPerStep = 2'000; // announcements, keys and events that one transaction removes

    explicit SqlUpkeep(SqlConnection &connection) : m_connection(connection) {}

    Result<bool> step(const UpkeepPlan &plan) override;
    bool holdsBack() const override { return m_holdsBack; }
    Result<qint64> newestCount(qint64 beforeMs) override;
    Result<std::optional<qint64>> clockMs() override;
    Result<OldEvents> oldEvents(const QString &project, qint64 receivedAtMs) override;
    Result<int> dropEventsBefore(const QString &project, qint64 receivedAtMs) override;
    // Begins again with the first project.
    void restart()
    {
        m_todo.clear();
        m_failure.reset();
    }

private:
    enum class Task { Announcements, NewUsers, Minutes, Quarters, Users, Rejections, Keys, Events };
    // The same three statements serve each kind of count.
    struct Compaction {
        QString oldest, add, drop;
        qint64 keepMs = 0;
        qint64 bucketMs = 0;
        qint64 bulkMs = 0; // as much at once when no event waits
    };
    static const Compaction &compactionOf(Task task);

    Result<bool> run(Task task, const QString &project, const UpkeepPlan &plan);
    Result<bool> compact(const Compaction &what, const QString &project, const UpkeepPlan &plan);
    Result<bool> dropEvents(const QString &project, const UpkeepPlan &plan);
    Result<bool> remove(const QString &statement, const QString &project, const QVariant &before);

    void holdBack() { m_isHolding = m_holdsBack = true; }

    SqlConnection &m_connection;
    bool m_isHolding = false;               // found in this round …
    bool m_holdsBack = false;               // … or in the last one
    QList<std::pair<Task, QString>> m_todo; // of this round, with their projects
    std::optional<Failure> m_failure;       // of one of them; returned when the round has ended
};

} // namespace entvas
