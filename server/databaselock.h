#pragma once

#include "core/result.h"
#include "core/settings.h"

#include <memory>
#include <QFile>

namespace entvas {

// Two programs that write and checkpoint one WAL file at the same instant can damage it (SQLite 3.40): held by whoever
// writes the database, as long as the object lives. The kernel's lock ends with its process, however that ended; a
// process number in a file would not do, as in a container that was killed and started again it is the same one.
class DatabaseLock
{
public:
    // Fault::Unavailable names the process that has it. Nothing to do for PostgreSQL, and where the file system knows
    // no locks. Fault::Denied when there is a lock that may not be opened: nobody knows then who has it.
    static Result<DatabaseLock> take(const DatabaseUrl &database);
    // Whether somebody has it: the same failures, but nothing is made and nobody is kept from starting.
    static Result<void> probe(const DatabaseUrl &database);

private:
    std::shared_ptr<QFile> m_file;
};

} // namespace entvas
