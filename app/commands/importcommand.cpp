#include "app/commands/historycommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "app/commands/parts/eventsource.h"
#include "app/commands/parts/progress.h"
#include "app/commands/parts/rejectsfile.h"
#include "app/commands/parts/tidying.h"
#include "core/base/clock.h"
#include "core/maintenance/care.h"

#include <cstdio>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas import FILE [OPTIONS]: brings events back that entvas export or GET /export/* wrote, with their ids and "
    "times;\n"
    "events that the project has already are left out, so that an import can be repeated, and goes on where it ended.\n"
    "entvas import postgresql://user@host/db [--table events]: brings the events of a database of the original. Its\n"
    "password comes from PGPASSWORD, or from ~/.pgpass or the file that PGPASSFILE names: never in the address.\n"
    "entvas import BACKUP.sql: the same from its pg_dump in plain format.\n\n"
    "  --format F      csv, ndjson, json, sql or auto (by name and content, the default)\n"
    "  --project P     where to; default: default\n"
    "  --dry-run       only looks at every event, says how many the project has already, and stores nothing\n"
    "  --skip-invalid  leaves out what is no valid event; else nothing is stored as long as there is one\n"
    "  --rejects FILE  writes what was left out there, one JSON object a line with line, column, reason and text, "
    "once\n"
    "                  all is imported; replaces no file, and with --dry-run it is not made\n"
    "  --json          one JSON object about what was done\n\n"
    "FILE may be packed with gzip; \"-\" is standard input. --database-url and --config name the database that the "
    "events\n"
    "go to, as for the server. Servers on PostgreSQL may run meanwhile; one that has a SQLite file open must be "
    "stopped.\n";

constexpr int kShownFaults = 10;
constexpr qint64 kLookEvery = 1'000; // events between two looks at the clock and the signal

struct ImportSums {
    qint64 read = 0;
    qint64 rejected = 0;
    qint64 imported = 0;
    qint64 duplicates = 0;
};

Result<std::optional<EventFormat>> formatOf(const QString &name)
{
    static const QMap<QString, EventFormat> formats{{u"csv"_s, EventFormat::Csv},
                                                    {u"ndjson"_s, EventFormat::Ndjson},
                                                    {u"json"_s, EventFormat::Json},
                                                    {u"sql"_s, EventFormat::Sql}};
    if (name == u"auto")
        return std::optional<EventFormat>();
    if (formats.contains(name))
        return std::optional(formats.value(name));
    return {Fault::BadInput, u"import: --format takes csv, ndjson, json, sql or auto, not \"%1\"."_s.arg(name)};
}

QString sentence(const EventSource &source, const FileEvent &bad)
{
    const QString column = bad.column > 0 ? u", byte %1"_s.arg(bad.column) : QString();
    return u"%1, %2%3: %4"_s.arg(source.name(), source.placeOf(bad.line), column,
                                 std::get<ImportFault>(bad.event).reason);
}

class Importer
{
public:
    Importer(EventSource &source, bool skipsInvalid, RejectsFile *rejects)
        : m_source(source), m_skipsInvalid(skipsInvalid), m_rejects(rejects)
    {
    }

    // The first pass: every event, and nothing stored. False when it was stopped. With `store`, opened to look, it also
    // counts what the project has already.
    Result<bool> look(const StopFlag &stop, BulkStore *store = nullptr)
    {
        Progress progress(u"Checking"_s, m_source.unit(), m_source.total());
        while (true) {
            const auto read = m_source.next();
            if (!read)
                return read.failure();
            if (!read.value())
                break;
            if (const auto *event = std::get_if<Event>(&read.value()->event); event && store)
                if (const Result<void> counted = countExisting(*store, event->id); !counted)
                    return counted.failure();
            if (std::holds_alternative<ImportFault>(read.value()->event)) {
                progress.clear();
                if (const Result<void> told = tell(*read.value()); !told)
                    return told.failure();
            }
            if (++m_sums.read % kLookEvery == 0) {
                progress.update(m_source.done());
                if (stop.isSet())
                    return false;
            }
        }
        if (store)
            if (const Result<void> counted = countExisting(*store, {}); !counted)
                return counted.failure();
        m_fingerprint = m_source.fingerprint();
        progress.clear();
        if (m_sums.rejected > 0 && !m_skipsInvalid)
            return Failure{Fault::Storage,
                           u"%1 of %2 records can't be imported, so nothing was. Mend them, or leave them "
                           "out with --skip-invalid (and --rejects FILE to keep them)."_s.arg(
                               countText(m_sums.rejected), countText(m_sums.read))};
        return true;
    }

