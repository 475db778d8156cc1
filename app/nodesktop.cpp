#include "app/desktop.h"
#include "app/process/exitcode.h"

using namespace Qt::StringLiterals;

namespace entvas {

bool hasDesktop()
{
    return false;
}

int runDesktop(int, char **, const Options &)
{
    return leaveWith({Fault::BadInput, u"This program is the server without a desktop. Start it with --headless."_s});
}

} // namespace entvas
