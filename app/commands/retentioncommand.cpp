#include "app/commands/parts/amounts.h"
#include "app/commands/parts/longrun.h"
#include "app/commands/parts/retentiontarget.h"
#include "core/base/clock.h"
#include "core/base/units.h"

#include <cstdio>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What is asked for, and what was found and done.
struct Retention {
    QString project;
    qint64 days = 0;
    qint64 beforeMs = 0;
    bool compacts = false;
    qint64 found = 0;
    qint64 removed = 0;
    bool isEmptied = false;
    bool isCompacted = false;

    bool isWhole() const { return isEmptied && (isCompacted || !compacts); }
};

Result<Retention> retentionOf(const CommandLine &line, const Settings &settings)
{
    Retention plan;
    plan.days = line.number(u"days"_s, settings.retentionDays);
    if (plan.days < 1)
        return {Fault::BadInput, u"retention: no RETENTION_DAYS is set, so events are kept; say how many days "
                                 "shall stay with --days N."_s};
    plan.project = line.project();
    plan.beforeMs = SystemClock().nowMs() - plan.days * kDayMs;
    plan.compacts = line.has(u"compact"_s);
    return plan;
}

Result<std::unique_ptr<RetentionTarget>> openFor(const CommandLine &line, const Retention &plan,
                                                 const Settings &settings)
{
    if (plan.compacts && settings.database.kind != DatabaseUrl::Kind::Sqlite)
        return {Fault::BadInput, u"retention: --compact is for SQLite; PostgreSQL has autovacuum."_s};
    auto target = openRetention(settings, plan.project, plan.compacts);
    // One project at a time: who has several and names none should not take it for all.
    if (target && !line.json() && !line.has(u"project"_s) && !target.value()->otherProjects().isEmpty())
        printError(u"Works on the project %1 only; others (%2) are named with --project."_s.arg(
            plan.project, target.value()->otherProjects().join(u", "_s)));
    return target;
}

Result<void> remove(RetentionTarget &store, const LongRun &run, Retention &plan)
{
    Progress progress(u"Removing"_s, u"events"_s, plan.found);
    const Result<bool> emptied = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        const Result<int> step = store.dropBefore(plan.beforeMs);
        if (!step)
            return step.failure();
        plan.removed += step.value();
        return LongRun::Step{plan.removed, step.value() == 0};
    });
    if (!emptied)
        return emptied.failure();
    plan.isEmptied = emptied.value();
    progress.finish();
    if (plan.compacts && plan.isEmptied && !run.isStopped()) {
        Progress compacting(u"Rewriting the file"_s, u"bytes"_s);
        if (const Result<void> compacted = store.compactFile(); !compacted)
            return compacted;
        plan.isCompacted = true;
    }
    return store.finish();
}

QJsonObject reportOf(const Retention &plan, const BulkStore::Space &before)
{
    return {{u"project"_s, plan.project},    {u"days"_s, plan.days},       {u"before"_s, timeText(plan.beforeMs)},
            {u"events"_s, plan.found},       {u"removed"_s, plan.removed}, {u"dryRun"_s, false},
            {u"bytesBefore"_s, before.bytes}};
}

CommandEnd dryRun(const CommandLine &line, const Retention &plan, QJsonObject report)
{
    report.insert(u"dryRun"_s, true);
    if (line.json())
        print(report);
    else
        print(
            u"%1 events of the project %2 were received before %3 and would be removed; their counts would stay."_s.arg(
                countText(plan.found), plan.project, timeText(plan.beforeMs)));
    return ExitCode::Fine;
}

QStringList summaryOf(const Retention &plan, const RetentionTarget &store, const BulkStore::Space &left)
{
    const QString removed = u"%1 events of the project %2, received before %3, were removed; their counts stay."_s.arg(
        countText(plan.removed), plan.project, timeText(plan.beforeMs));
    if (!store.isSqlite())
        return {removed,
                u"The table has %1; autovacuum makes the space usable for new events."_s.arg(sizeText(left.bytes))};
    return {removed, u"The file has %1, of which %2 are free for new events%3."_s.arg(
                         sizeText(left.bytes), sizeText(left.freeBytes),
                         plan.isCompacted ? QString() : u"; --compact gives them back to the disk"_s)};
}

CommandEnd runRetention(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    auto plan = retentionOf(line, *settings);
    if (!plan)
        return plan.failure();
    const auto opened = openFor(line, *plan, *settings);
    if (!opened)
        return opened.failure();
    RetentionTarget &store = *opened.value();
    const Result<qint64> found = store.countBefore(plan->beforeMs);
    const Result<BulkStore::Space> space = store.space();
    if (!found || !space)
        return found ? space.failure() : found.failure();
    plan->found = found.value();
    if (line.has(u"dry-run"_s))
        return dryRun(line, *plan, reportOf(*plan, *space));
    if (!line.json())
        printError(u"Removing %1 events of the project %2 that were received before %3 …"_s.arg(
            countText(plan->found), plan->project, timeText(plan->beforeMs)));

    const LongRun run(line);
    if (const auto removed = remove(store, run, *plan); !removed)
        return removed.failure();
    const Result<BulkStore::Space> left = store.space();
    if (!left)
        return left.failure();
    QJsonObject report = reportOf(*plan, *space);
    report.insert(u"bytesAfter"_s, left->bytes);
    report.insert(u"bytesFree"_s, left->freeBytes);
    std::optional<Failure> stopped;
    if (!plan->isWhole())
        stopped = Failure{Fault::Internal, (plan->isEmptied ? u"Stopped before --compact."_s
                                                            : u"Stopped: %1 of %2 events were removed."_s.arg(
                                                                  countText(plan->removed), countText(plan->found))) +
                                               u" The same command goes on."_s};
    return run.end(report, summaryOf(*plan, store, *left), stopped);
}

} // namespace

Command retentionCommand()
{
    using Kind = CommandOption::Kind;
    return {
        .name = u"retention"_s,
        .summary = u"removes old events now; counts stay"_s,
        .about =
            u"Removes events that are older than the retention now, in small steps; their counts stay, so that charts "
            "and totals do not change. Servers do the same by themselves, a little at a time."_s,
        .json = u"one JSON object about what was done"_s,
        .notes = u"PostgreSQL: autovacuum makes the space usable for new events, with servers at work."_s,
        .actions = {
            {.options = {{.name = u"--days"_s,
                          .kind = Kind::Number,
                          .value = u"N"_s,
                          .help = u"older than N days by time of receipt; default the setting RETENTION_DAYS"_s,
                          .least = 1,
                          .most = 36'500},
                         projectOption(),
                         {.name = u"--dry-run"_s, .help = u"only says how many there are"_s},
                         {.name = u"--compact"_s,
                          .help =
                              u"SQLite: gives the space back to the disk, which rewrites the file and takes its size "
                              "once more meanwhile. Without it new events use the space. Ctrl+C lets it come to its "
                              "end, a second one aborts it: the file is as it was then"_s}},
             .run = runRetention}}};
}

} // namespace entvas
