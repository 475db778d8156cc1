#pragma once

#include "core/base/result.h"

#include <QStringList>

namespace entvas {

class SqlConnection;

// Applies the numbered files that the database lacks, each in a transaction of its own and noted in schema_migrations.
// Safe when several servers start at once. Fault::Configuration when the database is newer than this program, or is not
// in UTF-8.
Result<void> applyMigrations(SqlConnection &connection);

// Fault::Configuration when the database has another encoding than UTF-8: one character that it lacks would be refused
// with all that is sent beside it.
Result<void> mustBeUtf8(SqlConnection &connection);

// What the user of this connection may not do and a server must, such as "events (INSERT)". After the migrations.
Result<QStringList> missingRights(SqlConnection &connection);
// The same of what only housekeeping needs: without it a server runs, and its tables grow for ever.
Result<QStringList> missingUpkeepRights(SqlConnection &connection);

} // namespace entvas
