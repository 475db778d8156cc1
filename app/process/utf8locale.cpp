#include "app/process/utf8locale.h"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <string>

namespace entvas {

namespace {

bool isUtf8()
{
    // Fails where the environment names a locale that this system lacks: "C" holds then.
    return std::setlocale(LC_ALL, "") && std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
}

} // namespace

void ensureUtf8Locale()
{
    if (isUtf8())
        return;
    // LC_ALL would win over LC_CTYPE; what it says of language and formats goes on as LANG, which all the others win
    // over.
    if (const char *all = std::getenv("LC_ALL"); all && *all) {
        const std::string value(all);
        ::setenv("LANG", value.c_str(), 1);
        ::unsetenv("LC_ALL");
    }
    ::setenv("LC_CTYPE", "C.UTF-8", 1);
    if (isUtf8())
        return;
    // Another category names a locale that is not installed, so none was taken.
    ::setenv("LC_ALL", "C.UTF-8", 1);
    std::setlocale(LC_ALL, "");
}

} // namespace entvas
