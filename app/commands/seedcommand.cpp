#include "app/commands/parts/amounts.h"
#include "app/commands/parts/longrun.h"
#include "app/commands/parts/tidying.h"
#include "app/samples/samplehistory.h"
#include "core/base/clock.h"
#include "core/base/units.h"
#include "core/base/zone.h"

#include <cstdio>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMaxEvents = 1'000'000'000;

Result<HistoryPlan> historyPlan(const CommandLine &line, const Settings &settings)
{
    HistoryPlan plan;
    const qint64 now = SystemClock().nowMs();
    plan.toMs = line.momentMs(u"until"_s, now, now);
    if (plan.toMs > now)
        return {Fault::BadInput, u"seed: --until is in the future; a history ends now or before."_s};
    plan.events = line.number(u"events"_s, plan.events);
    plan.fromMs = plan.toMs - line.number(u"days"_s, 30) * kDayMs;
    if (plan.fromMs < 0)
        return {Fault::BadInput, u"seed: such a history would begin before 1970; take a later --until."_s};
    plan.users = int(line.number(u"users"_s, std::clamp<qint64>(plan.events / 60, 50, 100'000)));
    plan.seed = quint32(line.number(u"seed"_s, 1));
    plan.dimensions = settings.dimensions;
    const SystemZone zone = systemZone();
    if (!zone.unread.isEmpty())
        std::fprintf(stderr, "seed: TZ names no time zone that is known; %s is used.\n", zone.zone.id().constData());
    plan.zone = zone.zone;
    return plan;
}

Result<void> openFor(const CommandLine &line, BulkStore &store)
{
    if (const Result<void> opened = store.open(line.project()); !opened)
        return opened;
    const Result<bool> has = store.hasEvents();
    if (!has)
        return has.failure();
    if (has.value() && !line.has(u"force"_s))
        return Failure{Fault::BadInput, u"The project %1 has events already, and generated ones could not be told from "
                                        "them any more. Take another project (entvas projects create), or add to it "
                                        "with --force."_s.arg(line.project())};
    return {};
}

// False when it was stopped.
Result<bool> fill(BulkStore &store, const HistoryPlan &plan, const LongRun &run, BulkStore::Appended &sum)
{
    Progress progress(u"Seeding"_s, u"events"_s, plan.events);
    SampleHistory history(plan);
    const Result<bool> whole = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        EventBatch batch;
        batch.reserve(BulkStore::kBatchEvents);
        bool goesOn = true;
        for (Event event; batch.size() < BulkStore::kBatchEvents && (goesOn = history.next(event));)
            batch.append(std::move(event));
        const auto appended = store.append(std::move(batch));
        if (!appended)
            return appended.failure();
        sum.stored += appended->stored;
        sum.duplicates += appended->duplicates;
        return LongRun::Step{sum.stored + sum.duplicates, !goesOn};
    });
    if (whole)
        progress.finish();
    return whole;
}

QJsonObject reportOf(const CommandLine &line, const HistoryPlan &plan, const BulkStore::Appended &sum, double seconds)
{
    return {{u"project"_s, line.project()},
            {u"events"_s, sum.stored},
            {u"duplicates"_s, sum.duplicates},
            {u"complete"_s, sum.stored + sum.duplicates == plan.events},
            {u"from"_s, timeText(plan.fromMs)},
            {u"to"_s, timeText(plan.toMs)},
            {u"users"_s, plan.users},
            {u"seed"_s, qint64(plan.seed)},
            {u"seconds"_s, seconds}};
}

CommandEnd runSeed(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    const auto plan = historyPlan(line, *settings);
    if (!plan)
        return plan.failure();
    BulkStore store(*settings);
    if (const Result<void> opened = openFor(line, store); !opened)
        return opened.failure();

    const LongRun run(line);
    BulkStore::Appended sum;
    if (const Result<bool> filled = fill(store, *plan, run, sum); !filled)
        return filled.failure();
    const double seconds = run.seconds();
    if (const Result<bool> tidied = tidyUp(store, run); !tidied)
        return tidied.failure();
    const QString to = timeText(plan->toMs);
    std::optional<Failure> stopped;
    if (sum.stored + sum.duplicates != plan->events)
        stopped = Failure{
            Fault::Internal,
            u"Stopped: %1 of %2 events are stored. The same command with --until %3 --force adds the rest."_s.arg(
                countText(sum.stored), countText(plan->events), to)};
    return run.end(reportOf(line, *plan, sum, seconds),
                   {u"%1 events in the project %2, from %3 to %4."_s.arg(countText(sum.stored), line.project(),
                                                                         timeText(plan->fromMs), to)},
                   stopped);
}

CommandOption number(const QString &name, const QString &value, qint64 least, qint64 most, const QString &help)
{
    return {
        .name = name, .kind = CommandOption::Kind::Number, .value = value, .help = help, .least = least, .most = most};
}

} // namespace

Command seedCommand()
{
    return {
        .name = u"seed"_s,
        .summary = u"fills a project with a realistic history, to try things out"_s,
        .about =
            u"A realistic history of a small web product, to try things out: busy working hours, quiet weekends, slow "
            "growth, campaigns and an outage, people who come in sessions."_s,
        .json = u"one JSON object about what was done"_s,
        .notes = u"Ctrl+C ends it; what is stored by then stays."_s,
        .actions = {
            {.options = {number(u"--events"_s, u"N"_s, 1, kMaxEvents, u"how many, up to 1000000000; default 100000"_s),
                         number(u"--days"_s, u"D"_s, 1, SampleHistory::kMaxDays,
                                u"how far back it goes, up to 3650; default 30"_s),
                         projectOption(),
                         number(u"--users"_s, u"U"_s, 1, 10'000'000,
                                u"how many people; default one per 60 events, from 50 to 100000"_s),
                         number(u"--seed"_s, u"S"_s, 0, 0xffff'ffffLL,
                                u"another history; the same S, N, D, U and --until give the same one again"_s),
                         {.name = u"--until"_s,
                          .kind = CommandOption::Kind::Moment,
                          .value = u"TIME"_s,
                          .help = u"where it ends: 2025-01-01T12:00:00Z, 2025-01-01, 7d, 24h; default now"_s},
                         {.name = u"--force"_s, .help = u"adds to a project that has events already"_s}},
             .run = runSeed}}};
}

} // namespace entvas
