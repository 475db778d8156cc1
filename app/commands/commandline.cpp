#include "app/commands/commandline.h"

#include "core/base/clock.h"
#include "core/base/isotime.h"
#include "core/model/event.h"

#include <QDate>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Kind = CommandOption::Kind;

Failure wrongUse(const QString &command, const QString &why)
{
    return {Fault::BadInput,
            command.isEmpty() ? why + u" See entvas --help."_s : u"%1: %2 See entvas %1 --help."_s.arg(command, why)};
}

const CommandOption *optionNamed(const QList<CommandOption> &known, const QString &name)
{
    for (const CommandOption &option : known)
        if (option.name == name || (!option.letter.isEmpty() && option.letter == name))
            return &option;
    return nullptr;
}

// "a", "a or b", "a, b or c"
QString alternatives(const QStringList &words)
{
    return words.size() < 2 ? words.join(QString())
                            : words.first(words.size() - 1).join(u", "_s) + u" or "_s + words.last();
}

// ISO 8601 with zone, a date (its midnight here), or "7d", "24h", "30m" before `nowMs`.
std::optional<qint64> momentFromText(const QString &text, qint64 nowMs)
{
    if (const auto time = isoToMs(text.toUtf8()))
        return *time;
    if (const QDate date = QDate::fromString(text, Qt::ISODate); date.isValid() && text.size() == 10)
        return date.startOfDay().toMSecsSinceEpoch();
    if (const auto span = spanFromText(text))
        return nowMs - *span;
    return {};
}

bool isNumberOf(const CommandOption &option, const QString &text)
{
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    return isNumber && number >= option.least && number <= option.most;
}

bool takes(const CommandOption &option, const QString &value)
{
    if (option.choices.contains(value))
        return true;
    switch (option.kind) {
    case Kind::Switch:
    case Kind::Text:
    case Kind::File: return true;
    case Kind::Choice: return false;
    case Kind::Number: return isNumberOf(option, value);
    case Kind::Moment: return momentFromText(value, SystemClock().nowMs()).has_value();
    case Kind::Span: return spanFromText(value).has_value();
    }
    return false;
}

// What an option takes, as the end of "--x takes …".
QString takenBy(const CommandOption &option)
{
    switch (option.kind) {
    case Kind::Switch: return u"no value"_s;
    case Kind::Text: return u"a text"_s;
    case Kind::File: return u"the name of a file"_s;
    case Kind::Choice: return alternatives(option.choices);
    case Kind::Number:
        return u"a whole number from %1 to %2"_s.arg(QString::number(option.least), QString::number(option.most));
    case Kind::Moment: return u"a time: 2025-01-01T12:00:00Z, 2025-01-01, or back from now 7d, 24h or 30m"_s;
    case Kind::Span: return u"days, hours or minutes, for example 90d, 12h or 30m"_s;
    }
    return {};
}

} // namespace

CommandOption projectOption(const QString &help)
{
    return {.name = u"--project"_s, .kind = Kind::Text, .value = u"P"_s, .help = help};
}

QList<CommandOption> Command::optionsOf(const CommandAction &action) const
{
    QList<CommandOption> all = action.options;
    all.append({.name = u"--json"_s, .help = json.isEmpty() ? u"the result as JSON"_s : json});
    if (hasDatabase)
        all += {{.name = u"--database-url"_s, .kind = Kind::Text, .value = u"URL"_s, .help = u"the database"_s},
                {.name = u"--config"_s, .kind = Kind::File, .value = u"FILE"_s, .help = u"settings"_s}};
    return all;
}

