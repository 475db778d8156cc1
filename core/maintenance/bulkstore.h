#pragma once

#include "core/base/result.h"
#include "core/model/administration.h"
#include "core/model/event.h"
#include "core/model/settings.h"

#include <functional>
#include <memory>
#include <optional>

namespace entvas {

// Fault::NotFound, for people.
Failure noProject(const QString &id, const DatabaseUrl &database);

// A database for the commands that bring whole histories in or take old events out: `seed`, `import`, `retention`.
// Used in one thread; blocks while the database works. What was appended is there and counted as if senders had posted
// it, also when the command is killed; running servers of the same PostgreSQL see it. A SQLite file that a server has
// open is refused.
class BulkStore
{
public:
    static constexpr int kBatchEvents = 5'000; // that one transaction takes best

    explicit BulkStore(const Settings &settings);
    ~BulkStore();
    Q_DISABLE_COPY_MOVE(BulkStore)

    // First of all: opens the database, brings it up to date and looks for the project. Fault::NotFound when it has
    // none of that name, Fault::Configuration when there is no database yet and it may not be made.
    Result<void> open(const QString &project, bool mayCreate = true);
    // open() failed because another program has the SQLite file: what its lock said.
    std::optional<Failure> heldBecause() const;
    // Whether there is a database to open; always, for PostgreSQL.
    bool isThere() const;
    // In its place, to look only: changes nothing, and works beside a server. Fault::Configuration when there is no
    // database yet or it has another schema, Fault::NotFound as above.
    Result<void> openToLook(const QString &project);
    // The other projects of the database, once it is open.
    QStringList otherProjects() const;
    QString where() const; // the database, for people
    bool isSqlite() const;

    // Whether the project was ever sent an event.
    Result<bool> hasEvents();

    struct Appended {
        qint64 stored = 0;
        qint64 duplicates = 0; // the project has an event of that id already
        qint64 refused = 0;    // by the database, for their own sake; the others are stored
        QString refusedBecause = {};
    };
    // Events with id, times and the series as they stand in the metadata; at most kBatchEvents. All in one transaction.
    Result<Appended> append(EventBatch events);
    // How many of these ids the project has; changes nothing.
    Result<qint64> countExisting(const QList<QUuid> &ids);
    // Housekeeping of counts and users: what is old becomes quarter hours and days, as servers do it in the end anyway.
    // One small step; false: nothing is left.
    Result<bool> tidy();
    // Waits until all of it is on disk. To be called at the end, also when one stops early.
    Result<void> finish();

    // Retention: events received before, of which dropBefore() removes some; 0 = none is left. Counts stay.
    Result<qint64> countBefore(qint64 receivedAtMs);
    Result<int> dropBefore(qint64 receivedAtMs);
    struct Space {
        qint64 bytes = 0;     // SQLite: of the file; PostgreSQL: of the table of events with its indexes
        qint64 freeBytes = 0; // of it, that new events can take; PostgreSQL: not known, 0
    };
    Result<Space> space();
    // SQLite: gives what is free in the file back to the disk. Needs room for a second one meanwhile.
    Result<void> compactFile();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
