#pragma once

#include "core/model/settings.h"

namespace entvas {

// Whether there is a file or folder of this name. Fault::Denied when this user may not look.
Result<bool> isFileThere(const QString &path);
// For callers that must not make it: Fault::Configuration when there is no such SQLite file.
Result<void> mustExist(const DatabaseUrl &database);
// Before a file is written: Fault::BadInput when `path`, by any name, is the SQLite file or one that lies beside
// it by its name (-wal, -shm, -journal, .lock, .restoring, .owner).
Result<void> mustNotBeDatabase(const DatabaseUrl &database, const QString &path);

// Makes what is missing of a SQLite file and its folder, for their owner alone. What root makes belongs to the owner of
// the folder that was there: a server that runs as that user must not be shut out of its own database. Fault::Denied
// when it can't be made; a file that another program makes meanwhile will do.
Result<void> makeDatabaseFile(const QString &path);
Result<void> makeDatabaseFolder(const QString &path); // of the file

// From now on all SQLite connections of this process together hold about so much memory at most: beyond it, a page that
// is read takes the place of an older one instead of room of its own.
void limitSqliteMemory(qint64 bytes);

// How a finished SQLite file takes the place of another one. Blocks; any thread. Each does its work or changes nothing.

// Gives `path` the owner, group and mode of `like`; where that does not exist, root gives it those of its folder, and
// all others keep it. Fault::Denied when that is not allowed.
Result<void> giveOwnerOf(const QString &like, const QString &path);

// Fault::Unavailable when what was written did not reach the disk.
Result<void> syncToDisk(const QString &path);

// The complete, closed file `fresh` becomes `database`. What lies beside the old one (-wal, -shm, -journal) goes
// out of the way: SQLite would take it for a part of the new one. A database that is not sound, because it can't be
// opened or does not pass SQLite's own check, is kept as .damaged-1 (or -2, …), which is returned. Fault::Unavailable
// when a program has the old one open, Fault::Configuration when it has tables that are not ours.
Result<QString> replaceDatabaseFile(const QString &fresh, const DatabaseUrl &database);

} // namespace entvas
