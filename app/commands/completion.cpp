#include "app/commands/completion.h"

#include "app/commands/commands.h"

#include <optional>
#include <QSet>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Kind = CommandOption::Kind;

QString offer(const QString &word, const QString &help)
{
    return word + u'\t' + help + u'\n';
}

const QString kFiles = u":files\n"_s;

QString offerValues(const CommandOption &option, const QString &before = {})
{
    QString text;
    for (const QString &choice : option.choices)
        text += offer(before + choice, {});
    return option.kind == Kind::File ? text + kFiles : text;
}

// Where the words before the cursor lead: to a command and one of its actions, or to the value of an option.
class Place
{
public:
    explicit Place(bool hasDesktop) : m_hasDesktop(hasDesktop) {}

    void read(const QString &word);
    QString offers(const QString &current) const;

private:
    void enter(const QString &word);
    QList<CommandOption> options() const;
    std::optional<CommandOption> optionNamed(const QString &name) const;

    bool m_hasDesktop;
    const Command *m_command = nullptr;
    const CommandAction *m_action = nullptr;
    std::optional<CommandOption> m_pending; // waits for its value
    bool m_hasWord = false;
};

void Place::read(const QString &word)
{
    if (m_pending)
        m_pending.reset();
    else if (!word.startsWith(u'-') || word == u"-")
        enter(word);
    else if (const auto option = optionNamed(word); option && option->kind != Kind::Switch)
        m_pending = option;
}

void Place::enter(const QString &word)
{
    m_hasWord = m_action;
    if (m_action)
        return;
    if (!m_command)
        for (const Command &command : commands())
            if (command.name == word)
                m_command = &command;
    if (m_command)
        for (const CommandAction &action : m_command->actions)
            if (action.name.isEmpty() || action.name == word)
                m_action = &action;
}

QList<CommandOption> Place::options() const
{
    if (!m_command)
        return programOptions(m_hasDesktop) + settingOptions();
    QList<CommandOption> all{{.name = u"--help"_s, .help = u"prints how it is used"_s, .letter = u"-h"_s}};
    QSet<QString> names;
    for (const CommandAction &action : m_command->actions)
        for (const CommandOption &option : m_command->optionsOf(action))
            if ((!m_action || m_action == &action) && !names.contains(option.name)) {
                names.insert(option.name);
                all.append(option);
            }
    return all;
}

std::optional<CommandOption> Place::optionNamed(const QString &name) const
{
    for (const CommandOption &option : options())
        if (option.name == name || (!option.letter.isEmpty() && option.letter == name))
            return option;
    return {};
}

QString Place::offers(const QString &current) const
{
    if (m_pending)
        return offerValues(*m_pending);
    if (const qsizetype equals = current.indexOf(u'='); equals > 0)
        if (const auto option = optionNamed(current.left(equals)))
            return offerValues(*option, current.left(equals + 1));
    QString text;
    if (!m_command)
        for (const Command &command : commands())
            text += offer(command.name, command.summary);
    else if (!m_action)
        for (const CommandAction &action : m_command->actions)
            text += offer(action.name, action.help);
    for (const CommandOption &option : options())
        text += offer(option.name, option.help);
    return m_action && !m_hasWord && m_action->word == u"FILE" ? text + kFiles : text;
}

} // namespace

QString completions(const QStringList &words, bool hasDesktop)
{
    Place place(hasDesktop);
    for (qsizetype i = 0; i + 1 < words.size(); ++i)
        place.read(words[i]);
    return place.offers(words.isEmpty() ? QString() : words.last());
}

} // namespace entvas
