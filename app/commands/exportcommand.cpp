#include "app/commands/historycommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "app/commands/parts/exportfile.h"
#include "app/commands/parts/progress.h"
#include "core/base/clock.h"
#include "core/maintenance/care.h"
#include "core/maintenance/exporter.h"

#include <cstdio>
#include <QElapsedTimer>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas export [OPTIONS]: all events of a project, newest first, as GET /export/csv and its kin write them. Works\n"
    "beside a running server.\n\n"
    "  --format F      csv, ndjson or json; default what FILE ends in, else csv\n"
    "  --from, --to    by time of receipt, from included, to not: 2025-01-01T12:00:00Z, 2025-01-01 (midnight here), "
    "or\n"
    "                  back from now 7d, 24h, 30m; default all of time\n"
    "  --project P     default: default\n"
    "  --type T, --user U\n"
    "                  only events of that type, of that user\n"
    "  -o FILE         to a file, which is there once it is whole: until then it is FILE.part. Packed where it ends in "
    ".gz;\n"
    "                  default standard output\n"
    "  --force         replaces FILE, or a FILE.part that was left\n"
    "  --resume        goes on with the FILE.part of an export that was broken off; begins where there is none\n"
    "  --json          with -o: one JSON object about what was done\n\n"
    "--database-url and --config name the database, as for the server.\n";

constexpr qint64 kEndOfTimeMs = 253'402'300'799'999; // of the year 9999
constexpr qint64 kAheadMs = 60'000;                  // what is received in this minute is part of it
constexpr qint64 kCheckpointMs = 2'000;

Result<QString> formatOf(const CommandWords &words)
{
    QString name = words.options.value(u"output"_s).toLower();
    if (name.endsWith(u".gz"))
        name.chop(3);
    const QString guess = name.endsWith(u".ndjson") || name.endsWith(u".jsonl") ? u"ndjson"_s
                          : name.endsWith(u".json")                             ? u"json"_s
                                                                                : u"csv"_s;
    const QString format = words.options.value(u"format"_s, guess);
    if (format == u"csv" || format == u"ndjson" || format == u"json")
        return format;
    return {Fault::BadInput, u"export: --format takes csv, ndjson or json, not \"%1\"."_s.arg(format)};
}

Result<ExportQuery> queryOf(const CommandForm &form, const CommandWords &words)
{
    const qint64 now = SystemClock().nowMs();
    ExportQuery query{words.project(), 0, std::min(now + kAheadMs, kEndOfTimeMs), words.options.value(u"type"_s),
                      words.options.value(u"user"_s)};
    for (const auto &[name, edge] : {std::pair{u"from"_s, &query.fromMs}, std::pair{u"to"_s, &query.toMs}}) {
        if (!words.options.contains(name))
            continue;
        const auto time = timeOf(form, name, words.options.value(name), now);
        if (!time)
            return time.failure();
        *edge = time.value();
    }
    if (query.fromMs > query.toMs)
        return {Fault::BadInput, u"export: --from lies behind --to."_s};
    return query;
}

// What must be the same for an export to be continued.
QJsonObject toJson(const ExportQuery &query, const QString &format, const QString &database)
{
    return {{u"format"_s, format},    {u"project"_s, query.project}, {u"fromMs"_s, query.fromMs},
            {u"toMs"_s, query.toMs},  {u"type"_s, query.eventType},  {u"user"_s, query.userId},
            {u"database"_s, database}};
}

// The plan of the export that is continued: its own times, as "7d" and "now" mean others meanwhile.
Result<ExportQuery> resumed(const QJsonObject &state, ExportQuery query, const QString &format, const QString &database,
                            const CommandWords &words)
{
    QStringList differ;
    for (const auto &[name, value] :
         {std::pair{u"format"_s, format}, std::pair{u"project"_s, query.project}, std::pair{u"type"_s, query.eventType},
          std::pair{u"user"_s, query.userId}, std::pair{u"database"_s, database}})
        if (state.value(name).toString() != value)
            differ << name;
    const auto times = {std::pair{u"from"_s, std::pair{u"fromMs"_s, query.fromMs}},
                        std::pair{u"to"_s, std::pair{u"toMs"_s, query.toMs}}};
    for (const auto &[option, edge] : times) {
        const QString text = words.options.value(option);
        const bool isAbsolute = text.contains(u'-');
        if (isAbsolute && state.value(edge.first).toInteger() != edge.second)
            differ << option;
    }
    if (!differ.isEmpty())
        return {Fault::BadInput, u"export: the export that was broken off had another %1; ask for the same, or begin "
                                 "again with --force."_s.arg(differ.join(u", "_s))};
    query.fromMs = state.value("fromMs"_L1).toInteger();
    query.toMs = state.value("toMs"_L1).toInteger();
    return query;
}

} // namespace

