#pragma once

#include "app/commands/command.h"
#include "app/commands/options.h"

#include <QMap>

namespace entvas {

// What was typed behind a command, checked against its declaration: an option is known to the action, its value is one
// of its kind, and what is required is there.
class CommandLine
{
public:
    // Fault::BadInput with a sentence, and the nearest name where one is near.
    static Result<CommandLine> read(const Command &command, const Options &program);

    const QString &command() const { return m_command; }
    const CommandAction &action() const { return *m_action; }
    const QString &word() const { return m_word; }
    const Options &program() const { return m_program; } // what was typed before the command

    // Options by name without dashes.
    bool has(const QString &option) const { return m_values.contains(option); }
    QString text(const QString &option, const QString &fallback = {}) const { return m_values.value(option, fallback); }
    qint64 number(const QString &option, qint64 fallback) const;
    qint64 spanMs(const QString &option, qint64 fallback) const;
    qint64 momentMs(const QString &option, qint64 nowMs, qint64 fallback) const;
    bool json() const { return has(QStringLiteral("json")); }
    QString project() const; // that of --project

    // The settings that the command runs with.
    Result<Settings> settings() const;

private:
    Result<void> sort(const Command &command, const QStringList &arguments, QStringList &words);
    Result<void> chooseAction(const Command &command, QStringList &words);
    Result<void> check(const Command &command) const;

    Options m_program;
    QString m_command;
    const CommandAction *m_action = nullptr; // of the table, which stays
    QString m_word;
    QMap<QString, QString> m_values; // of a switch: empty
};

// The option at `at` of the arguments, which is left at the last one that belongs to it.
struct GivenOption {
    QString name; // with dashes
    QString value;
};
// `command` is who reports: empty for the program itself, whose values do not begin with dashes.
Result<GivenOption> takeOption(const QList<CommandOption> &known, const QStringList &arguments, qsizetype &at,
                               const QString &command = {});

// "90d", "12h" or "30m" in milliseconds.
std::optional<qint64> spanFromText(const QString &text);

} // namespace entvas
