#include "app/commands/parts/amounts.h"
#include "app/commands/parts/exportfile.h"
#include "app/commands/parts/longrun.h"
#include "core/base/clock.h"
#include "core/maintenance/databasemaintenance.h"
#include "core/maintenance/exporter.h"

#include <cstdio>
#include <QElapsedTimer>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kEndOfTimeMs = 253'402'300'799'999; // of the year 9999
constexpr qint64 kAheadMs = 60'000;                  // what is received in this minute is part of it
constexpr qint64 kCheckpointMs = 2'000;

struct ExportPlan {
    QString format;
    ExportQuery query;
    QString file; // empty: standard output
    bool resumes = false;
    bool force = false;
};

// What the name of the file ends in decides, where nothing else does.
QString formatOf(const CommandLine &line, const QString &file)
{
    QString name = file.toLower();
    if (name.endsWith(u".gz"))
        name.chop(3);
    const QString guess = name.endsWith(u".ndjson") || name.endsWith(u".jsonl") ? u"ndjson"_s
                          : name.endsWith(u".json")                             ? u"json"_s
                                                                                : u"csv"_s;
    return line.text(u"format"_s, guess);
}

Result<ExportPlan> exportPlan(const CommandLine &line)
{
    const qint64 now = SystemClock().nowMs();
    ExportPlan plan;
    plan.query = {line.project(), line.momentMs(u"from"_s, now, 0),
                  line.momentMs(u"to"_s, now, std::min(now + kAheadMs, kEndOfTimeMs)), line.text(u"type"_s),
                  line.text(u"user"_s)};
    if (plan.query.fromMs > plan.query.toMs)
        return {Fault::BadInput, u"export: --from is later than --to."_s};
    plan.file = line.text(u"output"_s, u"-"_s);
    if (plan.file.isEmpty())
        return {Fault::BadInput, u"export: -o needs the name of a file, or - for standard output."_s};
    if (plan.file == u"-")
        plan.file.clear();
    plan.format = formatOf(line, plan.file);
    plan.resumes = line.has(u"resume"_s);
    plan.force = line.has(u"force"_s);
    if (plan.file.isEmpty() && (plan.resumes || line.json()))
        return {Fault::BadInput, u"export: %1 goes with -o FILE."_s.arg(plan.resumes ? u"--resume"_s : u"--json"_s)};
    return plan;
}

// What must be the same for an export to be continued, and where it is.
QJsonObject stateOf(const ExportPlan &plan, const QString &database, const Exporter &exporter)
{
    return {{u"format"_s, plan.format},   {u"project"_s, plan.query.project}, {u"fromMs"_s, plan.query.fromMs},
            {u"toMs"_s, plan.query.toMs}, {u"type"_s, plan.query.eventType},  {u"user"_s, plan.query.userId},
            {u"database"_s, database},    {u"cursor"_s, exporter.cursor()},   {u"events"_s, exporter.events()}};
}

// The plan takes the times of the export that it continues: "7d" and "now" mean others meanwhile.
Result<void> continueWith(const QJsonObject &state, ExportPlan &plan, const QString &database, const CommandLine &line)
{
    QStringList differ;
    for (const auto &[name, value] : {std::pair{u"format"_s, plan.format}, std::pair{u"project"_s, plan.query.project},
                                      std::pair{u"type"_s, plan.query.eventType},
                                      std::pair{u"user"_s, plan.query.userId}, std::pair{u"database"_s, database}})
        if (state.value(name).toString() != value)
            differ << name;
    for (const auto &[option, key, edge] :
         {std::tuple{u"from"_s, u"fromMs"_s, &plan.query.fromMs}, std::tuple{u"to"_s, u"toMs"_s, &plan.query.toMs}}) {
        const qint64 kept = state.value(key).toInteger();
        const bool isAbsolute = line.text(option).contains(u'-');
        if (isAbsolute && kept != *edge)
            differ << option;
        *edge = kept;
    }
    if (!differ.isEmpty())
        return {Fault::BadInput, u"export: the export that was interrupted had another %1; ask for the same, or begin "
                                 "again with --force."_s.arg(differ.join(u", "_s))};
    return {};
}

Result<void> mustNotBeTheDatabase(const DatabaseUrl &database, const ExportFile &file)
{
    for (const QString &written : file.names())
        if (const auto other = DatabaseMaintenance(database).mustNotBe(written); !other)
            return other;
    return {};
}

// Both ends of the way: what is read, and the file, new or to be continued.
Result<void> open(ExportPlan &plan, const Settings &settings, const CommandLine &line, ExportFile &file,
                  std::unique_ptr<Exporter> &exporter)
{
    const Result<QJsonObject> state = plan.resumes ? file.reopen(plan.force) : Result<QJsonObject>(QJsonObject());
    if (!state)
        return state.failure();
    const bool goesOn = !state->isEmpty(); // else nothing is left over, or of an export that had not begun
    if (goesOn)
        if (const auto fits = continueWith(*state, plan, settings.database.display(), line); !fits)
            return fits;
    exporter = std::make_unique<Exporter>(settings.database, plan.format, plan.query);
    if (const auto opened = exporter->open(); !opened)
        return opened;
    if (!goesOn)
        return file.open(plan.force);
    exporter->resume(state->value("cursor"_L1).toString(), state->value("events"_L1).toInteger());
    return {};
}

