#include "app/desktop.h"
#include "app/exitcode.h"

using namespace Qt::StringLiterals;

namespace entvas {

int runDesktop(int, char **, const Options &)
{
    return leaveWith({Fault::BadInput, u"This build has no desktop. Start the server with entvas --headless."_s});
}

} // namespace entvas