CommandEnd runExportCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const CommandForm form{
        u"export"_s,
        {u"--format"_s, u"--from"_s, u"--to"_s, u"--project"_s, u"--type"_s, u"--user"_s, u"--output"_s},
        {u"--force"_s, u"--resume"_s},
        0,
        {}};
    const auto words = readCommandWords(form, options.commandArguments);
    if (!words)
        return words.failure();
    const auto format = formatOf(words.value());
    if (!format)
        return format.failure();
    auto query = queryOf(form, words.value());
    if (!query)
        return query.failure();
    QString fileName = words.value().options.value(u"output"_s, u"-"_s);
    const bool resumes = words.value().has(u"resume"_s);
    if (fileName.isEmpty())
        return Failure{Fault::BadInput, u"export: -o needs the name of a file, or - for standard output."_s};
    if (fileName == u"-")
        fileName.clear();
    if (fileName.isEmpty() && (resumes || words.value().json))
        return Failure{Fault::BadInput, u"export: %1 goes with -o FILE."_s.arg(resumes ? u"--resume"_s : u"--json"_s)};
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const QString database = settings.value().database.display();

    ExportFile file(fileName);
    for (const QString &written : file.names())
        if (const auto spared = DatabaseCare(settings.value().database).mustNotBe(written); !spared)
            return spared.failure();
    QJsonObject state;
    if (resumes) {
        const auto kept = file.reopen(words.value().has(u"force"_s));
        if (!kept)
            return kept.failure();
        state = kept.value();
    }
    const bool goesOn = !state.isEmpty(); // else nothing is left over, or of an export that had not begun
    if (goesOn) {
        query = resumed(state, query.value(), format.value(), database, words.value());
        if (!query)
            return query.failure();
    }
    Exporter exporter(settings.value().database, format.value(), query.value());
    if (const Result<void> opened = exporter.open(); !opened)
        return opened.failure();
    if (goesOn)
        exporter.resume(state.value("cursor"_L1).toString(), state.value("events"_L1).toInteger());
    else if (const Result<void> opened = file.open(words.value().has(u"force"_s)); !opened)
        return opened.failure();
    const bool isAll = query.value().eventType.isEmpty() && query.value().userId.isEmpty() && query.value().fromMs == 0;
    const Result<qint64> expected = isAll && file.isFile() ? exporter.expected() : Result<qint64>(Progress::kUnknown);

    StopFlag stop;
    file.stopWhen([&stop] { return stop.isSet(); });
    Progress progress(u"Exporting"_s, u"events"_s, expected ? expected.value() : Progress::kUnknown, exporter.events());
    const qint64 before = exporter.events();
    QElapsedTimer since;
    QElapsedTimer checked;
    since.start();
    checked.start();
    Result<void> written;
    bool isFirstPage = true; // there is something to go on with from here on
    while (written && !exporter.isDone() && !stop.isSet()) {
        const Result<QByteArray> text = exporter.next();
        written = text ? file.write(text.value()) : Result<void>(text.failure());
        progress.update(exporter.events());
        const bool isDue = isFirstPage || checked.hasExpired(kCheckpointMs) || stop.isSet();
        isFirstPage = false;
        if (written && isDue && !exporter.isDone()) {
            checked.restart();
            state = toJson(query.value(), format.value(), database);
            state.insert(u"cursor"_s, exporter.cursor());
            state.insert(u"events"_s, exporter.events());
            written = file.checkpoint(state);
        }
    }
    if (written && exporter.isDone())
        written = file.finish();
    if (!written || !exporter.isDone()) {
        progress.clear();
        file.leave();
        const QString next = file.canGoOn()  ? u" The same command with --resume goes on."_s
                             : file.isFile() ? u" Nothing is left of it."_s
                                             : QString();
        return Failure{
            written ? Fault::Internal : written.failure().kind,
            (written ? u"Stopped after %1 events."_s.arg(countText(exporter.events())) : written.failure().text) +
                next};
    }
    progress.finish();
    if (words.value().json)
        print(QJsonObject{{u"file"_s, fileName},
                          {u"format"_s, format.value()},
                          {u"project"_s, query.value().project},
                          {u"events"_s, exporter.events()},
                          {u"resumedAt"_s, before},
                          {u"seconds"_s, double(since.elapsed()) / 1'000}});
    return ExitCode::Fine;
}

} // namespace entvas
