#pragma once

#include <QStringList>

namespace entvas {

// Every table of the schema is in one of these two lists; a test looks into the database.
// Kept by a backup, in the order that they are filled in: what others refer to comes first.
const QStringList &keptTables();
// Rebuilt or worthless after a restore: emptied, and in no backup.
const QStringList &transientTables();
// Holds which migrations were applied; a backup carries the version instead.
inline constexpr char kMigrationsTable[] = "schema_migrations";

} // namespace entvas
