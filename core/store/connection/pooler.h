#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

namespace entvas {

class SqlConnection;

// Whether a connection pooler stands between us and the database, and what it pools: a connection of its own for each
// of ours, or a session of the database for the length of a transaction only. There, prepared statements, settings and
// LISTEN get lost.
enum class Pooling { None, BySession, ByTransaction };

// `connection` is open, to `url`. Opens a second one when there is a pooler.
Result<Pooling> poolingOf(SqlConnection &connection, const DatabaseUrl &url);

// For people: what is wrong with Pooling::ByTransaction, and what to do.
Failure pooledByTransaction(const QString &where);

} // namespace entvas