    // The second one.
    Result<bool> store(BulkStore &store, const StopFlag &stop)
    {
        if (const Result<void> opened = m_source.open(); !opened)
            return opened.failure();
        Progress progress(u"Importing"_s, u"events"_s, m_sums.read - m_sums.rejected);
        EventBatch batch;
        for (bool goesOn = true; goesOn;) {
            auto read = m_source.next();
            if (!read)
                return read.failure();
            goesOn = read.value().has_value();
            if (goesOn)
                if (auto *event = std::get_if<Event>(&read.value()->event))
                    batch.append(std::move(*event));
            if (batch.size() < BulkStore::kBatchEvents && goesOn)
                continue;
            if (!batch.isEmpty()) {
                const auto appended = store.append(std::exchange(batch, {}));
                if (!appended)
                    return appended.failure();
                m_sums.imported += appended.value().stored;
                m_sums.duplicates += appended.value().duplicates;
                m_sums.rejected += appended.value().refused;
                if (appended.value().refused > 0 && !m_skipsInvalid)
                    return Failure{Fault::BadInput,
                                   u"The database refused %1 of these events; the others are there up to here. With "
                                   "--skip-invalid such events are left out (%2)"_s.arg(
                                       QString::number(appended.value().refused), appended.value().refusedBecause)};
                progress.update(m_sums.imported + m_sums.duplicates);
            }
            if (stop.isSet() && goesOn)
                return false;
        }
        progress.finish();
        if (m_source.fingerprint() != m_fingerprint)
            return Failure{Fault::Storage,
                           u"%1 was changed while it was read; import it once more: what is there already "
                           "is left out."_s.arg(m_source.name())};
        return true;
    }

    const ImportSums &sums() const { return m_sums; }

private:
    // Asks for whole batches; a null id asks for what is left.
    Result<void> countExisting(BulkStore &store, const QUuid &id)
    {
        if (!id.isNull())
            m_asked << id;
        if (m_asked.isEmpty() || (!id.isNull() && m_asked.size() < BulkStore::kBatchEvents))
            return {};
        const Result<qint64> existing = store.countExisting(std::exchange(m_asked, {}));
        if (!existing)
            return existing.failure();
        m_sums.duplicates += existing.value();
        return {};
    }

    Result<void> tell(const FileEvent &bad)
    {
        if (++m_sums.rejected <= kShownFaults)
            printError(sentence(m_source, bad));
        else if (m_sums.rejected == kShownFaults + 1)
            printError(u"…"_s);
        if (!m_rejects)
            return {};
        const QJsonObject reject{{u"line"_s, bad.line},
                                 {u"column"_s, bad.column},
                                 {u"reason"_s, std::get<ImportFault>(bad.event).reason},
                                 {u"text"_s, QString::fromUtf8(bad.text)}};
        return m_rejects->add(QJsonDocument(reject).toJson(QJsonDocument::Compact) + '\n');
    }

    EventSource &m_source;
    bool m_skipsInvalid;
    RejectsFile *m_rejects;
    ImportSums m_sums;
    QList<QUuid> m_asked;
    QByteArray m_fingerprint;
};

QJsonObject toJson(const CommandWords &words, const EventSource &source, const ImportSums &sums, bool isComplete,
                   double seconds)
{
    return {{u"source"_s, source.name()},   {u"project"_s, words.project()},        {u"read"_s, sums.read},
            {u"imported"_s, sums.imported}, {u"duplicates"_s, sums.duplicates},     {u"rejected"_s, sums.rejected},
            {u"complete"_s, isComplete},    {u"dryRun"_s, words.has(u"dry-run"_s)}, {u"seconds"_s, seconds}};
}

void printSums(const ImportSums &sums, const QString &project, bool isDry)
{
    if (isDry)
        return print(
            u"%1 records read: %2 can be imported into the project %3, %4 are there already, %5 can't. Nothing was stored."_s
                .arg(countText(sums.read), countText(sums.read - sums.rejected - sums.duplicates), project,
                     countText(sums.duplicates), countText(sums.rejected)));
    print(u"%1 records read: %2 imported, %3 there already, %4 left out."_s.arg(
        countText(sums.read), countText(sums.imported), countText(sums.duplicates), countText(sums.rejected)));
}

} // namespace

