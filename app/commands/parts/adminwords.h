#pragma once

#include "app/commands/commandend.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "core/maintenance/admin.h"

namespace entvas {

// What the administration commands share: their words, the database that they work on, and how they print.

struct AdminAction {
    QString name;
    qsizetype words; // with its name
    Result<void> (*run)(Admin &, const CommandWords &);
    bool mayCreate = false; // the database, where there is none
};

// Reads the words, finds the action, opens the database and runs it. --database-url, --config
// and --json are known to all.
CommandEnd runAdmin(const QString &command, const char *usage, const QStringList &flags,
                    const QList<AdminAction> &actions, const Options &options);

// Fault::NotFound when --project names none that is there.
Result<void> mustHave(const Directory &directory, const QString &project);

// What may be seen only once: written when it returns, or Fault::Internal says why not.
Result<void> printNow(const QByteArray &line);

// "90d", "12h" or "30m" in milliseconds; Fault::BadInput, naming `flag` of `command`, for anything else.
Result<qint64> spanFromText(const QString &text, const QString &command, const QString &flag);

} // namespace entvas
