#pragma once

#include "app/commands/command.h"
#include "core/model/settings.h"

#include <QMap>
#include <QStringList>
#include <QUrl>

namespace entvas {

// What the command line asks for. Decided before any application object exists.
struct Options {
    enum class Kind { Desktop, Headless, Command, Help, Version, Complete };
    Kind kind = Kind::Desktop;
    bool kiosk = false;           // Desktop: the whole screen, no bars, saved views in turn
    QString view;                 // Desktop: one window with this view, a saved one's name or a file; empty = none
    QUrl connectTo;               // Desktop: a remote server, http(s)://host[:port]; empty = host one
    bool allowsHttp = false;      // Desktop: connectTo may be reached without encryption, in this run
    bool hasDesktop = true;       // false: the program is the server alone, and so is its configuration
    QString configFile;           // --config; empty = the default place
    QMap<QString, QString> flags; // settings by key
    QString command;              // Command: its name as typed; "help NAME" is "NAME --help"
    QStringList commandArguments; // Complete: the words that are to be completed
};

// The options of the program itself, and those that are settings: all that may stand before a command.
QList<CommandOption> programOptions(bool hasDesktop = true);
QList<CommandOption> settingOptions();

// `arguments` are those behind the program's name. Fault::BadInput with a sentence, and the nearest flag where one is
// near.
Result<Options> parseOptions(const QStringList &arguments);

// Flags, environment and configuration file of this process, ready for resolveSettings(). Fault::Configuration when the
// file that --config names can't be read.
Result<SettingSources> settingSources(const Options &options);

// Both steps: the settings that this process runs with.
Result<Settings> loadSettings(const Options &options);

// " Did you mean X?" or nothing: the end of a sentence about an unknown word.
QString didYouMean(const QString &word, const QStringList &known);

} // namespace entvas
