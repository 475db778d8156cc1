#include "app/commands/carewords.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString doing(CarePhase phase)
{
    switch (phase) {
    case CarePhase::Writing: return u"Backing up"_s;
    case CarePhase::Checking: return u"Checking"_s;
    case CarePhase::Loading: return u"Restoring"_s;
    case CarePhase::Removing: return u"Removing"_s;
    }
    return {};
}

const QLocale &english()
{
    static const QLocale locale(QLocale::English, QLocale::UnitedStates);
    return locale;
}

} // namespace

Result<CareWords> readCareWords(const QString &command, const QStringList &arguments, const QStringList &valued,
                                const QStringList &switches, qsizetype plain, const QString &plainIs)
{
    const QStringList allValued = valued + QStringList{u"--database-url"_s, u"--config"_s};
    const QStringList allSwitches = switches + QStringList{u"--json"_s};
    CareWords words;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!argument.startsWith(u'-') || argument == u'-') {
            words.plain << argument;
            continue;
        }
        const qsizetype equals = argument.indexOf(u'=');
        const QString flag = argument.left(equals);
        if (allSwitches.contains(flag)) {
            if (equals >= 0)
                return {Fault::BadInput, u"%1: %2 takes no value."_s.arg(command, flag)};
            words.switches << flag.mid(2);
        } else if (allValued.contains(flag)) {
            if (equals < 0 && i + 1 == arguments.size())
                return {Fault::BadInput, u"%1: %2 needs a value. See entvas %1 --help."_s.arg(command, flag)};
            words.values.insert(flag.mid(2), equals < 0 ? arguments[++i] : argument.mid(equals + 1));
        } else {
            return {Fault::BadInput, u"%1: there is no option %2.%3 See entvas %1 --help."_s.arg(
                                         command, flag, didYouMean(flag, allValued + allSwitches))};
        }
    }
    if (words.plain.size() != plain)
        return {Fault::BadInput,
                plain == 0 ? u"%1: \"%2\" is not needed. See entvas %1 --help."_s.arg(command, words.plain.value(0))
                           : u"%1: say %2. See entvas %1 --help."_s.arg(command, plainIs)};
    return words;
}

Result<Settings> careSettings(Options options, const CareWords &words)
{
    if (words.values.contains(u"database-url"_s))
        options.flags.insert(u"database-url"_s, words.values.value(u"database-url"_s));
    if (words.values.contains(u"config"_s))
        options.configFile = words.values.value(u"config"_s);
    return loadSettings(options);
}

bool asksForHelp(const QStringList &arguments)
{
    return arguments.contains(u"--help"_s) || arguments.contains(u"-h"_s);
}

CareProgress CareDisplay::progress()
{
    return [this](CarePhase phase, qint64 done, qint64 total) {
        if (m_phase != int(phase)) {
            m_phase = int(phase);
            m_progress.next(doing(phase), m_unit, total);
        }
        m_progress.setTotal(total);
        m_progress.update(done);
        return !m_stop.isSet();
    };
}

QString sizeText(qint64 bytes)
{
    return english().formattedDataSize(bytes, bytes < 1'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString countText(qint64 number)
{
    return english().toString(number);
}

QString manyText(qint64 number, const QString &one, const QString &many)
{
    return countText(number) + u' ' + (number == 1 ? one : many);
}

} // namespace entvas
