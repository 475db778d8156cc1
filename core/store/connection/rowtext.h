#pragma once

#include "core/base/result.h"

#include <QStringList>

namespace entvas {

class SqlConnection;

// The rows of a table as text, JSON arrays, and back: made from what the database's own catalogue says of it, so that
// one piece of code serves every table of every schema.
struct TableColumn {
    QString name;
    QString type; // as the database names it, in lower case
};
// Empty when there is no such table.
Result<QList<TableColumn>> columnsOf(SqlConnection &connection, const QString &table);
Result<QStringList> tableNames(SqlConnection &connection);

// Statements, ready to run by their name: one column with a row as JSON …
Result<QString> defineRead(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns);
// … and one that takes :rows, an array of such rows, with the columns in this order.
Result<QString> defineLoad(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns);
Result<qint64> countRows(SqlConnection &connection, const QString &table);
// Of its column count; 0 for tables without.
Result<qint64> sumCounts(SqlConnection &connection, const QString &table, const QList<TableColumn> &columns);

Result<qint64> readNumber(SqlConnection &connection, const QString &statement);

} // namespace entvas
