#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/commandwords.h"
#include "core/maintenance/care.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas migrate [--json]             brings the database's schema up to date, and says from which version to "
    "which\n"
    "entvas migrate --status [--json]    which versions database and program have; changes nothing\n"
    "entvas migrate --dry-run [--json]   prints what would be run; changes nothing\n\n"
    "Servers do the same when they start; several at once are safe. A newer database is refused (exit 78).\n"
    "--database-url and --config name the database, as for the server.\n";

QJsonObject toJson(const SchemaState &state, bool withStatements)
{
    QJsonArray steps;
    for (const SchemaStep &step : state.steps) {
        QJsonObject one{{u"version"_s, step.version}, {u"name"_s, step.name}, {u"applied"_s, step.isApplied}};
        if (step.isApplied)
            one.insert(u"appliedAt"_s, timeText(step.appliedAtMs));
        else if (withStatements)
            one.insert(u"statements"_s, QJsonArray::fromStringList(step.statements));
        steps.append(one);
    }
    return {{u"database"_s, state.database}, {u"program"_s, state.program}, {u"migrations"_s, steps}};
}

void printStatus(const SchemaState &state)
{
    print(u"Database  schema %1  %2"_s.arg(QString::number(state.database), state.where));
    print(u"Program   schema %1  entvas %2"_s.arg(QString::number(state.program), QLatin1StringView(ENTVAS_VERSION)));
    for (const SchemaStep &step : state.steps)
        print(u"%1  %2  %3"_s.arg(QString::number(step.version).rightJustified(3, u'0'), step.name.leftJustified(20),
                                  step.isApplied ? u"applied "_s + timeText(step.appliedAtMs) : u"pending"_s));
    if (state.isPending())
        print(u"Run entvas migrate, or start a server, to bring it up to date."_s);
}

// Line by line: the ends of its lines are ours.
void printStatement(const QString &statement)
{
    for (const QString &line : (statement + u";\n"_s).split(u'\n'))
        print(line);
}

void printPlan(const SchemaState &state)
{
    for (const SchemaStep &step : state.steps) {
        if (step.isApplied)
            continue;
        print(u"-- %1 %2"_s.arg(QString::number(step.version).rightJustified(3, u'0'), step.name));
        for (const QString &statement : step.statements)
            printStatement(statement);
    }
    if (!state.isNewer()) // of which another sentence tells
        print(state.isPending() ? u"-- Nothing was changed."_s
                                : u"-- The database is up to date: nothing would be run."_s);
}

} // namespace

CommandEnd runMigrateCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const auto words =
        readCommandWords({u"migrate"_s, {}, {u"--status"_s, u"--dry-run"_s}, 0, {}}, options.commandArguments);
    if (!words)
        return words.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const DatabaseCare care(settings.value().database);
    const bool only = words.value().has(u"status"_s) || words.value().has(u"dry-run"_s);
    const auto state = only ? care.schema() : care.migrate();
    if (!state)
        return state.failure();
    if (only) {
        const QJsonObject report = toJson(state.value(), words.value().has(u"dry-run"_s));
        if (words.value().json && state.value().isNewer())
            return {newerDatabase(state.value()), report};
        if (words.value().json)
            print(report);
        else if (words.value().has(u"status"_s))
            printStatus(state.value());
        else
            printPlan(state.value());
        return state.value().isNewer() ? CommandEnd(newerDatabase(state.value())) : CommandEnd(ExitCode::Fine);
    }
    if (words.value().json)
        print(QJsonObject{{u"from"_s, state.value().database}, {u"to"_s, state.value().program}});
    else if (state.value().isPending())
        print(u"The schema of %1 went from version %2 to %3."_s.arg(
            state.value().where, QString::number(state.value().database), QString::number(state.value().program)));
    else
        print(u"The schema of %1 is up to date (version %2)."_s.arg(state.value().where,
                                                                    QString::number(state.value().database)));
    return ExitCode::Fine;
}

} // namespace entvas
