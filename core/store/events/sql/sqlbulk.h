#pragma once

#include "core/base/result.h"

namespace entvas {

class SqlConnection;

// For commands that bring whole histories in and take old events out, and can do it again. Lives in the connection's
// thread.
class SqlBulk
{
public:
    explicit SqlBulk(SqlConnection &connection) : m_connection(connection) {}

    // From now on commits no longer wait for the disk each, but all of them are there, or the later ones are not. end()
    // waits for the disk once.
    Result<void> begin();
    Result<void> end();
    // Changes nothing. Fault::Configuration when the database has another schema than this program, or is none of ours.
    Result<void> checkVersion();
    // Of all time, also when retention took them: then their counts are still there.
    Result<bool> hasEvents(const QString &project);
    Result<qint64> countEventsBefore(const QString &project, qint64 receivedAtMs);
    // Removes up to SqlUpkeep::kRowsPerStep of them, the oldest first; their counts stay. Returns how many.
    Result<int> dropEventsBefore(const QString &project, qint64 receivedAtMs);
    struct Space {
        qint64 bytes = 0;     // SQLite: of the file; PostgreSQL: of the table of events with its indexes
        qint64 freeBytes = 0; // of it, that new events can take; PostgreSQL: not known, 0
    };
    Result<Space> space();
    // SQLite: writes the file anew, without what is free in it.
    Result<void> compactFile();

private:
    SqlConnection &m_connection;
};

} // namespace entvas
