#include "app/commands/parts/commandwords.h"

#include "app/commands/parts/adminwords.h"
#include "core/base/isotime.h"
#include "core/model/event.h"

#include <QDate>

using namespace Qt::StringLiterals;

namespace entvas {

QString CommandWords::project() const
{
    return options.value(u"project"_s, kDefaultProject);
}

Result<CommandWords> readCommandWords(const CommandForm &form, const QStringList &arguments)
{
    const QStringList withValue = form.options + QStringList{u"--database-url"_s, u"--config"_s};
    const QStringList without = form.flags + QStringList{u"--json"_s};
    const auto refused = [&](const QString &why) {
        return Failure{Fault::BadInput, u"%1: %2 See entvas %1 --help."_s.arg(form.command, why)};
    };
    CommandWords words;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (!arguments[i].startsWith(u'-') || arguments[i] == u"-") {
            words.plain << arguments[i];
            continue;
        }
        const qsizetype equals = arguments[i].indexOf(u'=');
        const QString flag = arguments[i].left(equals) == u"-o" ? u"--output"_s : arguments[i].left(equals);
        if (without.contains(flag)) {
            if (equals >= 0)
                return refused(u"%1 takes no value."_s.arg(flag));
            words.flags.insert(flag.mid(2));
            continue;
        }
        if (!withValue.contains(flag))
            return refused(u"there is no option %1.%2"_s.arg(flag, didYouMean(flag, withValue + without)));
        if (equals < 0 && i + 1 == arguments.size())
            return refused(u"%1 needs a value."_s.arg(arguments[i]));
        words.options.insert(flag.mid(2), equals < 0 ? arguments[++i] : arguments[i].mid(equals + 1));
    }
    words.json = words.flags.contains(u"json"_s);
    if (form.words == CommandForm::kAnyNumber)
        return words;
    if (words.plain.size() > form.words) {
        const QString &word = words.plain[form.words];
        const bool mayHide = word.contains(u'@') || word.contains(u"//"_s); // a password, in an address
        return refused(mayHide ? u"the address is not needed as a word: see --database-url."_s
                               : u"\"%1\" is not needed."_s.arg(word));
    }
    if (words.plain.size() < form.words)
        return refused(u"%1 is missing."_s.arg(form.wordName));
    return words;
}

Result<Settings> settingsOf(Options options, const CommandWords &words)
{
    if (words.options.contains(u"database-url"_s))
        options.flags.insert(u"database-url"_s, words.options.value(u"database-url"_s));
    if (words.options.contains(u"config"_s))
        options.configFile = words.options.value(u"config"_s);
    return loadSettings(options);
}

Result<qint64> numberOf(const CommandForm &form, const CommandWords &words, const QString &option, qint64 fallback,
                        qint64 least, qint64 most)
{
    if (!words.options.contains(option))
        return fallback;
    bool isNumber = false;
    const qint64 number = words.options.value(option).toLongLong(&isNumber);
    if (!isNumber || number < least || number > most)
        return {Fault::BadInput, u"%1: --%2 takes a whole number from %3 to %4."_s.arg(
                                     form.command, option, QString::number(least), QString::number(most))};
    return number;
}

Result<qint64> timeOf(const CommandForm &form, const QString &option, const QString &text, qint64 nowMs)
{
    if (const auto time = isoToMs(text.toUtf8()))
        return *time;
    if (const QDate date = QDate::fromString(text, Qt::ISODate); date.isValid() && text.size() == 10)
        return date.startOfDay().toMSecsSinceEpoch();
    if (const auto span = spanFromText(text, form.command, option))
        return nowMs - span.value();
    return {Fault::BadInput, u"%1: --%2 takes a moment, not \"%3\": 2025-01-01T12:00:00Z, 2025-01-01, or back from now "
                             "7d, 24h or 30m."_s.arg(form.command, option, text)};
}

bool asksForHelp(const QStringList &arguments)
{
    return arguments.contains(u"--help"_s) || arguments.contains(u"-h"_s);
}

} // namespace entvas