qint64 expectedOf(const ExportPlan &plan, Exporter &exporter)
{
    const bool isAll = plan.query.eventType.isEmpty() && plan.query.userId.isEmpty() && plan.query.fromMs == 0;
    const Result<qint64> expected = isAll && !plan.file.isEmpty() ? exporter.expected() : Progress::kUnknown;
    return expected ? expected.value() : Progress::kUnknown;
}

// Page by page, with a checkpoint every now and then. False when it was stopped.
Result<bool> write(const ExportPlan &plan, const QString &database, const LongRun &run, Exporter &exporter,
                   ExportFile &file)
{
    Progress progress(u"Exporting"_s, u"events"_s, expectedOf(plan, exporter), exporter.events());
    QElapsedTimer checked;
    bool isFirstPage = true; // there is something to go on with from here on
    checked.start();
    const Result<bool> whole = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        const Result<QByteArray> text = exporter.next();
        if (!text)
            return text.failure();
        if (const auto written = file.write(*text); !written)
            return written.failure();
        const bool isDue = std::exchange(isFirstPage, false) || checked.hasExpired(kCheckpointMs) || run.isStopped();
        if (isDue && !exporter.isDone()) {
            checked.restart();
            if (const auto kept = file.checkpoint(stateOf(plan, database, exporter)); !kept)
                return kept.failure();
        }
        return LongRun::Step{exporter.events(), exporter.isDone()};
    });
    if (!whole || !whole.value())
        return whole;
    if (const auto finished = file.finish(); !finished)
        return finished.failure();
    progress.finish();
    return true;
}

Failure incomplete(const Result<bool> &written, const Exporter &exporter, ExportFile &file)
{
    file.leave();
    const QString next = file.canGoOn()  ? u" The same command with --resume goes on."_s
                         : file.isFile() ? u" Nothing is left of it."_s
                                         : QString();
    return written ? Failure{Fault::Internal, u"Stopped after %1 events."_s.arg(countText(exporter.events())) + next}
                   : Failure{written.failure().kind, written.failure().text + next};
}

CommandEnd runExport(const CommandLine &line)
{
    auto plan = exportPlan(line);
    if (!plan)
        return plan.failure();
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    ExportFile file(plan->file);
    if (const auto other = mustNotBeTheDatabase(settings->database, file); !other)
        return other.failure();
    std::unique_ptr<Exporter> exporter;
    if (const auto opened = open(*plan, *settings, line, file, exporter); !opened)
        return opened.failure();

    const LongRun run(line);
    file.stopWhen([&run] { return run.isStopped(); });
    const qint64 before = exporter->events();
    const Result<bool> written = write(*plan, settings->database.display(), run, *exporter, file);
    if (!written || !written.value())
        return incomplete(written, *exporter, file);
    return run.end({{u"file"_s, plan->file},
                    {u"format"_s, plan->format},
                    {u"project"_s, plan->query.project},
                    {u"events"_s, exporter->events()},
                    {u"resumedAt"_s, before},
                    {u"seconds"_s, run.seconds()}},
                   {});
}

CommandOption edge(const QString &name, const QString &help)
{
    return {.name = name, .kind = CommandOption::Kind::Moment, .value = u"TIME"_s, .help = help};
}

} // namespace

Command exportCommand()
{
    using Kind = CommandOption::Kind;
    return {.name = u"export"_s,
            .summary = u"writes events as CSV, NDJSON or JSON"_s,
            .about =
                u"All events of a project, newest first, as GET /export/csv and the other formats write them. Works "
                "beside a running server."_s,
            .json = u"with -o: one JSON object about what was done"_s,
            .actions = {
                {.options =
                     {{.name = u"--format"_s,
                       .kind = Kind::Choice,
                       .value = u"F"_s,
                       .help = u"csv, ndjson or json; default what FILE ends in, else csv"_s,
                       .choices = {u"csv"_s, u"ndjson"_s, u"json"_s}},
                      edge(u"--from"_s, u"by time of receipt, included: 2025-01-01T12:00:00Z, 2025-01-01 (midnight "
                                        "here), or back from now 7d, 24h, 30m; default all of time"_s),
                      edge(u"--to"_s, u"where it ends, not included; as --from"_s),
                      projectOption(),
                      {.name = u"--type"_s, .kind = Kind::Text, .value = u"T"_s, .help = u"only events of that type"_s},
                      {.name = u"--user"_s, .kind = Kind::Text, .value = u"U"_s, .help = u"only events of that user"_s},
                      {.name = u"--output"_s,
                       .kind = Kind::File,
                       .value = u"FILE"_s,
                       .help = u"to a file, which is there once it is complete: until then it is FILE.part. Packed "
                               "where it ends in .gz; default standard output"_s,
                       .letter = u"-o"_s},
                      {.name = u"--force"_s, .help = u"replaces FILE, or a FILE.part that was left"_s},
                      {.name = u"--resume"_s,
                       .help = u"continues the FILE.part of an export that was interrupted; begins where there is "
                               "none"_s}},
                 .run = runExport}}};
}

} // namespace entvas
