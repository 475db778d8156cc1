#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/caredisplay.h"
#include "app/commands/parts/commandwords.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kBackupUsage[] =
    "entvas backup FILE [--force] [--json]    everything that the database holds, at one moment, into a file\n\n"
    "Works while servers run. The file fits both SQLite and PostgreSQL, is private to you, appears when it is whole,\n"
    "and was read again then. FILE may be - for standard output. --force replaces a file that is there.\n"
    "--database-url and --config name the database, as for the server.\n";

constexpr char kRestoreUsage[] =
    "entvas restore FILE [--force] [--json]   replaces what the database holds by a backup\n\n"
    "The whole file is checked first, and nothing is changed unless all of it was loaded and counted. Servers must\n"
    "be stopped. A database in use is replaced with --force only; one with tables of another program never; one that "
    "is\n"
    "damaged is kept beside the new one. FILE may be - for standard input.\n"
    "--database-url and --config name the database, as for the server.\n";

QJsonObject toJson(const BackupSummary &summary)
{
    const auto numbers = [](const QMap<QString, qint64> &map) {
        QJsonObject object;
        for (auto it = map.cbegin(); it != map.cend(); ++it)
            object.insert(it.key(), it.value());
        return object;
    };
    QJsonObject object{{u"file"_s, summary.path},
                       {u"bytes"_s, summary.bytes},
                       {u"schema"_s, summary.schema},
                       {u"program"_s, summary.program},
                       {u"createdAt"_s, summary.createdAt},
                       {u"database"_s, summary.database},
                       {u"projects"_s, QJsonArray::fromStringList(summary.projects)},
                       {u"rows"_s, numbers(summary.rows)},
                       {u"sums"_s, numbers(summary.sums)}};
    if (!summary.keptAs.isEmpty())
        object.insert(u"damagedKeptAs"_s, summary.keptAs);
    return object;
}

CommandEnd run(const QString &command, const char *usage, const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(usage, stdout);
        return ExitCode::Fine;
    }
    const auto words = readCommandWords({command, {}, {u"--force"_s}, 1, u"the name of a file, or \"-\","_s},
                                        options.commandArguments);
    if (!words)
        return words.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const DatabaseCare care(settings.value().database);
    const QString path = words.value().plain.first();
    if (path == u'-' && words.value().json && command == "backup"_L1)
        return Failure{Fault::BadInput,
                       u"backup: --json goes with the name of a file: standard output is the backup's."_s};
    const bool force = words.value().has(u"force"_s);
    const bool isBackup = command == "backup"_L1;

    CareDisplay display(u"rows"_s);
    const auto done =
        isBackup ? care.backup(path, force, display.progress()) : care.restore(path, force, display.progress());
    display.clear();
    if (!done)
        return done.failure();
    display.finish();
    const BackupSummary &summary = done.value();
    if (isBackup && path == u'-')
        return ExitCode::Fine; // standard output is the backup's
    if (words.value().json) {
        print(toJson(summary));
        return ExitCode::Fine;
    }
    const QString holds = u"%1 events, %2 rows in all, %3"_s.arg(countText(summary.rows.value(u"events"_s)),
                                                                 countText(summary.allRows()), sizeText(summary.bytes));
    if (isBackup) {
        print(u"Backed up to %1: %2. It was read again and is whole."_s.arg(path, holds));
    } else {
        print(u"Restored from %1 (of %2, schema %3, made by entvas %4): %5."_s.arg(
            path, summary.createdAt, QString::number(summary.schema), summary.program, holds));
        if (!summary.keptAs.isEmpty())
            print(u"What lay there was damaged, and is kept as %1."_s.arg(summary.keptAs));
        print(u"Rows per table and the sums of the counts are those of the backup. Servers may start now."_s);
    }
    return ExitCode::Fine;
}

} // namespace

CommandEnd runBackupCommand(const Options &options)
{
    return run(u"backup"_s, kBackupUsage, options);
}

CommandEnd runRestoreCommand(const Options &options)
{
    return run(u"restore"_s, kRestoreUsage, options);
}

} // namespace entvas
