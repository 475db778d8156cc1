#include "app/exitcode.h"

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

} // namespace entvas
