#pragma once

#include "app/commands/commandend.h"
#include "app/commands/parts/commandwords.h"
#include "core/maintenance/admin.h"

namespace entvas {

// What the administration commands share: their words, the database that they work on, and how they print. Their acts
// are those of adminActs(); what only lists is declared by the command.

struct AdminListing {
    QString word;
    QString help;
    QStringList options; // "--project"
    QString synopsis;    // of the options: "[--project P]"
    Result<void> (*run)(Administration &, const CommandWords &);
};

struct AdminCommandForm {
    QString command;
    QList<AdminListing> listings;
    QStringList otherWords = {}; // that are done elsewhere
    QString otherUsage = {};     // their usage lines
    QString notes = {};          // at the end of the usage
};

// Reads the words, opens the database, or asks the server that has it open, and runs what is named. --database-url,
// --config and --json are known to all.
CommandEnd runAdmin(const AdminCommandForm &form, const Options &options);

// Everything that `entvas COMMAND --help` prints, and the options that take a value.
QString adminUsage(const AdminCommandForm &form);
QStringList adminOptions(const AdminCommandForm &form);

// Fault::NotFound when --project names none that is there.
Result<void> mustHave(const Directory &directory, const QString &project);

// What may be seen only once: written when it returns, or Fault::Internal says why not.
Result<void> printNow(const QByteArray &line);
QString timeText(qint64 ms); // "-" for 0

} // namespace entvas
