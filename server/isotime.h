#pragma once

#include <QDateTime>
#include <QString>
#include <QTimeZone>

namespace entvas
{

// ISO 8601 in UTC with milliseconds: the only form in which answers tell times.
inline QString isoUtc(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()).toString(Qt::ISODateWithMs);
}

} // namespace entvas
