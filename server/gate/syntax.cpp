#include "server/gate/syntax.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace entvas::syntax {

bool isVisible(char c)
{
    return c > 0x20 && c < 0x7f;
}

bool isTokenCharacter(char c)
{
    return isVisible(c) && !std::strchr("\"(),/:;<=>?@[\\]{}", c);
}

bool hasToken(const QByteArray &list, QByteArrayView lowerCaseToken)
{
    const auto parts = list.toLower().split(',');
    return std::any_of(parts.cbegin(), parts.cend(),
                       [&](const QByteArray &part) { return part.trimmed() == lowerCaseToken; });
}

bool isHost(const QByteArray &value)
{
    return !value.isEmpty() && std::all_of(value.cbegin(), value.cend(),
                                           [](char c) { return isVisible(c) && !std::strchr("\"#,/<>?@\\^`{|}", c); });
}

bool isKnownMethod(QByteArrayView method)
{
    static constexpr std::array known{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"};
    return std::any_of(known.begin(), known.end(), [&](const char *name) { return method == name; });
}

bool isWellEncoded(QByteArrayView text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!isVisible(text[i]) || text[i] == '#')
            return false;
        if (text[i] != '%')
            continue;
        if (i + 2 >= text.size() || !std::isxdigit(static_cast<unsigned char>(text[i + 1])) ||
            !std::isxdigit(static_cast<unsigned char>(text[i + 2])))
            return false;
        if (text[i + 1] == '0' && text[i + 2] == '0')
            return false;
        i += 2;
    }
    return true;
}

} // namespace entvas::syntax
