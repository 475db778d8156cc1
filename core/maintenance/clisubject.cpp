#include "core/maintenance/clisubject.h"

#include <pwd.h>
#include <unistd.h>

namespace entvas {

QString cliSubject()
{
    const passwd *user = getpwuid(getuid());
    return QStringLiteral("cli:") + (user ? QString::fromLocal8Bit(user->pw_name) : QString::number(getuid()));
}

} // namespace entvas
