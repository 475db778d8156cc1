#pragma once

#include "app/commands/options.h"

#include <QMap>
#include <QSet>

namespace entvas {

// The words behind a command that works on a database: names, options with values, and flags without.
struct CommandWords {
    QStringList plain;
    QMap<QString, QString> options; // without dashes
    QSet<QString> flags;            // without dashes
    bool json = false;

    bool has(const QString &flag) const { return flags.contains(flag); }
    QString project() const;
};

// What a command knows; --database-url, --config and --json are known to all.
struct CommandForm {
    QString command;
    QStringList options; // "--project"
    QStringList flags;   // "--force"
    qsizetype words = 0; // that must stand there beside them
    static constexpr qsizetype kAnyNumber = -1;
    QString wordName; // of the word, for the sentence that misses it
};
Result<CommandWords> readCommandWords(const CommandForm &form, const QStringList &arguments);

// The settings that the command runs with.
Result<Settings> settingsOf(Options options, const CommandWords &words);

// A whole number of an option; `fallback` where it is not given. Fault::BadInput names what is allowed.
Result<qint64> numberOf(const CommandForm &form, const CommandWords &words, const QString &option, qint64 fallback,
                        qint64 least, qint64 most);

// A moment: ISO 8601 with zone, a date (its midnight here), or "7d", "24h", "30m" before `nowMs`.
Result<qint64> timeOf(const CommandForm &form, const QString &option, const QString &text, qint64 nowMs);

bool asksForHelp(const QStringList &arguments);

} // namespace entvas
