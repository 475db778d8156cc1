#include "core/maintenance/bulkstore.h"

#include "core/base/clock.h"
#include "core/base/uuid7.h"
#include "core/cube/livecube.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/events/clocktrust.h"
#include "core/store/events/sql/sqlstore.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace entvas {

Failure noProject(const QString &id, const DatabaseUrl &database)
{
    return {Fault::NotFound,
            u"There is no project %1 in %2. Make it: entvas projects create %1"_s.arg(id, database.display())};
}

class BulkStore::Private
{
public:
    explicit Private(const Settings &settings)
        : database(settings.database),
          // A row of counts of its own, as every server has.
          store(settings.database, self, QStringList{u"eventType"_s} + settings.dimensions,
                database.kind == DatabaseUrl::Kind::Postgres ? self : QString()), // running servers hear of it
          cube(QStringList{u"eventType"_s} + settings.dimensions)
    {
    }

    Result<void> mustHave(const QString &id)
    {
        const Result<Directory> directory = store.directory().read();
        if (!directory)
            return directory.failure();
        const auto &projects = directory.value().projects;
        others.clear();
        for (const Project &one : projects)
            if (one.id != id)
                others << one.id;
        if (others.size() < projects.size())
            return {};
        return noProject(id, database);
    }

    Failure inUse(const Failure &why)
    {
        isHeld = why.kind == Fault::Unavailable;
        held = why;
        return {why.kind, why.text + u" Stop it first: a SQLite file has one writer."_s};
    }

    DatabaseUrl database;
    bool isHeld = false;
    Failure held;
    QString self = Uuid7Generator().next(SystemClock().nowMs()).toString(QUuid::WithoutBraces);
    std::optional<DatabaseLock> lock;
    SqlStore store;
    LiveCube cube; // knows which series there is still room for; counts nothing
    QString project;
    QStringList others;
};

BulkStore::BulkStore(const Settings &settings) : d(std::make_unique<Private>(settings)) {}

BulkStore::~BulkStore() = default;

Result<void> BulkStore::open(const QString &project, bool mayCreate)
{
    d->project = project;
    if (!mayCreate) {
        SqlConnection connection(d->database);
        Result<void> there = mustExist(d->database);
        if (const Result<void> free = DatabaseLock::probe(d->database); there && !free)
            return d->inUse(free.failure());
        if (there)
            there = connection.open();
        if (there)
            there = mustBeOurs(connection);
        if (!there)
            return there;
    }
    const Result<DatabaseLock> lock = DatabaseLock::take(d->database);
    if (!lock)
        return d->inUse(lock.failure());
    d->lock = lock.value();
    for (const auto step : {&SqlStore::open, &SqlStore::migrate})
        if (const Result<void> done = (d->store.*step)(); !done)
            return done;
    if (const Result<void> begun = d->store.bulk().begin(); !begun)
        return begun;
    if (const Result<void> known = d->mustHave(project); !known)
        return known;
    const auto series = d->store.reader().readSeries(project);
    if (!series)
        return series.failure();
    for (const SeriesKey &key : series.value())
        d->cube.intern(key);
    return {};
}

Result<void> BulkStore::openToLook(const QString &project)
{
    d->project = project;
    if (const Result<void> there = mustExist(d->database); !there)
        return there;
    if (const Result<void> opened = d->store.open(); !opened)
        return opened;
    if (const Result<void> known = d->store.bulk().checkVersion(); !known)
        return known;
    return d->mustHave(project);
}

std::optional<Failure> BulkStore::heldBecause() const
{
    return d->isHeld ? std::optional(d->held) : std::nullopt;
}

bool BulkStore::isThere() const
{
    return mustExist(d->database).ok();
}

Result<qint64> BulkStore::countExisting(const QList<QUuid> &ids)
{
    return d->store.writer().countExisting(d->project, ids);
}

QStringList BulkStore::otherProjects() const
{
    return d->others;
}

QString BulkStore::where() const
{
    return d->database.display();
}

bool BulkStore::isSqlite() const
{
    return d->database.kind == DatabaseUrl::Kind::Sqlite;
}

Result<bool> BulkStore::hasEvents()
{
    return d->store.bulk().hasEvents(d->project);
}

Result<BulkStore::Appended> BulkStore::append(EventBatch events)
{
    Q_ASSERT(events.size() <= kBatchEvents);
    for (Event &event : events) {
        event.series = d->cube.capped(event.series);
        d->cube.intern(event.series);
    }
    AppendJob job;
    job.project = d->project;
    job.events = std::move(events);
    const auto stored = d->store.writer().appendMissing({job});
    if (!stored)
        return stored.failure();
    Appended appended;
    for (const AppendOutcome &outcome : stored.value().first().outcomes)
        switch (outcome.status) {
        case AppendOutcome::Status::Accepted: ++appended.stored; break;
        case AppendOutcome::Status::Duplicate: ++appended.duplicates; break;
        case AppendOutcome::Status::Rejected: ++appended.refused; break;
        }
    appended.refusedBecause = stored.value().first().refusedBecause;
    return appended;
}

Result<bool> BulkStore::tidy()
{
    // As the data themselves tell the time: a clock that is ahead would sum up what shall be shown by the minute.
    const Result<qint64> newest = d->store.housekeeping().newestCount(std::numeric_limits<qint64>::max());
    if (!newest)
        return newest.failure();
    return d->store.housekeeping().step(
        {std::min(SystemClock().nowMs(), *newest + ClockTrust::kPauseMs), 0, true, true});
}

Result<void> BulkStore::finish()
{
    return d->store.bulk().end();
}

Result<qint64> BulkStore::countBefore(qint64 receivedAtMs)
{
    return d->store.bulk().countEventsBefore(d->project, receivedAtMs);
}

Result<int> BulkStore::dropBefore(qint64 receivedAtMs)
{
    return d->store.bulk().dropEventsBefore(d->project, receivedAtMs);
}

Result<BulkStore::Space> BulkStore::space()
{
    const auto space = d->store.bulk().space();
    return space ? Result<Space>(Space{space.value().bytes, space.value().freeBytes}) : space.failure();
}

Result<void> BulkStore::compactFile()
{
    return d->store.bulk().compactFile();
}

} // namespace entvas
