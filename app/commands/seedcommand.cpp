#include "app/commands/historycommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "app/commands/parts/progress.h"
#include "app/commands/parts/tidying.h"
#include "app/samples/samplehistory.h"
#include "core/base/clock.h"
#include "core/base/zone.h"

#include <cstdio>
#include <QElapsedTimer>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas seed [OPTIONS]: a realistic history of a small web product, to try things out: busy working hours,\n"
    "quiet weekends, slow growth, campaigns and an outage, people who come in sessions.\n\n"
    "  --events N      how many, up to 1000000000; default 100000\n"
    "  --days D        how far back it goes, up to 3650; default 30\n"
    "  --project P     default: default\n"
    "  --users U       how many people; default one per 60 events, from 50 to 100000\n"
    "  --seed S        another history; the same S, N, D, U and --until give the same one again\n"
    "  --until TIME    where it ends: 2025-01-01T12:00:00Z, 2025-01-01, 7d, 24h; default now\n"
    "  --force         adds to a project that has events already\n"
    "  --json          one JSON object about what was done\n\n"
    "--database-url and --config name the database, as for the server. Ctrl+C ends it; what is there by then stays.\n";

constexpr qint64 kMaxEvents = 1'000'000'000;
constexpr qint64 kDayMs = 86'400'000;

Result<HistoryPlan> planOf(const CommandForm &form, const CommandWords &words, const Settings &settings)
{
    HistoryPlan plan;
    const auto events = numberOf(form, words, u"events"_s, plan.events, 1, kMaxEvents);
    const auto days = numberOf(form, words, u"days"_s, 30, 1, SampleHistory::kMaxDays);
    const auto seed = numberOf(form, words, u"seed"_s, 1, 0, 0xffff'ffffLL);
    for (const auto &number : {events, days, seed})
        if (!number)
            return number.failure();
    const auto users =
        numberOf(form, words, u"users"_s, std::clamp<qint64>(events.value() / 60, 50, 100'000), 1, 10'000'000);
    if (!users)
        return users.failure();
    const qint64 now = SystemClock().nowMs();
    const auto until = timeOf(form, u"until"_s, words.options.value(u"until"_s, u"1m"_s), now);
    if (!until)
        return until.failure();
    plan.toMs = words.options.contains(u"until"_s) ? until.value() : now;
    if (plan.toMs > now)
        return {Fault::BadInput, u"seed: --until lies in the future; a history ends now or before."_s};
    plan.events = events.value();
    plan.fromMs = plan.toMs - days.value() * kDayMs;
    if (plan.fromMs < 0)
        return {Fault::BadInput, u"seed: such a history would begin before 1970; take a later --until."_s};
    plan.users = int(users.value());
    plan.seed = quint32(seed.value());
    plan.dimensions = settings.dimensions;
    const SystemZone zone = systemZone();
    if (!zone.unread.isEmpty())
        std::fprintf(stderr, "seed: TZ names no time zone that is known; %s is used.\n", zone.zone.id().constData());
    plan.zone = zone.zone;
    return plan;
}

} // namespace

CommandEnd runSeedCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const CommandForm form{u"seed"_s,
                           {u"--events"_s, u"--days"_s, u"--project"_s, u"--users"_s, u"--seed"_s, u"--until"_s},
                           {u"--force"_s},
                           0,
                           {}};
    const auto words = readCommandWords(form, options.commandArguments);
    if (!words)
        return words.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const auto plan = planOf(form, words.value(), settings.value());
    if (!plan)
        return plan.failure();
    const QString project = words.value().project();
    BulkStore store(settings.value());
    if (const Result<void> opened = store.open(project); !opened)
        return opened.failure();
    const Result<bool> has = store.hasEvents();
    if (!has)
        return has.failure();
    if (has.value() && !words.value().has(u"force"_s))
        return Failure{Fault::BadInput, u"The project %1 has events already, and made-up ones could not be told from "
                                        "them any more. Take another project (entvas projects create), or add to it "
                                        "with --force."_s.arg(project)};

    StopFlag stop;
    Progress progress(u"Seeding"_s, u"events"_s, plan.value().events);
    QElapsedTimer since;
    since.start();
    SampleHistory history(plan.value());
    BulkStore::Appended sum;
    for (bool goesOn = true; goesOn && !stop.isSet();) {
        EventBatch batch;
        batch.reserve(BulkStore::kBatchEvents);
        for (Event event; batch.size() < BulkStore::kBatchEvents && (goesOn = history.next(event));)
            batch.append(std::move(event));
        const auto appended = store.append(std::move(batch));
        if (!appended) {
            progress.clear();
            return appended.failure();
        }
        sum.stored += appended.value().stored;
        sum.duplicates += appended.value().duplicates;
        progress.update(sum.stored + sum.duplicates);
    }
    progress.finish();
    const double seconds = double(since.elapsed()) / 1'000;
    const Result<bool> tidied = tidyUp(store, stop);
    if (!tidied)
        return tidied.failure();
    const bool isWhole = sum.stored + sum.duplicates == plan.value().events;
    const QJsonObject report{{u"project"_s, project},
                             {u"events"_s, sum.stored},
                             {u"duplicates"_s, sum.duplicates},
                             {u"complete"_s, isWhole},
                             {u"from"_s, timeText(plan.value().fromMs)},
                             {u"to"_s, timeText(plan.value().toMs)},
                             {u"users"_s, plan.value().users},
                             {u"seed"_s, qint64(plan.value().seed)},
                             {u"seconds"_s, seconds}};
    if (!words.value().json)
        print(u"%1 events in the project %2, from %3 to %4."_s.arg(
            countText(sum.stored), project, timeText(plan.value().fromMs), timeText(plan.value().toMs)));
    if (!isWhole)
        return {Failure{Fault::Internal,
                        u"Stopped: %1 of %2 events are there. The same command with --until %3 --force adds the rest."_s
                            .arg(countText(sum.stored), countText(plan.value().events), timeText(plan.value().toMs))},
                report};
    if (words.value().json)
        print(report);
    return ExitCode::Fine;
}

} // namespace entvas
