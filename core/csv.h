#pragma once

#include <QByteArray>
#include <QString>

namespace entvas {

// One field of RFC 4180: quoted where it must be. What a spreadsheet would take for a formula (it begins with = + - @,
// a tab or a line end) gets an apostrophe in front.
QByteArray csvField(const QString &text);

} // namespace entvas
