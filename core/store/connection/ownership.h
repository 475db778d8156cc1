#pragma once

#include "core/base/result.h"

#include <QStringList>

namespace entvas {

class SqlConnection;

// Whose the tables of a database are. It is ours when it notes our migrations; a table "schema_migrations" others have
// too, but not with our columns.
struct Ownership {
    bool isOurs = false;
    QStringList foreign;  // the tables that Entvas did not make
    QStringList inTheWay; // of them those with names that Entvas needs
};
Result<Ownership> readOwnership(SqlConnection &connection);
// For callers that must not make its tables: Fault::Configuration when there are none of ours.
Result<void> mustBeOurs(SqlConnection &connection);

// Fault::Configuration: names the tables, and says that nothing was changed.
Failure notOurs(const SqlConnection &connection, const QStringList &tables);

} // namespace entvas
