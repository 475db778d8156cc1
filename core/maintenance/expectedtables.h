#pragma once

#include "core/base/result.h"

#include <QMap>
#include <QStringList>

namespace entvas {

class SqlConnection;

// What the migrations up to a schema have made, as their files say it.
// Names of the columns by table.
Result<QMap<QString, QStringList>> expectedTables(SqlConnection &connection, int schema);
// The statement that makes each index, on one line.
Result<QMap<QString, QString>> expectedIndexes(SqlConnection &connection, int schema);

} // namespace entvas
