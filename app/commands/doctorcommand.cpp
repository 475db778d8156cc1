#include "app/commands/commandline.h"
#include "app/commands/parts/amounts.h"
#include "core/base/text/terminaltext.h"
#include "core/maintenance/doctor.h"

#include <cstdio>
#include <QJsonArray>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QJsonObject toJson(const Finding &finding)
{
    QJsonObject object{{u"mark"_s, markName(finding.mark)}, {u"about"_s, finding.about}, {u"text"_s, finding.text}};
    if (!finding.advice.isEmpty())
        object.insert(u"advice"_s, finding.advice);
    if (!finding.values.isEmpty())
        object.insert(u"values"_s, finding.values);
    return object;
}

QString lineOf(const Finding &finding, bool isTerminal)
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

QString verdict(int bad, int notes)
{
    if (bad > 0)
        return manyText(bad, u"problem found."_s, u"problems found."_s);
    return notes > 0 ? u"Fine, with %1."_s.arg(manyText(notes, u"note"_s, u"notes"_s)) : u"All is fine."_s;
}

CommandEnd runDoctor(const CommandLine &line)
{
    const bool isTerminal = isatty(STDOUT_FILENO) == 1 && !qEnvironmentVariableIsSet("NO_COLOR");
    QJsonArray findings;
    int bad = 0;
    int notes = 0;
    const auto report = [&](const Finding &finding) {
        bad += finding.mark == Finding::Mark::Bad;
        notes += finding.mark == Finding::Mark::Note;
        if (line.json())
            findings.append(toJson(finding));
        else
            std::puts(qUtf8Printable(lineOf(finding, isTerminal)));
        std::fflush(stdout);
    };
    if (const auto settings = line.settings())
        examineAll(settings.value(), report);
    else
        report({Finding::Mark::Bad,
                u"settings"_s,
                settings.failure().text,
                u"correct it: nothing else can be examined"_s,
                {}});
    if (line.json())
        print(QJsonObject{{u"bad"_s, bad}, {u"notes"_s, notes}, {u"findings"_s, findings}});
    else
        print(verdict(bad, notes));
    return bad > 0 ? ExitCode::Failed : ExitCode::Fine;
}

} // namespace

Command doctorCommand()
{
    return {.name = u"doctor"_s,
            .summary = u"checks settings, database, disk and port"_s,
            .about =
                u"Checks settings, database, indexes, sizes, counts, connections, clock, disk, port and certificate: "
                "one line each, with what to do. Changes nothing; works beside servers. Exit 1 when something is "
                "bad."_s,
            .notes = u"Without --config it reads the file that the desktop reads."_s,
            .actions = {{.run = runDoctor}}};
}

} // namespace entvas
