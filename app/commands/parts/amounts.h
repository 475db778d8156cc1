#pragma once

#include <QString>

namespace entvas {

// Numbers and times as the commands print them, in English.
QString sizeText(qint64 bytes);                                           // "1.2 GB"
QString countText(qint64 number);                                         // "1,200,000"
QString manyText(qint64 number, const QString &one, const QString &many); // "1 key", "1,200 keys"
QString timeText(qint64 ms);                                              // ISO 8601 in UTC; "-" for 0

} // namespace entvas
