#pragma once

#include "core/directory.h"
#include "core/store/sqlconnection.h"

namespace entvas {

// Projects and keys in the database: read by every server, changed by the administration commands.

Result<Directory> readDirectory(SqlConnection &connection);

// A connection of its own for administration: opened and brought up to date first.
class SqlDirectory
{
public:
    explicit SqlDirectory(DatabaseUrl url) : m_connection(std::move(url)) {}

    Result<void> open();
    Result<Directory> read() { return readDirectory(m_connection); }
    // Fault::BadInput when there is one of that id.
    Result<void> addProject(const Project &project);
    // Fault::NotFound when there is no such project.
    Result<void> addKey(const ApiKey &key);
    // Fault::NotFound when no valid key has this id.
    Result<void> revokeKey(const QString &id, qint64 nowMs);

private:
    SqlConnection m_connection;
};

} // namespace entvas
