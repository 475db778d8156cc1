#pragma once

#include "core/result.h"

namespace entvas {

class SqlConnection;

// Applies the numbered files that the database lacks, each in a transaction of its own and noted in schema_migrations.
// Safe when several servers start at once. Fault::Configuration when the database is newer than this program.
Result<void> applyMigrations(SqlConnection &connection);

} // namespace entvas
