#include "app/commands/parts/amounts.h"
#include "app/commands/parts/importer.h"
#include "app/commands/parts/longrun.h"
#include "app/commands/parts/rejectsfile.h"
#include "app/commands/parts/tidying.h"
#include "core/base/clock.h"
#include "core/maintenance/databasemaintenance.h"

#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What is asked for.
struct ImportPlan {
    QString project;
    bool isDry = false;
    bool skipsInvalid = false;
    QString rejects; // empty: none

    bool keepsRejects() const { return !rejects.isEmpty() && !isDry; }
};

Result<ImportPlan> importPlan(const CommandLine &line)
{
    const ImportPlan plan{line.project(), line.has(u"dry-run"_s), line.has(u"skip-invalid"_s), line.text(u"rejects"_s)};
    if (!plan.rejects.isEmpty() && !plan.skipsInvalid && !plan.isDry)
        return {Fault::BadInput, u"import: --rejects goes with --skip-invalid or --dry-run."_s};
    return plan;
}

Result<void> checkRejects(const ImportPlan &plan, const Settings &settings, const RejectsFile &rejects)
{
    if (plan.rejects.isEmpty())
        return {};
    if (const auto free = rejects.check(); !free)
        return free;
    return DatabaseMaintenance(settings.database).mustNotBe(plan.rejects);
}

Result<std::unique_ptr<EventSource>> sourceOf(const CommandLine &line, const Settings &settings)
{
    static const QMap<QString, EventFormat> formats{{u"csv"_s, EventFormat::Csv},
                                                    {u"ndjson"_s, EventFormat::Ndjson},
                                                    {u"json"_s, EventFormat::Json},
                                                    {u"sql"_s, EventFormat::Sql}};
    const QString format = line.text(u"format"_s);
    ImportRules rules;
    rules.parse.dimensions = settings.dimensions;
    rules.nowMs = SystemClock().nowMs();
    return makeEventSource(line.word(), formats.contains(format) ? std::optional(formats.value(format)) : std::nullopt,
                           line.text(u"table"_s, u"events"_s), rules);
}

// The source, the file of rejects and the database. `hasStore`: whether there is one; looking is possible ahead of it,
// too.
Result<void> open(const ImportPlan &plan, EventSource &source, RejectsFile &rejects, BulkStore &store, bool &hasStore)
{
    if (const auto opened = source.open(); !opened)
        return opened;
    if (plan.keepsRejects())
        if (const auto opened = rejects.open(); !opened)
            return opened;
    hasStore = !plan.isDry || store.isThere();
    if (!hasStore)
        return {};
    return plan.isDry ? store.openToLook(plan.project) : store.open(plan.project);
}

// Both passes. What an earlier run brought is known up to where this one came.
Result<void> bring(const ImportPlan &plan, const LongRun &run, Importer &importer, BulkStore &store, bool hasStore)
{
    const Result<bool> looked = importer.look(run, plan.isDry && hasStore ? &store : nullptr);
    if (!looked)
        return looked.failure();
    if (!looked.value())
        return {Fault::Internal,
                u"Stopped while checking the events: nothing was stored. The same command begins again."_s};
    if (plan.isDry)
        return {};
    const Result<bool> stored = importer.store(store, run);
    const Result<bool> tidied = tidyUp(store, run);
    if (!stored || !tidied)
        return stored ? tidied.failure() : stored.failure();
    if (stored.value())
        return {};
    const Importer::Sums &sums = importer.sums();
    return {Fault::Internal, u"Stopped: %1%2 of %3 events are stored. The same command brings the rest."_s.arg(
                                 sums.duplicates > 0 ? u"at least "_s : QString(),
                                 countText(sums.imported + sums.duplicates), countText(sums.read - sums.rejected))};
}

QJsonObject reportOf(const ImportPlan &plan, const EventSource &source, const Importer::Sums &sums, bool isComplete,
                     double seconds)
{
    return {{u"source"_s, source.name()},   {u"project"_s, plan.project},       {u"read"_s, sums.read},
            {u"imported"_s, sums.imported}, {u"duplicates"_s, sums.duplicates}, {u"rejected"_s, sums.rejected},
            {u"complete"_s, isComplete},    {u"dryRun"_s, plan.isDry},          {u"seconds"_s, seconds}};
}

