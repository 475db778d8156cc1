#include "app/exitcode.h"

#include <cerrno>
#include <cstdio>

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

int leaveWith(const Failure &failure)
{
    std::fprintf(stderr, "entvas: %s\n", qUtf8Printable(failure.text));
    return static_cast<int>(exitCode(failure.kind));
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
