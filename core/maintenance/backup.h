#pragma once

#include "core/maintenance/backupfile.h"
#include "core/model/settings.h"

#include <functional>

namespace entvas {

// How many rows are done, of how many; false ends the work: the failure then says "stopped" (Fault::Internal).
using MaintenanceStep = std::function<bool(qint64 done, qint64 total)>;
Failure stopped();

struct BackupReport {
    BackupHead head;
    BackupEnd end;
    qint64 bytes = 0; // of the file
    QString keptAs;   // restored: where the damaged database is that lay there; empty when there was none
};

// Writes one consistent snapshot of the database into the device while servers go on working. Memory for one row.
// Fault::Configuration when the database is newer than this program or has no schema yet.
Result<BackupReport> writeBackup(const DatabaseUrl &database, QIODevice *device, const MaintenanceStep &step);
// Reads a backup from its beginning to its end.
Result<BackupReport> checkBackup(QIODevice *device, const QString &name, const MaintenanceStep &step);

// What a database holds that a restore would replace; zeros for one without a schema.
struct Holdings {
    int schema = 0;
    qint64 events = 0; // at most 1: whether there are any
    qint64 keys = 0;
    qint64 members = 0;
    qint64 projects = 0; // beside the default one
    QStringList foreign; // tables that are not ours and that a restore would destroy
    bool isEmpty() const { return events + keys + members + projects == 0; }
};
Result<Holdings> readHoldings(const DatabaseUrl &database);

// Replaces all that the database holds by the backup, or changes nothing: PostgreSQL in one transaction, SQLite in a
// new file that takes the old one's place at the end. A backup of an older schema is brought up to date. No other
// program may use the database meanwhile.
Result<BackupReport> restoreBackup(const DatabaseUrl &database, QIODevice *device, const QString &name, qint64 rows,
                                   const MaintenanceStep &step);

// The newest schema that this program knows for a kind of database.
int newestSchema(DatabaseUrl::Kind kind);

} // namespace entvas
