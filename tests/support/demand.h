#pragma once

#include <QtGlobal>

namespace entvas::test {

// Ends the test when OpenSSL could not do it.
inline void demand(bool done, const char *what)
{
    if (!done)
        qFatal("OpenSSL could not %s", what);
}

} // namespace entvas::test
