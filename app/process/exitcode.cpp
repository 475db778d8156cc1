#include "app/process/exitcode.h"

#include "core/base/text/terminaltext.h"

#include <cerrno>
#include <cstdio>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace entvas {

ExitCode exitCode(Fault fault)
{
    switch (fault) {
    case Fault::BadInput: return ExitCode::Usage;
    case Fault::Unauthenticated:
    case Fault::Denied: return ExitCode::Denied;
    case Fault::Busy:
    case Fault::Unavailable: return ExitCode::Unavailable;
    case Fault::Configuration: return ExitCode::Configuration;
    case Fault::NotFound:
    case Fault::TooLarge:
    case Fault::Storage:
    case Fault::Internal: return ExitCode::Failed;
    }
    return ExitCode::Failed;
}

int leaveWith(const Failure &failure, bool json, QJsonObject report)
{
    const int code = int(exitCode(failure.kind));
    printError(QStringLiteral("entvas: ") + failure.text);
    if (json) {
        report.insert(QStringLiteral("success"), false);
        report.insert(QStringLiteral("message"), failure.text);
        report.insert(QStringLiteral("error"), failure.text);
        report.insert(QStringLiteral("exitCode"), code);
        print(report);
    }
    return code;
}

void printError(const QString &line)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(terminalText(line)));
}

void print(const QString &line)
{
    std::printf("%s\n", qUtf8Printable(terminalText(line)));
}

void print(const QJsonValue &value)
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    std::printf("%s\n", terminalJson(document.toJson(QJsonDocument::Compact)).constData());
}

int leavePrinted(int code)
{
    const bool isFlushed = std::fflush(stdout) == 0;
    const int wrong = errno;
    if (isFlushed && std::ferror(stdout) == 0)
        return code;
    const QString why = isFlushed ? QString() : QStringLiteral(" (%1)").arg(qt_error_string(wrong));
    const int failed = leaveWith({Fault::Internal, QStringLiteral("Standard output can't be written%1, so not all that "
                                                                  "there was to say got there. What was done stays "
                                                                  "done.")
                                                       .arg(why)});
    return code == int(ExitCode::Fine) ? failed : code;
}

} // namespace entvas
