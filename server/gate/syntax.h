#pragma once

#include <QByteArray>

// The small grammars of an HTTP head (RFC 9110, RFC 3986), as strict as the gate takes them.
namespace entvas::syntax {

bool isVisible(char c); // ASCII without space and control characters
bool isTokenCharacter(char c);
// Whether a list like that of Connection names it.
bool hasToken(const QByteArray &list, QByteArrayView lowerCaseToken);
bool isHost(const QByteArray &value);
bool isKnownMethod(QByteArrayView method); // answered with 405 at worst; others get 501
// Visible characters; percent signs start two hexadecimal digits, and U+0000 is never meant well.
bool isWellEncoded(QByteArrayView text);

} // namespace entvas::syntax
