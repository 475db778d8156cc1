#include "app/board/format.h"

#include <cmath>
#include <QCoreApplication>
#include <QDateTime>

namespace entvas::format {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("format", text);
}

QDateTime local(qint64 ms, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone);
}

} // namespace

QString count(qint64 value)
{
    return QLocale().toString(value);
}

QString rate(double perSecond)
{
    return QLocale().toString(perSecond, 'f', perSecond < 9.95 ? 1 : 0);
}

QString percent(qint64 part, qint64 whole)
{
    if (whole <= 0)
        return {};
    const double share = 100.0 * double(part) / double(whole);
    // Something that exists is never shown as nothing.
    if (share > 0 && share < 0.01)
        return tr("< %1 %").arg(QLocale().toString(0.01, 'f', 2));
    const int digits = share > 0 && share < 0.05 ? 2 : 1;
    return tr("%1 %").arg(QLocale().toString(share, 'f', digits));
}

QString age(qint64 ms)
{
    const qint64 seconds = std::max<qint64>(ms, 0) / 1000;
    if (seconds < 10)
        return tr("%1 s").arg(QLocale().toString(double(std::max<qint64>(ms, 0)) / 1000, 'f', 1));
    if (seconds < 90)
        return tr("%1 s").arg(seconds);
    if (seconds < 90 * 60)
        return tr("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return tr("%1 h").arg(seconds / 3600);
    return tr("%1 days").arg(seconds / 86400);
}

QString clock(qint64 ms, const QTimeZone &zone, bool seconds)
{
    return local(ms, zone).time().toString(seconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

QString bucketTitle(BucketUnit unit)
{
    switch (unit) {
    case BucketUnit::Second: return tr("Events per second");
    case BucketUnit::Minute: return tr("Events per minute");
    case BucketUnit::Hour: return tr("Events per hour");
    case BucketUnit::Day: return tr("Events per day");
    }
    Q_UNREACHABLE();
}

QString bucketName(const TimeSpan &bucket, BucketUnit unit, const QTimeZone &zone)
{
    switch (unit) {
    case BucketUnit::Second: return clock(bucket.fromMs, zone, true);
    case BucketUnit::Minute:
    case BucketUnit::Hour: return tr("%1 – %2").arg(clock(bucket.fromMs, zone), clock(bucket.toMs, zone));
    case BucketUnit::Day: return QLocale().toString(local(bucket.fromMs, zone).date(), u"ddd d MMM"_s);
    }
    Q_UNREACHABLE();
}

QString spanName(const TimeGrid &grid, const QTimeZone &zone)
{
    if (grid.size() == 0)
        return {};
    const QDateTime from = local(grid.edgesMs.first(), zone);
    const QDateTime now = local(grid.edgesMs.last() - 1, zone);
    QString start = clock(grid.edgesMs.first(), zone, grid.unit == BucketUnit::Second);
    if (from.date() != now.date())
        start = QLocale().toString(from.date(), u"ddd d MMM"_s) + u", "_s + start;
    const int offset = zone.offsetFromUtc(now);
    QString utc = u"UTC"_s;
    if (offset != 0) {
        utc += offset < 0 ? u"−"_s : u"+"_s;
        utc += QString::number(std::abs(offset) / 3600);
        if (const int minutes = std::abs(offset) / 60 % 60)
            utc += u":%1"_s.arg(minutes, 2, 10, QChar(u'0'));
    }
    const QString id = QString::fromLatin1(zone.id());
    return tr("%1 – now · %2").arg(start, id.endsWith(u"UTC"_s) ? utc : u"%1 (%2)"_s.arg(id, utc));
}

QString rangeName(NamedRange range)
{
    switch (range) {
    case NamedRange::FiveMinutes: return tr("5 min");
    case NamedRange::Hour: return tr("Hour");
    case NamedRange::Day: return tr("Day");
    case NamedRange::Week: return tr("Week");
    }
    Q_UNREACHABLE();
}

QString rangeWords(NamedRange range)
{
    switch (range) {
    case NamedRange::FiveMinutes: return tr("in the last 5 minutes");
    case NamedRange::Hour: return tr("in the last hour");
    case NamedRange::Day: return tr("in the last day");
    case NamedRange::Week: return tr("in the last 7 days");
    }
    Q_UNREACHABLE();
}

QList<Tick> ticks(const TimeGrid &grid, const QTimeZone &zone)
{
    QList<Tick> list;
    for (qsizetype i = 0; i < grid.size(); ++i) {
        const qint64 edge = grid.edgesMs[i];
        if (grid.unit == BucketUnit::Day) {
            list.append({edge, QLocale().toString(local(edge, zone).date(), u"ddd d"_s), true});
            continue;
        }
        const QTime time = local(edge, zone).time();
        const bool labelled = grid.unit == BucketUnit::Second   ? time.second() == 0
                              : grid.unit == BucketUnit::Minute ? time.minute() % 10 == 0
                                                                : time.hour() % 3 == 0;
        if (labelled)
            list.append({edge, clock(edge, zone), false});
    }
    return list;
}

Scale scale(qint64 largest)
{
    if (largest <= 4)
        return {4, 1};
    const double rough = double(largest) / 4;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        const double step = factor * power;
        if (step >= rough && step >= 1 && step == std::floor(step))
            return {std::ceil(double(largest) / step) * step, step};
    }
    return {rough * 4, rough};
}

} // namespace entvas::format
