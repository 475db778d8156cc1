#pragma once

#include <QByteArray>
#include <QString>

namespace entvas {

// Why a server did not do as asked, in its own words. They are shown to people and come from elsewhere: bounded.
inline constexpr qsizetype kMaxReasonChars = 300;
inline constexpr qint64 kMaxReasonBytes = 64 * 1024; // a longer answer gives no reason

// The "message" of an answer in JSON; empty when it has none.
QString reasonIn(const QByteArray &body);

} // namespace entvas
