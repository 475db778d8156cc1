#include "core/maintenance/expectedtables.h"

#include "core/store/connection/sqlconnection.h"

#include <functional>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> eachStatement(SqlConnection &connection, int schema, const std::function<void(const QString &)> &take)
{
    for (const QString &migration : connection.statements().migrations()) {
        if (migration.left(3).toInt() > schema)
            continue;
        const Result<QStringList> script = connection.statements().script(migration);
        if (!script)
            return script.failure();
        for (const QString &statement : *script)
            take(statement);
    }
    return {};
}

} // namespace

Result<QMap<QString, QStringList>> expectedTables(SqlConnection &connection, int schema)
{
    static const QRegularExpression made(u"^CREATE TABLE (\\w+) \\((.*)\\)"_s,
                                         QRegularExpression::DotMatchesEverythingOption);
    // The lines of a script have no blanks at their ends; constraints are in capitals.
    static const QRegularExpression column(u"^(?:\"(\\w+)\"|([a-z]\\w*)) "_s, QRegularExpression::MultilineOption);
    static const QRegularExpression added(u"^ALTER TABLE (\\w+) ADD COLUMN \"?(\\w+)"_s);
    QMap<QString, QStringList> tables;
    const Result<void> read = eachStatement(connection, schema, [&](const QString &statement) {
        if (const auto table = made.match(statement); table.hasMatch()) {
            QStringList &names = tables[table.captured(1)];
            for (auto all = column.globalMatch(table.captured(2)); all.hasNext();) {
                const auto one = all.next();
                names << one.captured(1) + one.captured(2);
            }
        } else if (const auto more = added.match(statement); more.hasMatch()) {
            tables[more.captured(1)] << more.captured(2);
        }
    });
    return read ? Result<QMap<QString, QStringList>>(tables) : read.failure();
}

Result<QMap<QString, QString>> expectedIndexes(SqlConnection &connection, int schema)
{
    static const QRegularExpression made(u"^(CREATE|DROP)(?: UNIQUE)? INDEX (?:IF (?:NOT )?EXISTS )?\"?(\\w+)"_s);
    QMap<QString, QString> names;
    const Result<void> read = eachStatement(connection, schema, [&](const QString &statement) {
        const auto match = made.match(statement);
        if (match.captured(1) == "CREATE"_L1)
            names.insert(match.captured(2), QString(statement).replace(u'\n', u' '));
        else
            names.remove(match.captured(2));
    });
    return read ? Result<QMap<QString, QString>>(names) : read.failure();
}

} // namespace entvas
