#pragma once

#include "core/result.h"

#include <QStringList>

namespace entvas {

class SqlConnection;

// Applies the numbered files that the database lacks, each in a transaction of its own and noted in schema_migrations.
// Safe when several servers start at once. Fault::Configuration when the database is newer than this program.
Result<void> applyMigrations(SqlConnection &connection);

// What the user of this connection may not do and a server must, such as "events (INSERT)". After the migrations.
Result<QStringList> missingRights(SqlConnection &connection);

} // namespace entvas