CommandEnd runImportCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const CommandForm form{u"import"_s,
                           {u"--format"_s, u"--project"_s, u"--rejects"_s, u"--table"_s},
                           {u"--dry-run"_s, u"--skip-invalid"_s},
                           1,
                           u"the name of a file, \"-\" or postgresql://…"_s};
    const auto words = readCommandWords(form, options.commandArguments);
    if (!words)
        return words.failure();
    const auto format = formatOf(words.value().options.value(u"format"_s, u"auto"_s));
    if (!format)
        return format.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const bool isDry = words.value().has(u"dry-run"_s);
    const bool skipsInvalid = words.value().has(u"skip-invalid"_s);
    const QString rejectsName = words.value().options.value(u"rejects"_s);
    if (!rejectsName.isEmpty() && !skipsInvalid && !isDry)
        return Failure{Fault::BadInput, u"import: --rejects goes with --skip-invalid or --dry-run."_s};

    RejectsFile rejects(rejectsName);
    const bool hasRejects = !rejectsName.isEmpty() && !isDry;
    if (!rejectsName.isEmpty()) {
        Result<void> free = rejects.check();
        if (free)
            free = DatabaseCare(settings.value().database).mustNotBe(rejectsName);
        if (!free)
            return free.failure();
    }

    ImportRules rules;
    rules.parse.dimensions = settings.value().dimensions;
    rules.nowMs = SystemClock().nowMs();
    const auto source = makeEventSource(words.value().plain.first(), format.value(),
                                        words.value().options.value(u"table"_s, u"events"_s), rules);
    if (!source)
        return source.failure();
    QElapsedTimer since;
    since.start();
    const auto leave = [&](const Failure &failure, const ImportSums &sums = {}) {
        return CommandEnd(failure,
                          toJson(words.value(), *source.value(), sums, false, double(since.elapsed()) / 1'000));
    };
    if (const Result<void> opened = source.value()->open(); !opened)
        return leave(opened.failure());
    if (hasRejects)
        if (const Result<void> opened = rejects.open(); !opened)
            return leave(opened.failure());
    BulkStore store(settings.value());
    // Looking is possible ahead of the database, too; then nothing is there already.
    const bool hasStore = !isDry || store.isThere();
    if (hasStore) {
        const Result<void> opened =
            isDry ? store.openToLook(words.value().project()) : store.open(words.value().project());
        if (!opened)
            return leave(opened.failure());
    }

    StopFlag stop;
    Importer importer(*source.value(), skipsInvalid || isDry, hasRejects ? &rejects : nullptr);
    const Result<bool> looked = importer.look(stop, isDry && hasStore ? &store : nullptr);
    if (!looked)
        return leave(looked.failure(), importer.sums());
    if (!looked.value())
        return leave({Fault::Internal,
                      u"Stopped while looking at the events: nothing was stored. The same command begins again."_s},
                     importer.sums());
    Result<bool> stored = true;
    if (!isDry) {
        stored = importer.store(store, stop);
        const Result<bool> tidied = tidyUp(store, stop);
        if (stored && !tidied)
            stored = tidied.failure();
    }
    const ImportSums &sums = importer.sums();
    // What an earlier run brought is known up to where this one came.
    if (stored && !stored.value())
        stored = Failure{Fault::Internal,
                         u"Stopped: %1%2 of %3 events are there. The same command brings the rest."_s.arg(
                             sums.duplicates > 0 ? u"at least "_s : QString(),
                             countText(sums.imported + sums.duplicates), countText(sums.read - sums.rejected))};
    if (!words.value().json)
        printSums(sums, words.value().project(), isDry);
    if (!stored)
        return leave(stored.failure(), sums);
    if (hasRejects)
        if (const Result<void> finished = rejects.finish(); !finished)
            return leave(finished.failure(), sums);
    if (words.value().json)
        print(toJson(words.value(), *source.value(), sums, true, double(since.elapsed()) / 1'000));
    return isDry && sums.rejected > 0 ? ExitCode::Failed : ExitCode::Fine;
}

} // namespace entvas
