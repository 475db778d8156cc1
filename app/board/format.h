#pragma once

#include "core/timerange.h"

#include <QLocale>
#include <QString>

// Numbers and times as a person reads them. Times are UTC milliseconds, shown in the given zone.
namespace entvas::format {

QString count(qint64 value);                // 184,920 in the user's locale
QString rate(double perSecond);             // 2.6 below ten, then whole
QString percent(qint64 part, qint64 whole); // 44.7 %; empty when the whole is 0
QString age(qint64 ms);                     // "0.4 s", "12 s", "3 min", "2 h", "5 days"
QString clock(qint64 ms, const QTimeZone &zone, bool seconds = false);
QString bucketTitle(BucketUnit unit);                                               // "Events per minute"
QString bucketName(const TimeSpan &bucket, BucketUnit unit, const QTimeZone &zone); // "13:45 – 13:46", "Mon 23 Nov"
QString spanName(const TimeGrid &grid, const QTimeZone &zone); // "12:46 – now · Europe/Paris (UTC+1)"
QString rangeName(NamedRange range);                           // "5 min", "Hour", "Day", "Week"
QString rangeWords(NamedRange range);                          // "in the last 5 minutes", …

// Where a time axis is labelled.
struct Tick {
    qint64 ms = 0;
    QString text;
    bool centred = false; // below the middle of its bucket, not at its start
};
QList<Tick> ticks(const TimeGrid &grid, const QTimeZone &zone);

// Round upper end for a value axis and its step: 1, 2, 2.5 or 5 times a power of ten, at most four whole steps.
struct Scale {
    double max = 4;
    double step = 1;
};
Scale scale(qint64 largest);

} // namespace entvas::format
