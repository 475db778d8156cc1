#pragma once

#include "app/commands/commandend.h"

#include <QStringList>

namespace entvas {

class CommandLine;

// An option of the program, of a command or of one of its actions. It is declared once: the parser, --help, the manual
// page, the completions of the shells and the suggestions of near names read this declaration.
struct CommandOption {
    enum class Kind {
        Switch, // takes no value
        Text,
        Choice, // one of `choices`
        Number, // a whole number from `least` to `most`
        Moment, // 2025-01-01T12:00:00Z, 2025-01-01, or 7d, 24h, 30m before now
        Span,   // 90d, 12h, 30m
        File,
    };
    QString name = {}; // "--format"
    Kind kind = Kind::Switch;
    QString value = {};       // what help shows for the value: "FILE"; empty: the choices
    QString help = {};        // with the default
    QStringList choices = {}; // of a Choice; for other kinds: words that are taken besides
    qint64 least = 0;
    qint64 most = 0;
    bool isRequired = false;
    QString letter = {};       // "-o"
    bool needsDesktop = false; // of no use to the program that is the server alone
};

// --project, of the commands that work on one.
CommandOption projectOption(const QString &help = QStringLiteral("which project; default: default"));

// One way to call a command: "entvas export", or "entvas keys create" for one of several actions. --json is known to
// all of them.
struct CommandAction {
    QString name = {};        // "create"; empty for the only action of a command
    QString word = {};        // the one word that it takes, as help shows it: "ID"; empty: none
    QString wordMeaning = {}; // for the sentence that misses it: "the name of a file"
    QString help = {};        // beside other actions
    QList<CommandOption> options = {};
    CommandEnd (*run)(const CommandLine &line) = nullptr;
};

// A command of the program. It has a QCoreApplication, and an event loop of its own if it needs one.
struct Command {
    QString name;
    QString summary;         // one line for entvas --help
    QString about = {};      // what its own help begins with; one paragraph a line
    QString json = {};       // what --json prints
    QString notes = {};      // what its own help ends with; one paragraph a line
    bool hasDatabase = true; // takes --database-url and --config
    QList<CommandAction> actions = {};

    // All that an action takes, with what is common to all.
    QList<CommandOption> optionsOf(const CommandAction &action) const;
};

} // namespace entvas
