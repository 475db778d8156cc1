#include "core/store/connection/rowtext.h"

#include "core/store/connection/sqlconnection.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString quoted(QString name)
{
    return u'"' + name.replace(u'"', u"\"\""_s) + u'"';
}

bool isPostgres(const SqlConnection &connection)
{
    return connection.dialect().name == "postgresql"_L1;
}

constexpr auto kInstant = "timestamp with time zone"_L1;

} // namespace

Result<qint64> readNumber(SqlConnection &connection, const QString &statement)
{
    const Result<Rows> rows = connection.run(statement);
    if (!rows)
        return rows.failure();
    if (!(*rows)->next()) {
        if (const Result<void> ended = connection.ended(*rows); !ended)
            return ended.failure();
        return {Fault::Storage, u"The database %1 gave no answer to %2."_s.arg(connection.where(), statement)};
    }
    return (*rows)->value(0).toLongLong();
}

Result<QList<TableColumn>> columnsOf(SqlConnection &connection, const QString &table)
{
    const Result<Rows> rows = connection.run(u"table_columns"_s, {{u":table"_s, table}});
    if (!rows)
        return rows.failure();
    QList<TableColumn> columns;
    while ((*rows)->next())
        columns.append({(*rows)->value(0).toString(), (*rows)->value(1).toString().toLower()});
    if (const Result<void> ended = connection.ended(*rows); !ended)
        return ended.failure();
    return columns;
}

Result<QStringList> tableNames(SqlConnection &connection)
{
    const Result<Rows> rows = connection.run(u"table_names"_s);
    if (!rows)
        return rows.failure();
    QStringList names;
    while ((*rows)->next())
        names.append((*rows)->value(0).toString());
    if (const Result<void> ended = connection.ended(*rows); !ended)
        return ended.failure();
    return names;
}

Result<QString> defineRead(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns)
{
    QStringList parts;
    for (const TableColumn &column : columns) {
        const QString name = quoted(column.name);
        if (column.type == kInstant)
            parts << u"trim_scale(extract(epoch FROM %1) * 1000)"_s.arg(name);
        else if (column.type == "jsonb"_L1 || column.type == "json"_L1)
            parts << u"CAST(%1 AS text)"_s.arg(name); // as text its digits stay as they are
        else
            parts << name;
    }
    const QString statement = u"read rows of "_s + table;
    connection.statements().define(statement,
                                   (isPostgres(connection) ? u"SELECT CAST(json_build_array(%1) AS text) FROM %2"_s
                                                           // as bytes, since text would lose U+FFFE and U+FFFF
                                                           : u"SELECT CAST(json_array(%1) AS blob) FROM %2"_s)
                                       .arg(parts.join(u", "_s), quoted(table)));
    return statement;
}

Result<QString> defineLoad(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns)
{
    QStringList names;
    QStringList values;
    for (qsizetype i = 0; i < columns.size(); ++i) {
        const TableColumn &column = columns[i];
        names << quoted(column.name);
        const QString value = u"value ->> %1"_s.arg(i);
        if (column.type == kInstant)
            values << u"to_timestamp(CAST(%1 AS double precision) / 1000)"_s.arg(value);
        else if (column.type == "text"_L1)
            values << value;
        else
            values << u"CAST(%1 AS %2)"_s.arg(value, column.type);
    }
    const QString statement = u"load rows of "_s + table;
    connection.statements().define(
        statement,
        (isPostgres(connection)
             ? u"INSERT INTO %1 (%2) SELECT %3 FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS x (value)"_s
             : u"INSERT INTO %1 (%2) SELECT %3 FROM json_each(:rows)"_s)
            .arg(quoted(table), names.join(u", "_s), values.join(u", "_s)));
    return statement;
}

Result<qint64> countRows(SqlConnection &connection, const QString &table)
{
    const QString statement = u"count rows of "_s + table;
    connection.statements().define(statement, u"SELECT count(*) FROM %1"_s.arg(quoted(table)));
    return readNumber(connection, statement);
}

Result<qint64> sumCounts(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns)
{
    if (std::none_of(columns.cbegin(), columns.cend(), [](const TableColumn &c) { return c.name == "count"_L1; }))
        return 0;
    const QString statement = u"sum counts of "_s + table;
    connection.statements().define(statement,
                                   u"SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM %1"_s.arg(quoted(table)));
    return readNumber(connection, statement);
}

} // namespace entvas
