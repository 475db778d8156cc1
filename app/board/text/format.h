#pragma once

#include "app/board/timeview.h"

#include <QLocale>
#include <QString>

// Numbers and times as a person reads them. Times are UTC milliseconds, shown in the given zone.
namespace entvas::format {

QString count(qint64 value);                // 184,920 in the user's locale
QString rate(double perSecond);             // 2.6 below ten, then whole
QString percent(qint64 part, qint64 whole); // 44.7 %; empty when the whole is 0
QString age(qint64 ms);                     // "0.4 s", "12 s", "3 min", "2 h", "5 days"
QString clock(qint64 ms, const QTimeZone &zone, bool seconds = false);
QString dateName(const QDate &day, bool year); // "Mon 23 Nov", "Mon 23 Nov 2026", in the order of the language
// A date that is typed, as QLocale takes it: without the day of the week, which would contradict another day's number.
QString datePattern();
QString bucketTitle(BucketStep step); // "Events per 15 minutes"
// A time with its date, for what stands without a chart: "Mon 30 Nov 2026, 14:00 – 15:00".
QString momentName(const TimeSpan &span, const QTimeZone &zone);
// "13:45 – 13:46", "Mon 23 Nov"; a time of day comes with its date where the grid is longer than a day.
QString bucketName(const TimeSpan &bucket, const TimeGrid &grid, const QTimeZone &zone);
QString zoneName(const QTimeZone &zone, qint64 atMs);                     // "Europe/Paris (UTC+1)", "UTC"
QString spanName(const TimeGrid &grid, bool live, const QTimeZone &zone); // "12:46 – now · Europe/Paris (UTC+1)"
QString rangeName(NamedRange range);                                      // "5 min", "Hour", "Day", "Week", …
QString rangeWords(const TimeView &view);                            // "in the last 5 minutes", "in this span", …
QString comparisonName(Comparison comparison, const TimeView &view); // "previous day", "week before"
QString change(qint64 now, qint64 before); // "+12.4 %", "−3.0 %", "±0.0 %"; empty when there was nothing before
QString length(qint64 ms);                 // "45 seconds", "3 hours", "2.5 days"

// Where a time axis is labelled.
struct Tick {
    qint64 ms = 0;
    QString text;
    bool centred = false; // below the middle of its bucket, not at its start
};
// For an axis of `width` pixels. Relative ones count back from `nowMs`: "−30 min".
QList<Tick> ticks(const TimeGrid &grid, const QTimeZone &zone, double width);
QList<Tick> relativeTicks(const TimeGrid &grid, qint64 nowMs, double width);

// Round upper end for a value axis and its step: 1, 2, 2.5 or 5 times a power of ten, at most four whole steps.
struct Scale {
    double max = 4;
    double step = 1;
};
Scale scale(qint64 largest);

} // namespace entvas::format
