#pragma once

#include "core/store/connection/sqlconnection.h"
#include "core/store/events/sql/appendbatch.h"
#include "core/store/events/sql/knownseries.h"
#include "core/store/events/sql/lostcommit.h"
#include "core/store/events/sql/sqlusers.h"

#include <QHash>
#include <QJsonArray>

namespace entvas {

// The writing half of SqlStore: a batch of jobs becomes a handful of statements in one transaction.
class SqlWriter final : public EventWriter
{
public:
    // Times that a batch is tried when two servers stand in each other's way.
    static constexpr int kMaxCollisions = 5;

    // `writer` counts in rows of its own; `run` announces, unless it is empty.
    SqlWriter(SqlConnection &connection, QString writer, QStringList dimensions, QString run);

    // Before the connection opens again: nothing is known of what the database has.
    void restart();
    // It is open.
    Result<void> connected() { return m_lost.connected(); }

    Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) override;
    Result<QList<CommittedJob>> settle() override;
    bool isInDoubt() const override { return m_lost.isInDoubt(); }
    Result<void> checkWritable() override;
    bool isReadOnly() const override { return entvas::isReadOnly(m_connection.lastError()); }
    bool isReplaced() const override { return m_connection.isReplaced(); }

    // As append(), but events whose id the project has already are Duplicate, and not counted again.
    Result<QList<CommittedJob>> appendMissing(const QList<AppendJob> &jobs);
    // How many of these ids the project has. Changes nothing.
    Result<qint64> countExisting(const QString &project, const QList<QUuid> &ids);

private:
    using Batch = AppendBatch;

    Result<void> store(Batch &batch);
    Result<void> write(Batch &batch);
    Result<void> tryOut(const AppendJob &part);
    Result<void> claimKeys(Batch &batch);
    Result<void> skipStored(Batch &batch);
    Result<QList<QUuid>> existingEvents(const QString &project, const QJsonArray &ids);
    Result<void> insertEvents(Batch &batch);
    Result<void> insertSeries(Batch &batch);
    Result<void> addCounts(Batch &batch);
    Result<void> addRejections(Batch &batch);
    Result<void> addUsers(Batch &) { return m_users.store(); }
    Result<void> announce(Batch &batch);
    void rememberLost(const Batch &batch);
    void countAnnounced(const QList<CommittedJob> &jobs); // they are stored for certain

    SqlConnection &m_connection;
    QString m_writer;
    QString m_run;                      // empty = nothing is announced
    QHash<QString, qint64> m_announced; // by project: the last number that is stored
    KnownSeries m_series;
    FreshUsers m_users;
    LostCommit m_lost;
    bool m_mayBeStored = false; // within appendMissing()
};

} // namespace entvas
