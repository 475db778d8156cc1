#include "app/commands/usage.h"

#include "app/commands/commands.h"

#include <QTextStream>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kWidth = 92;
constexpr qsizetype kNameColumn = 24; // of options: where their help begins, unless all names are shorter

// Words of `text` in lines of at most kWidth, each behind `indent` blanks.
QString wrapped(const QString &text, qsizetype indent)
{
    QString out;
    QString line;
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        if (!line.isEmpty() && indent + line.size() + 1 + word.size() > kWidth) {
            out += QString(indent, u' ') + line + u'\n';
            line.clear();
        }
        line += (line.isEmpty() ? QString() : u" "_s) + word;
    }
    return out + QString(indent, u' ') + line + u'\n';
}

QString paragraphs(const QString &text)
{
    QString out;
    for (const QString &paragraph : text.split(u'\n', Qt::SkipEmptyParts))
        out += wrapped(paragraph, 0);
    return out;
}

QString valueOf(const CommandOption &option)
{
    if (option.kind == CommandOption::Kind::Switch)
        return {};
    return u' ' + (option.value.isEmpty() ? option.choices.join(u'|') : option.value);
}

QString nameOf(const CommandOption &option)
{
    return (option.letter.isEmpty() ? QString() : option.letter + u", "_s) + option.name + valueOf(option);
}

// "  --name VALUE   help", the help in a column of its own.
QString table(const QList<CommandOption> &options)
{
    qsizetype column = 0;
    for (const CommandOption &option : options)
        column = std::max(column, nameOf(option).size() + 4);
    column = std::min(column, kNameColumn);
    QString out;
    for (const CommandOption &option : options) {
        const QString name = u"  "_s + nameOf(option);
        const QString help = wrapped(option.help, column);
        out += name.size() + 2 <= column ? name + help.sliced(name.size()) : name + u'\n' + help;
    }
    return out;
}

bool isCommon(const CommandOption &option)
{
    return option.name == "--database-url"_L1 || option.name == "--config"_L1;
}

QString formOf(const Command &command, const CommandAction &action)
{
    QString form = u"entvas "_s + command.name;
    if (!action.name.isEmpty())
        form += u' ' + action.name;
    if (!action.word.isEmpty())
        form += u' ' + action.word;
    if (command.actions.size() == 1)
        return form + u" [OPTIONS]"_s;
    for (const CommandOption &option : command.optionsOf(action))
        if (!isCommon(option))
            form += u" "_s +
                    (option.isRequired ? option.name + valueOf(option) : u'[' + option.name + valueOf(option) + u']');
    return form;
}

// Each once, though several actions take it.
QList<CommandOption> optionsToExplain(const Command &command)
{
    QList<CommandOption> all;
    for (const CommandAction &action : command.actions)
        for (const CommandOption &option : command.optionsOf(action))
            if (!isCommon(option) && std::none_of(all.cbegin(), all.cend(),
                                                  [&](const CommandOption &one) { return one.name == option.name; }))
                all.append(option);
    return all;
}

} // namespace

QString usageOf(const Command &command)
{
    QString text;
    for (const CommandAction &action : command.actions) {
        const QString form = formOf(command, action);
        text +=
            form.size() <= kWidth ? form + u'\n' : wrapped(form, 0).replace(u"\n"_s, u"\n        "_s).trimmed() + u'\n';
        if (!action.help.isEmpty())
            text += wrapped(action.help, 4);
    }
    if (!command.about.isEmpty())
        text += u'\n' + paragraphs(command.about);
    text += u'\n' + table(optionsToExplain(command));
    QString notes = command.notes;
    if (command.hasDatabase)
        notes.prepend(u"--database-url and --config name the database, as for the server.\n"_s);
    if (!notes.isEmpty())
        text += u'\n' + paragraphs(notes);
    return text;
}

QString helpText(bool hasDesktop)
{
    QString text;
    QTextStream out(&text);
    out << "Entvas " << ENTVAS_VERSION << ": shows what users of other programs do, as it happens.\n\n"
        << (hasDesktop ? "  entvas [OPTIONS]        the desktop, with a server of its own on 127.0.0.1:8000\n"
                         "  entvas COMMAND ...      administration\n\n"
                       : "  entvas-server --headless     the server\n"
                         "  entvas-server COMMAND ...    administration\n\n")
        << "COMMANDS (entvas COMMAND --help says more)\n";
    for (const Command &command : commands())
        out << "  " << command.name.leftJustified(kNameColumn - 2) << command.summary << '\n';
    out << "\nOPTIONS\n"
        << table(programOptions(hasDesktop)) << "\nSETTINGS\n"
        << wrapped(
               u"A flag wins over the environment, the environment over the configuration file. The key in the file is "
               "the flag without its dashes. A secret is neither a flag nor in that file: it comes from the "
               "environment, or from a file of its own that NAME_FILE names (in the configuration file: name-file)."_s,
               2)
        << '\n';
    for (const SettingInfo &info : settingInfos()) {
        QStringList names;
        if (!info.flag.isEmpty())
            names.append(info.flag);
        names.append(info.environment);
        if (info.secretFile)
            names.append(info.environment + u"_FILE"_s);
        out << "  " << names.join(u", "_s) << '\n'
            << wrapped(info.meaning, 6) << wrapped(u"Default: "_s + info.fallback, 6);
    }
    out << "\nEXIT CODES\n"
        << "  0 fine   1 failure   64 wrong usage   69 a needed service is unavailable\n"
        << "  77 not permitted   78 wrong configuration\n";
    return text;
}

} // namespace entvas
