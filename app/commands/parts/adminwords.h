#pragma once

#include "app/commands/commandline.h"
#include "core/maintenance/admin.h"

namespace entvas {

// What the administration commands share: their acts, the database that they work on, and how they print.

// The acts of this command, as adminActs() declares them, each with its options.
QList<CommandAction> actionsFor(const QString &command);
// For the actions that only list: opens the database, or finds the server that has it open, and shows what is there.
CommandEnd showFrom(const CommandLine &line, Result<void> (*show)(Administration &, const CommandLine &));

// Fault::NotFound when --project names none that is there.
Result<void> mustHave(const Directory &directory, const QString &project);

// What may be seen only once: written when it returns, or Fault::Internal says why not.
Result<void> printNow(const QByteArray &line);

} // namespace entvas