QString summaryOf(const ImportPlan &plan, const Importer::Sums &sums)
{
    if (plan.isDry)
        return u"%1 records read: %2 can be imported into the project %3, %4 are there already, %5 can't. Nothing was stored."_s
            .arg(countText(sums.read), countText(sums.read - sums.rejected - sums.duplicates), plan.project,
                 countText(sums.duplicates), countText(sums.rejected));
    return u"%1 records read: %2 imported, %3 there already, %4 left out."_s.arg(
        countText(sums.read), countText(sums.imported), countText(sums.duplicates), countText(sums.rejected));
}

CommandEnd runImport(const CommandLine &line)
{
    const auto plan = importPlan(line);
    if (!plan)
        return plan.failure();
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    RejectsFile rejects(plan->rejects);
    if (const auto free = checkRejects(*plan, *settings, rejects); !free)
        return free.failure();
    const auto made = sourceOf(line, *settings);
    if (!made)
        return made.failure();
    EventSource &source = *made.value();
    BulkStore store(*settings);
    bool hasStore = false;
    if (const auto opened = open(*plan, source, rejects, store, hasStore); !opened)
        return {opened.failure(), reportOf(*plan, source, {}, false, 0)};

    const LongRun run(line);
    Importer importer(source, plan->skipsInvalid || plan->isDry, plan->keepsRejects() ? &rejects : nullptr);
    Result<void> done = bring(*plan, run, importer, store, hasStore);
    const Importer::Sums &sums = importer.sums();
    QStringList lines;
    if (importer.hasLooked())
        lines.append(summaryOf(*plan, sums));
    if (done && plan->keepsRejects())
        done = rejects.finish();
    const CommandEnd ended = run.end(reportOf(*plan, source, sums, done.ok(), run.seconds()), lines,
                                     done ? std::nullopt : std::optional(done.failure()));
    return done && plan->isDry && sums.rejected > 0 ? CommandEnd(ExitCode::Failed) : ended;
}

} // namespace

Command importCommand()
{
    using Kind = CommandOption::Kind;
    return {
        .name = u"import"_s,
        .summary = u"brings events back from an export, or from a database of the original"_s,
        .about =
            u"entvas import FILE brings events back that entvas export or GET /export/* wrote, with their ids and "
            "times; events that the project has already are left out, so that an import can be repeated, and goes on "
            "where it ended. FILE may be packed with gzip; \"-\" is standard input.\n"
            "entvas import postgresql://user@host/db [--table events] brings the events of a database of the "
            "original. Its password comes from PGPASSWORD, or from ~/.pgpass or the file that PGPASSFILE names: never "
            "in the address.\n"
            "entvas import BACKUP.sql does the same from its pg_dump in plain format."_s,
        .json = u"one JSON object about what was done"_s,
        .notes = u"Servers on PostgreSQL may run meanwhile; one that has a SQLite file open must be stopped."_s,
        .actions = {
            {.word = u"FILE"_s,
             .wordMeaning = u"the name of a file, \"-\" or postgresql://…"_s,
             .options =
                 {{.name = u"--format"_s,
                   .kind = Kind::Choice,
                   .value = u"F"_s,
                   .help = u"csv, ndjson, json, sql or auto (by name and content, the default)"_s,
                   .choices = {u"csv"_s, u"ndjson"_s, u"json"_s, u"sql"_s, u"auto"_s}},
                  projectOption(u"the project they go to; default: default"_s),
                  {.name = u"--table"_s,
                   .kind = Kind::Text,
                   .value = u"TABLE"_s,
                   .help = u"of a database of the original; default events"_s},
                  {.name = u"--dry-run"_s,
                   .help = u"only looks at every event, says how many the project has already, and stores nothing"_s},
                  {.name = u"--skip-invalid"_s,
                   .help = u"leaves out invalid events; else nothing is stored as long as there is one"_s},
                  {.name = u"--rejects"_s,
                   .kind = Kind::File,
                   .value = u"FILE"_s,
                   .help = u"writes what was left out there, one JSON object a line with line, column, reason and "
                           "text, once all is imported; replaces no file, and with --dry-run it is not made"_s}},
             .run = runImport}}};
}

} // namespace entvas
