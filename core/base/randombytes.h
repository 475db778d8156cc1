#pragma once

#include <QByteArray>

namespace entvas {

// For secrets: from the system's generator. At most kMostRandomBytes.
inline constexpr qsizetype kMostRandomBytes = 32;
QByteArray randomBytes(qsizetype count);

} // namespace entvas
