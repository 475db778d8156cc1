#include "app/commands/commandline.h"
#include "app/commands/parts/amounts.h"
#include "core/maintenance/databasemaintenance.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

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
    if (!state.isNewer()) // which is reported in another sentence
        print(state.isPending() ? u"-- Nothing was changed."_s
                                : u"-- The database is up to date: nothing would be run."_s);
}

CommandEnd show(const CommandLine &line, const SchemaState &state)
{
    const QJsonObject report = toJson(state, line.has(u"dry-run"_s));
    if (line.json() && state.isNewer())
        return {newerDatabase(state), report};
    if (line.json())
        print(report);
    else if (line.has(u"status"_s))
        printStatus(state);
    else
        printPlan(state);
    return state.isNewer() ? CommandEnd(newerDatabase(state)) : CommandEnd(ExitCode::Fine);
}

CommandEnd runMigrate(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    const DatabaseMaintenance database(settings->database);
    const bool showsOnly = line.has(u"status"_s) || line.has(u"dry-run"_s);
    const auto state = showsOnly ? database.schema() : database.migrate();
    if (!state)
        return state.failure();
    if (showsOnly)
        return show(line, *state);
    if (line.json())
        print(QJsonObject{{u"from"_s, state->database}, {u"to"_s, state->program}});
    else if (state->isPending())
        print(u"The schema of %1 was upgraded from version %2 to %3."_s.arg(
            state->where, QString::number(state->database), QString::number(state->program)));
    else
        print(u"The schema of %1 is up to date (version %2)."_s.arg(state->where, QString::number(state->database)));
    return ExitCode::Fine;
}

} // namespace

Command migrateCommand()
{
    return {.name = u"migrate"_s,
            .summary = u"upgrades the database's schema, or shows its version"_s,
            .about =
                u"Brings the database's schema up to date, and says from which version to which. Servers do the same "
                "when they start; several at once are safe. A newer database is refused (exit 78)."_s,
            .actions = {{.options = {{.name = u"--status"_s,
                                      .help = u"which versions database and program have; changes nothing"_s},
                                     {.name = u"--dry-run"_s, .help = u"prints what would be run; changes nothing"_s}},
                         .run = runMigrate}}};
}

} // namespace entvas