std::optional<qint64> spanFromText(const QString &text)
{
    static const QRegularExpression form(u"^([1-9][0-9]{0,4})([dhm])\\z"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {};
    const qint64 minutes = match.captured(2) == "d"_L1 ? 1'440 : match.captured(2) == "h"_L1 ? 60 : 1;
    return match.captured(1).toLongLong() * minutes * 60'000;
}

Result<GivenOption> takeOption(const QList<CommandOption> &known, const QStringList &arguments, qsizetype &at,
                               const QString &command)
{
    const QString &argument = arguments[at];
    const qsizetype equals = argument.indexOf(u'=');
    const QString name = argument.left(equals);
    const CommandOption *option = optionNamed(known, name);
    if (!option) {
        QStringList names;
        for (const CommandOption &one : known)
            names.append(one.name);
        return wrongUse(command, u"%1 no option %2.%3"_s.arg(command.isEmpty() ? u"There is"_s : u"there is"_s, name,
                                                             didYouMean(name, names)));
    }
    if (option->kind == Kind::Switch) {
        if (equals >= 0)
            return wrongUse(command, u"%1 takes no value."_s.arg(name));
        return GivenOption{option->name, {}};
    }
    if (equals >= 0)
        return GivenOption{option->name, argument.mid(equals + 1)};
    if (at + 1 == arguments.size() || (command.isEmpty() && arguments[at + 1].startsWith(u"--"_s)))
        return wrongUse(command, u"%1 needs a value."_s.arg(name));
    return GivenOption{option->name, arguments[++at]};
}

Result<CommandLine> CommandLine::read(const Command &command, const Options &program)
{
    CommandLine line;
    line.m_program = program;
    line.m_command = command.name;
    QStringList words;
    if (const auto sorted = line.sort(command, program.commandArguments, words); !sorted)
        return sorted.failure();
    if (const auto chosen = line.chooseAction(command, words); !chosen)
        return chosen.failure();
    line.m_word = words.value(0);
    if (const auto checked = line.check(command); !checked)
        return checked.failure();
    return line;
}

// Options of any action and words, in any order.
Result<void> CommandLine::sort(const Command &command, const QStringList &arguments, QStringList &words)
{
    QList<CommandOption> known;
    for (const CommandAction &action : command.actions)
        known += command.optionsOf(action);
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        if (!arguments[at].startsWith(u'-') || arguments[at] == u"-") {
            words << arguments[at];
            continue;
        }
        const auto given = takeOption(known, arguments, at, command.name);
        if (!given)
            return given.failure();
        m_values.insert(given->name.mid(2), given->value);
    }
    return {};
}

// Takes its name from the words, of which one stays if the action takes one.
Result<void> CommandLine::chooseAction(const Command &command, QStringList &words)
{
    QStringList names;
    for (const CommandAction &action : command.actions) {
        names << action.name;
        if (action.name.isEmpty() || action.name == words.value(0))
            m_action = &action;
    }
    if (!m_action)
        return wrongUse(command.name,
                        u"say one of %1.%2"_s.arg(names.join(u", "_s), didYouMean(words.value(0), names)));
    if (!m_action->name.isEmpty())
        words.removeFirst();
    const qsizetype wanted = m_action->word.isEmpty() ? 0 : 1;
    if (words.size() > wanted) {
        const bool mayHide = words[wanted].contains(u'@') || words[wanted].contains(u"//"_s); // a password
        const QString address = command.hasDatabase ? u"the address is not needed as a word: see --database-url."_s
                                                    : u"an address is given by an option."_s;
        return wrongUse(command.name, mayHide ? address : u"\"%1\" is not needed."_s.arg(words[wanted]));
    }
    if (words.size() == wanted)
        return {};
    return wrongUse(command.name, m_action->wordMeaning.isEmpty() ? u"%1 takes exactly one name."_s.arg(m_action->name)
                                                                  : u"%1 is missing."_s.arg(m_action->wordMeaning));
}

Result<void> CommandLine::check(const Command &command) const
{
    const QList<CommandOption> known = command.optionsOf(*m_action);
    for (auto it = m_values.cbegin(); it != m_values.cend(); ++it) {
        const CommandOption *option = optionNamed(known, u"--"_s + it.key());
        if (!option)
            return wrongUse(command.name, u"%1 takes no --%2."_s.arg(m_action->name, it.key()));
        if (!takes(*option, *it))
            return Failure{Fault::BadInput,
                           u"%1: %2 takes %3, not \"%4\"."_s.arg(command.name, option->name, takenBy(*option), *it)};
    }
    for (const CommandOption &option : known) {
        if (!option.isRequired || m_values.contains(option.name.mid(2)))
            continue;
        return wrongUse(command.name, option.kind == Kind::Choice
                                          ? u"%1 takes %2."_s.arg(option.name, takenBy(option))
                                          : u"%1 is missing: %2."_s.arg(option.name, option.help));
    }
    return {};
}

qint64 CommandLine::number(const QString &option, qint64 fallback) const
{
    return has(option) ? text(option).toLongLong() : fallback;
}

qint64 CommandLine::spanMs(const QString &option, qint64 fallback) const
{
    return has(option) ? spanFromText(text(option)).value_or(0) : fallback;
}

qint64 CommandLine::momentMs(const QString &option, qint64 nowMs, qint64 fallback) const
{
    return has(option) ? momentFromText(text(option), nowMs).value_or(fallback) : fallback;
}

QString CommandLine::project() const
{
    return text(u"project"_s, kDefaultProject);
}

Result<Settings> CommandLine::settings() const
{
    Options options = m_program;
    if (has(u"database-url"_s))
        options.flags.insert(u"database-url"_s, text(u"database-url"_s));
    if (has(u"config"_s))
        options.configFile = text(u"config"_s);
    return loadSettings(options);
}

} // namespace entvas
