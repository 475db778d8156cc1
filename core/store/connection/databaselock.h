#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <memory>

namespace entvas {

// Two programs that write and checkpoint one WAL file at the same instant can damage it (SQLite 3.40): held by the one
// that writes the database, as long as the object lives, and taken before and let go after all connections to it. The
// kernel's lock ends with its process, however that ended; a process number in a file would not do, as in a container
// that was killed and started again it is the same one.
// Locked are a file beside the database, which is there before the database is, and the database itself, so that no
// other name of the same file (a hard link, a symbolic one) leads past it.
class DatabaseLock
{
public:
    // What take() does about a database that is not there yet.
    enum class Missing { Make, Leave };

    // Fault::Unavailable names the process that has it. Nothing to do for PostgreSQL, and where the file system knows
    // no locks. Fault::Denied when there is a lock that may not be opened: it is not known then who has it.
    static Result<DatabaseLock> take(const DatabaseUrl &database, Missing missing = Missing::Make);
    // Whether it is held: the same failures, but nothing is made and no one is kept from starting.
    static Result<void> probe(const DatabaseUrl &database);
    // Whether the program that has it has another file open than the one at the path, which was moved, removed or
    // replaced meanwhile: the sentence says so. Empty when it is free, or all is well.
    static QString misplaced(const DatabaseUrl &database);

    // For readers beside a server: Fault::Unavailable when the file is open by another name. What was stored
    // lately lies in a log that is named after that one.
    static Result<void> checkName(const DatabaseUrl &database);

    // The database that was locked is still the file at its path, with its write-ahead log where it was seen
    // to have one. True as well where there is nothing to lock.
    bool isInPlace() const;

private:
    struct Held;
    std::shared_ptr<Held> m_held;
};

} // namespace entvas
