#pragma once

#include "core/base/result.h"

#include <QByteArrayView>
#include <QJsonObject>

namespace entvas {

inline constexpr int kStrictJsonDepth = 16;

// An object from JSON text (RFC 8259) about which two readers can't disagree: valid UTF-8, nothing before or behind it,
// no key twice in any object, no number beyond a double, at most kStrictJsonDepth levels. For what decides who comes
// in. Fault::BadInput completes "The header …" without repeating what was read.
Result<QJsonObject> parseStrictObject(QByteArrayView text);

} // namespace entvas
