#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/commandwords.h"
#include "core/base/terminaltext.h"
#include "core/maintenance/doctor.h"

#include <cstdio>
#include <QJsonArray>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas doctor [--json]    looks at settings, database, indexes, sizes, counts, connections, clock, disk, port "
    "and\n"
    "                          certificate: one line each, with what to do. Changes nothing; works beside servers.\n"
    "                          Exit 1 when something is bad\n\n"
    "--database-url and --config are as for the server. Without --config it reads the file that the desktop reads.\n";

QJsonObject toJson(const Finding &finding)
{
    QJsonObject object{{u"mark"_s, markName(finding.mark)}, {u"about"_s, finding.about}, {u"text"_s, finding.text}};
    if (!finding.advice.isEmpty())
        object.insert(u"advice"_s, finding.advice);
    if (!finding.values.isEmpty())
        object.insert(u"values"_s, finding.values);
    return object;
}

QString line(const Finding &finding, bool isTerminal)
{
    const QString name = markName(finding.mark).leftJustified(4);
    static constexpr const char *kColours[] = {"32", "33", "31"}; // of the terminal: green, yellow, red
    const QString mark =
        isTerminal ? u"\x1b[%1m%2\x1b[0m"_s.arg(QLatin1StringView(kColours[int(finding.mark)]), name) : name;
    QString text = u"  %1  %2"_s.arg(finding.about.leftJustified(12), finding.text);
    if (!finding.advice.isEmpty())
        text += u" -> "_s + finding.advice;
    return mark + terminalText(text);
}

} // namespace

CommandEnd runDoctorCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    const auto words = readCommandWords({u"doctor"_s, {}, {}, 0, {}}, options.commandArguments);
    if (!words)
        return words.failure();
    const bool json = words.value().json;
    const bool isTerminal = isatty(STDOUT_FILENO) == 1 && !qEnvironmentVariableIsSet("NO_COLOR");
    QJsonArray findings;
    int bad = 0;
    int notes = 0;
    const auto tell = [&](const Finding &finding) {
        bad += finding.mark == Finding::Mark::Bad;
        notes += finding.mark == Finding::Mark::Note;
        if (json)
            findings.append(toJson(finding));
        else
            std::puts(qUtf8Printable(line(finding, isTerminal)));
        std::fflush(stdout);
    };
    if (const auto settings = settingsOf(options, words.value()))
        examineAll(settings.value(), tell);
    else
        tell({Finding::Mark::Bad,
              u"settings"_s,
              settings.failure().text,
              u"mend it: nothing else can be looked at"_s,
              {}});
    if (json)
        print(QJsonObject{{u"bad"_s, bad}, {u"notes"_s, notes}, {u"findings"_s, findings}});
    else
        print(bad > 0     ? manyText(bad, u"thing is bad."_s, u"things are bad."_s)
              : notes > 0 ? u"Fine, with %1."_s.arg(manyText(notes, u"note"_s, u"notes"_s))
                          : u"All is fine."_s);
    return bad > 0 ? ExitCode::Failed : ExitCode::Fine;
}

} // namespace entvas
