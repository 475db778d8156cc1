#include "app/commands/commandline.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/maintenancedisplay.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

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

QString contentsOf(const BackupSummary &summary)
{
    return u"%1 events, %2 rows in all, %3"_s.arg(countText(summary.rows.value(u"events"_s)),
                                                  countText(summary.allRows()), sizeText(summary.bytes));
}

CommandEnd backUp(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    const bool toOutput = line.word() == u'-';
    if (toOutput && line.json())
        return Failure{Fault::BadInput,
                       u"backup: --json goes with the name of a file: standard output is the backup's."_s};
    MaintenanceDisplay display(u"rows"_s);
    const auto done =
        DatabaseMaintenance(settings->database).backup(line.word(), line.has(u"force"_s), display.progress());
    display.clear();
    if (!done)
        return done.failure();
    display.finish();
    if (line.json())
        print(toJson(*done));
    else if (!toOutput)
        print(u"Backed up to %1: %2. The file was read again and is complete."_s.arg(line.word(), contentsOf(*done)));
    return ExitCode::Fine;
}

CommandEnd restore(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    MaintenanceDisplay display(u"rows"_s);
    const auto done =
        DatabaseMaintenance(settings->database).restore(line.word(), line.has(u"force"_s), display.progress());
    display.clear();
    if (!done)
        return done.failure();
    display.finish();
    if (line.json()) {
        print(toJson(*done));
        return ExitCode::Fine;
    }
    print(u"Restored from %1 (of %2, schema %3, made by entvas %4): %5."_s.arg(
        line.word(), done->createdAt, QString::number(done->schema), done->program, contentsOf(*done)));
    if (!done->keptAs.isEmpty())
        print(u"The database that was there was damaged, and is kept as %1."_s.arg(done->keptAs));
    print(u"Rows per table and the sums of the counts are those of the backup. Servers may start now."_s);
    return ExitCode::Fine;
}

const QString kFileMeaning = u"the name of a file, or \"-\","_s;

} // namespace

Command backupCommand()
{
    return {.name = u"backup"_s,
            .summary = u"writes all that the database holds into a file, while servers run"_s,
            .about =
                u"Writes everything that the database holds, at one moment, into a file. Works while servers run. "
                "The file fits both SQLite and PostgreSQL, is private to you, appears when it is complete, and was "
                "read again then. FILE may be - for standard output."_s,
            .actions = {{.word = u"FILE"_s,
                         .wordMeaning = kFileMeaning,
                         .options = {{.name = u"--force"_s, .help = u"replaces a file that is there"_s}},
                         .run = backUp}}};
}

Command restoreCommand()
{
    return {.name = u"restore"_s,
            .summary = u"replaces what the database holds by a backup"_s,
            .about =
                u"Replaces what the database holds by a backup. The whole file is checked first, and nothing is "
                "changed unless all of it was loaded and counted. Servers must be stopped. A database with tables "
                "of another program is never replaced; one that is damaged is kept beside the new one. FILE may be "
                "- for standard input."_s,
            .actions = {{.word = u"FILE"_s,
                         .wordMeaning = kFileMeaning,
                         .options = {{.name = u"--force"_s, .help = u"replaces a database that is in use"_s}},
                         .run = restore}}};
}

} // namespace entvas
