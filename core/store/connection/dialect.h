#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <chrono>
#include <QSqlError>

namespace entvas {

// PostgreSQL: how long one host may take to connect, unless the database URL says otherwise.
inline constexpr std::chrono::seconds kConnectTimeout{5};

// All that differs between the two databases beside their folders of SQL. Values only; safe from any thread.
struct Dialect {
    QString name;      // as the ready line and the store say it
    QString folder;    // of the SQL files: ":/sql/<folder>"
    QString driver;    // of Qt
    QString package;   // Debian package with the driver
    QString connected; // options for QSqlDatabase, before the user's own
};

const Dialect &dialectOf(DatabaseUrl::Kind kind);

// What an error of the database means for the caller. `where` names the file or the server for people. `connected` is
// false when the driver says that the connection is gone.
//   Unavailable    a later try may work: no connection, locked, disk full, shutting down, timed out
//   BadInput       this data is refused, other data is not
//   Denied         the file or the account has no permission
//   Configuration  the wrong file, no such database
//   Storage        anything else
Failure databaseFailure(DatabaseUrl::Kind kind, const QSqlError &error, bool connected, const QString &where);

// The server takes no writes: a standby, or one that is set to read-only. It may take them later.
bool isReadOnly(const QSqlError &error);

// Two transactions waited for each other and this one was chosen to give way: the same call works at once.
bool isCollision(const QSqlError &error);

} // namespace entvas
