#pragma once

#include "core/store/connection/sqlconnection.h"
#include "core/store/directory/sqldirectory.h"
#include "core/store/events/eventstore.h"
#include "core/store/events/sqlupkeep.h"
#include "core/store/events/sqlusers.h"

#include <optional>
#include <QElapsedTimer>
#include <QHash>
#include <QJsonArray>
#include <QSet>
#include <utility>

namespace entvas {

// The store on either database: the statements' files hold what differs. See EventStore for threads and failures.
class SqlStore final : public EventStore
{
public:
    // Series kept in memory to spare a statement per batch and a JSON text per row; at the cap they are forgotten and
    // looked up again.
    static constexpr qsizetype kMaxKnownSeries = 100'000;
    // And all after so long: a project that is deleted takes its series with it, and waits for longer than this after
    // the last server has let go of it.
    static constexpr qint64 kKnownSeriesMs = 5'000;
    // Times that a batch is tried when two servers stand in each other's way.
    static constexpr int kMaxCollisions = 5;
    static constexpr int kMaxEventsPerQuery = 10'000;

    SqlStore(DatabaseUrl url, QString writer, QStringList dimensions, QString run = {});

    QString name() const override { return m_connection.dialect().name; }
    Result<void> open() override;
    Result<void> migrate() override;
    Result<void> ping() override;
    bool isReplaced() const override { return m_connection.isReplaced(); }
    Result<void> checkWritable() override
    {
        const Result<void> there = m_connection.checkFile();
        return there ? m_connection.checkWritable() : there;
    }
    bool isReadOnly() const override { return entvas::isReadOnly(m_connection.lastError()); }
    void watchAnswers() { m_connection.watchAnswers(); } // see SqlConnection
    void interrupt() override { m_connection.interrupter()->interrupt(); }
    Result<QString> logPosition() override;
    Result<bool> hasReplayed(const QString &position) override;
    Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) override;
    Result<QList<CommittedJob>> settle() override;
    bool isInDoubt() const override { return m_inDoubt; }
    Result<bool> upkeep(const UpkeepPlan &plan) override { return m_upkeep.step(plan); }
    bool holdsBack() const override { return m_upkeep.holdsBack(); }
    Result<qint64> newestCount(qint64 beforeMs) override;
    Result<std::optional<qint64>> clockMs() override;
    Result<void> atOneMoment(const std::function<Result<void>()> &read) override;
    Result<Positions> positions(const QString &project) override;
    Result<Directory> directory() override { return readDirectory(m_connection); }
    Result<AdminResult> act(const AdminCommand &command, const Actor &actor) override { return m_acts.act(command, actor); }
    Result<QList<AuditRecord>> audit(const AuditQuery &query) override { return m_acts.audit(query); }
    Result<void> noteUses(const QList<KeyUse> &uses) override { return m_acts.noteUses(uses); }
    Result<QHash<qint64, SeriesKey>> readSeries(const QString &project) override;
    Result<QHash<qint64, qint64>> readWeights(const QString &project) override;
    Result<void> readCounts(const QString &project, const CountSink &sink) override;
    Result<qint64> readUsers(const QString &project, const UserSink &sink) override
    {
        return entvas::readUsers(m_connection, project, sink);
    }
    Result<QList<RejectedRecord>> readRejected(const QString &project, qint64 fromMs) override;
    Result<StoreTotals> totals(const QString &project) override;
    Result<QList<StoredEvent>> events(const EventQuery &query) override;
    Result<QList<StoredEvent>> eventsById(const QString &project, const QList<QUuid> &ids) override;

    // For commands that write a great deal and can do it again (sqlbulk.cpp): commits no longer wait for the disk each,
    // but all of them are there, or the later ones are not. endBulk() waits for the disk once.
    Result<void> beginBulk();
    Result<void> endBulk();
    // As append(), but events whose id the project has already are Duplicate, and not counted again.
    Result<QList<CommittedJob>> appendMissing(const QList<AppendJob> &jobs);
    // How many of these ids the project has. Changes nothing.
    Result<qint64> countExisting(const QString &project, const QList<QUuid> &ids);
    // Changes nothing. Fault::Configuration when the database has another schema than this program, or is none of ours.
    Result<void> checkVersion();
    // Of all time, also when retention took them: then their counts are still there.
    Result<bool> hasEvents(const QString &project);
    Result<qint64> countEventsBefore(const QString &project, qint64 receivedAtMs);
    // Removes up to SqlUpkeep::kRowsPerStep of them, the oldest first; their counts stay. Returns how many.
    Result<int> dropEventsBefore(const QString &project, qint64 receivedAtMs) override;
    Result<OldEvents> oldEvents(const QString &project, qint64 receivedAtMs) override;
    struct Space {
        qint64 bytes = 0;     // SQLite: of the file; PostgreSQL: of the table of events with its indexes
        qint64 freeBytes = 0; // of it, that new events can take; PostgreSQL: not known, 0
    };
    Result<Space> space();
    // SQLite: writes the file anew, without what is free in it.
    Result<void> compactFile();

private:
    using SeriesRef = std::pair<QString, qint64>; // project, id
    // What one append() is about to store.
    struct Batch;
    // A connection as the database knows it.
    struct Session {
        qint64 pid = 0;
        QString start;
    };
    // An append whose commit went unanswered.
    struct Unsettled {
        Session session;
        QString project;
        QUuid event;          // one of its events: there with all the others, or not at all …
        qint64 announced = 0; // … or the announcement for its project, where there is one
        QList<CommittedJob> jobs;
    };

    // Events of a job, by their places, that the database refuses for their own sake.
    struct Refused {
        QSet<qsizetype> events;
        Failure why; // of the last
    };

    Result<void> store(Batch &batch);
    Result<void> write(Batch &batch);
    Result<Refused> findRefused(const AppendJob &job);
    Result<void> tryOut(const AppendJob &part);
    Result<bool> hasProject(const QString &project);
    Result<void> claimKeys(Batch &batch);
    Result<void> skipStored(Batch &batch);
    Result<QList<QUuid>> existingEvents(const QString &project, const QJsonArray &ids);
    Result<void> insertEvents(Batch &batch);
    Result<void> insertSeries(Batch &batch);
    Result<void> addCounts(Batch &batch);
    Result<void> addRejections(Batch &batch);
    Result<void> addUsers(Batch &) { return m_users.store(); }
    Result<void> announce(Batch &batch);
    void stored(const QList<CommittedJob> &jobs); // for certain
    static QList<StoredEvent> eventsIn(QSqlQuery &rows);
    qint64 idOf(const SeriesKey &key);

    SqlConnection m_connection;
    SqlUpkeep m_upkeep{m_connection};
    SqlActs m_acts{m_connection};
    FreshUsers m_users{m_connection};
    QString m_writer;
    QString m_run;                      // empty = nothing is announced
    QHash<QString, qint64> m_announced; // by project: the last number that is stored
    QStringList m_dimensions;           // names of a series' values
    QHash<SeriesKey, qint64> m_ids;     // of series that were counted lately
    QSet<SeriesRef> m_stored;           // series that are in the database
    QElapsedTimer m_storedSince;        // since when that is held
    Session m_session;
    std::optional<Unsettled> m_unsettled;
    bool m_inDoubt = false;     // settle() has not answered yet
    bool m_mayBeStored = false; // within appendMissing()
};

} // namespace entvas
