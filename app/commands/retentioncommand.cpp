#include "app/commands/historycommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "app/commands/parts/progress.h"
#include "core/base/clock.h"
#include "core/maintenance/bulkstore.h"

#include <cstdio>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas retention [OPTIONS]: removes events that are older than the retention now, in small steps; their counts "
    "stay,\n"
    "so that charts and totals do not change. Servers do the same by themselves, a little at a time.\n\n"
    "  --days N        older than N days by time of receipt; default the setting RETENTION_DAYS\n"
    "  --project P     default: default\n"
    "  --dry-run       only says how many there are\n"
    "  --compact       SQLite: gives the room back to the disk, which writes the file anew and takes its size once "
    "more\n"
    "                  meanwhile. Without it new events take the room. Ctrl+C lets it come to its end, a second one "
    "breaks\n"
    "                  it off: the file is as it was then\n"
    "  --json          one JSON object about what was done\n\n"
    "PostgreSQL: autovacuum makes the room usable for new events, with servers at work.\n";

constexpr qint64 kDayMs = 86'400'000;

} // namespace

CommandEnd runRetentionCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const CommandForm form{u"retention"_s, {u"--days"_s, u"--project"_s}, {u"--dry-run"_s, u"--compact"_s}, 0, {}};
    const auto words = readCommandWords(form, options.commandArguments);
    if (!words)
        return words.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const auto days = numberOf(form, words.value(), u"days"_s, settings.value().retentionDays, 1, 36'500);
    if (!days)
        return days.failure();
    if (days.value() < 1)
        return Failure{Fault::BadInput, u"retention: no RETENTION_DAYS is set, so events are kept; say how many days "
                                        "shall stay with --days N."_s};
    const QString project = words.value().project();
    BulkStore store(settings.value());
    if (words.value().has(u"compact"_s) && !store.isSqlite())
        return Failure{Fault::BadInput, u"retention: --compact is for SQLite; PostgreSQL has autovacuum."_s};
    if (const Result<void> opened = store.open(project, false); !opened)
        return opened.failure();
    // One project at a time: who has several and names none should not take it for all.
    if (!words.value().json && !words.value().options.contains(u"project"_s) && !store.otherProjects().isEmpty())
        printError(u"Works on the project %1 only; others (%2) are named with --project."_s.arg(
            project, store.otherProjects().join(u", "_s)));
    const qint64 beforeMs = SystemClock().nowMs() - days.value() * kDayMs;
    const Result<qint64> count = store.countBefore(beforeMs);
    const Result<BulkStore::Space> space = store.space();
    if (!count || !space)
        return count ? space.failure() : count.failure();

    QJsonObject report{{u"project"_s, project},
                       {u"days"_s, days.value()},
                       {u"before"_s, timeText(beforeMs)},
                       {u"events"_s, count.value()},
                       {u"removed"_s, 0},
                       {u"dryRun"_s, false},
                       {u"bytesBefore"_s, space.value().bytes}};
    if (words.value().has(u"dry-run"_s)) {
        report.insert(u"dryRun"_s, true);
        if (words.value().json)
            print(report);
        else
            print(u"%1 events of the project %2 were received before %3 and would go; their counts would stay."_s.arg(
                countText(count.value()), project, timeText(beforeMs)));
        return ExitCode::Fine;
    }
    if (!words.value().json)
        printError(u"Removing %1 events of the project %2 that were received before %3 …"_s.arg(
            countText(count.value()), project, timeText(beforeMs)));
    StopFlag stop;
    Progress progress(u"Removing"_s, u"events"_s, count.value());
    qint64 removed = 0;
    bool isDone = false;
    while (!isDone && !stop.isSet()) {
        const Result<int> step = store.dropBefore(beforeMs);
        if (!step) {
            progress.clear();
            return step.failure();
        }
        isDone = step.value() == 0;
        removed += step.value();
        progress.update(removed);
    }
    progress.finish();
    const bool compacts = words.value().has(u"compact"_s);
    const bool isCompacted = isDone && compacts && !stop.isSet();
    if (isCompacted) {
        Progress compacting(u"Writing the file anew"_s, u"bytes"_s);
        if (const Result<void> compacted = store.compactFile(); !compacted)
            return compacted.failure();
    }
    if (const Result<void> finished = store.finish(); !finished)
        return finished.failure();
    const Result<BulkStore::Space> left = store.space();
    if (!left)
        return left.failure();
    report.insert(u"removed"_s, removed);
    report.insert(u"bytesAfter"_s, left.value().bytes);
    report.insert(u"bytesFree"_s, left.value().freeBytes);
    const bool isStoppedEarly = isDone && compacts && !isCompacted;
    const bool isWhole = isDone && !isStoppedEarly;
    if (words.value().json) {
        if (isWhole)
            print(report);
    } else {
        print(u"%1 events of the project %2, received before %3, are gone; their counts stay."_s.arg(
            countText(removed), project, timeText(beforeMs)));
        if (store.isSqlite())
            print(u"The file has %1, of which %2 are free for new events%3."_s.arg(
                sizeText(left.value().bytes), sizeText(left.value().freeBytes),
                isCompacted ? QString() : u"; --compact gives them back to the disk"_s));
        else
            print(u"The table has %1; autovacuum makes the room usable for new events."_s.arg(
                sizeText(left.value().bytes)));
    }
    if (isWhole)
        return ExitCode::Fine;
    const QString stopped =
        isStoppedEarly ? u"Stopped ahead of --compact."_s
                       : u"Stopped: %1 of %2 events are gone."_s.arg(countText(removed), countText(count.value()));
    return {Failure{Fault::Internal, stopped + u" The same command goes on."_s}, report};
}

} // namespace entvas
