#include "app/board/text/format.h"

#include "core/base/units.h"

#include <cmath>
#include <QCoreApplication>
#include <QDateTime>

namespace entvas::format {

using namespace Qt::StringLiterals;

namespace {

// The context is what lupdate finds for a tr() here. Patterns of dates go through it too: other languages order and
// punctuate them differently.
QString tr(const char *text)
{
    return QCoreApplication::translate("entvas::format", text);
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

QString dateName(const QDate &day, bool year)
{
    return QLocale().toString(day, year ? tr("ddd d MMM yyyy") : tr("ddd d MMM"));
}

QString datePattern()
{
    return tr("d MMM yyyy");
}

QString bucketTitle(BucketStep step)
{
    if (step.count == 1) {
        switch (step.unit) {
        case BucketUnit::Second: return tr("Events per second");
        case BucketUnit::Minute: return tr("Events per minute");
        case BucketUnit::Hour: return tr("Events per hour");
        case BucketUnit::Day: return tr("Events per day");
        case BucketUnit::Week: return tr("Events per week");
        case BucketUnit::Month: return tr("Events per month");
        }
    }
    return tr("Events per %1").arg(length(step.aboutMs()));
}

QString bucketName(const TimeSpan &bucket, const TimeGrid &grid, const QTimeZone &zone)
{
    const QLocale locale;
    const QDate date = local(bucket.fromMs, zone).date();
    switch (grid.step.unit) {
    case BucketUnit::Second:
    case BucketUnit::Minute:
    case BucketUnit::Hour: {
        const bool seconds = grid.step.unit == BucketUnit::Second;
        QString name = clock(bucket.fromMs, zone, seconds);
        if (grid.step != BucketStep{BucketUnit::Second, 1})
            name = tr("%1 – %2").arg(name, clock(bucket.toMs, zone, seconds));
        if (grid.span().lengthMs() > kDayMs)
            name = locale.toString(date, tr("ddd d MMM")) + u", "_s + name;
        return name;
    }
    case BucketUnit::Day: return locale.toString(date, tr("ddd d MMM"));
    case BucketUnit::Week: return tr("Week of %1").arg(locale.toString(date, tr("d MMM yyyy")));
    case BucketUnit::Month: return locale.toString(date, tr("MMMM yyyy"));
    }
    Q_UNREACHABLE();
}

QString momentName(const TimeSpan &span, const QTimeZone &zone)
{
    const QDateTime from = local(span.fromMs, zone);
    const QDateTime to = local(span.toMs, zone);
    const QString begin = dateName(from.date(), true);
    const auto isMidnight = [&](const QDateTime &at) { return at == at.date().startOfDay(zone); };
    if (isMidnight(from) && isMidnight(to) && from < to) {
        const QDate last = to.date().addDays(-1);
        return last == from.date() ? begin : tr("%1 – %2").arg(begin, dateName(last, true));
    }
    const bool seconds = span.fromMs % 60'000 != 0 || span.toMs % 60'000 != 0;
    QString end = clock(span.toMs, zone, seconds);
    if (to.date() != from.date())
        end = dateName(to.date(), true) + u", "_s + end;
    return begin + u", "_s + tr("%1 – %2").arg(clock(span.fromMs, zone, seconds), end);
}

QString zoneName(const QTimeZone &zone, qint64 atMs)
{
    const int offset = zone.offsetFromUtc(local(atMs, zone));
    QString utc = u"UTC"_s;
    if (offset != 0) {
        utc += offset < 0 ? u"−"_s : u"+"_s;
        utc += QString::number(std::abs(offset) / 3600);
        if (const int minutes = std::abs(offset) / 60 % 60)
            utc += u":%1"_s.arg(minutes, 2, 10, QChar(u'0'));
    }
    const QString id = QString::fromLatin1(zone.id());
    return id.endsWith(u"UTC"_s) ? utc : u"%1 (%2)"_s.arg(id, utc);
}

QString spanName(const TimeGrid &grid, bool live, const QTimeZone &zone)
{
    if (grid.size() == 0)
        return {};
    const QLocale locale;
    const bool seconds = grid.step.unit == BucketUnit::Second;
    const QDateTime from = local(grid.edgesMs.first(), zone);
    const QDateTime last = local(grid.edgesMs.last() - 1, zone);
    // A day that is not today must be named, and a year where there are several.
    const auto date = [&](const QDateTime &at) {
        return locale.toString(at.date(),
                               from.date().year() != last.date().year() ? tr("ddd d MMM yyyy") : tr("ddd d MMM"));
    };
    const bool oneDay = from.date() == last.date();
    QString start = clock(grid.edgesMs.first(), zone, seconds);
    if (!oneDay || !live)
        start = date(from) + u", "_s + start;
    QString end = tr("now");
    if (!live) {
        end = clock(grid.edgesMs.last(), zone, seconds);
        if (!oneDay)
            end = date(local(grid.edgesMs.last(), zone)) + u", "_s + end;
    }
    return tr("%1 – %2 · %3").arg(start, end, zoneName(zone, grid.edgesMs.last() - 1));
}

QString rangeName(NamedRange range)
{
    switch (range) {
    case NamedRange::FiveMinutes: return tr("5 min");
    case NamedRange::Hour: return tr("Hour");
    case NamedRange::Day: return tr("Day");
    case NamedRange::Week: return tr("Week");
    case NamedRange::Month: return tr("Month");
    case NamedRange::Quarter: return tr("Quarter");
    case NamedRange::All: return tr("All");
    }
    Q_UNREACHABLE();
}

QString rangeWords(const TimeView &view)
{
    switch (view.kind) {
    case TimeView::Kind::Fixed: return tr("in this span");
    case TimeView::Kind::Last: return tr("in the last %1").arg(length(view.lengthMs));
    case TimeView::Kind::Named: break;
    }
    switch (view.named) {
    case NamedRange::FiveMinutes: return tr("in the last 5 minutes");
    case NamedRange::Hour: return tr("in the last hour");
    case NamedRange::Day: return tr("in the last day");
    case NamedRange::Week: return tr("in the last 7 days");
    case NamedRange::Month: return tr("in the last 30 days");
    case NamedRange::Quarter: return tr("in the last 13 weeks");
    case NamedRange::All: return tr("over all time");
    }
    Q_UNREACHABLE();
}

QString comparisonName(Comparison comparison, const TimeView &view)
{
    switch (comparison) {
    case Comparison::None: return {};
    case Comparison::WeekBefore: return tr("week before");
    case Comparison::PreviousPeriod: break;
    }
    if (view.kind == TimeView::Kind::Named)
        switch (view.named) {
        case NamedRange::FiveMinutes: return tr("previous 5 min");
        case NamedRange::Hour: return tr("previous hour");
        case NamedRange::Day: return tr("previous day");
        case NamedRange::Week: return tr("previous week");
        case NamedRange::Month: return tr("previous 30 days");
        case NamedRange::Quarter: return tr("previous quarter");
        case NamedRange::All: break;
        }
    return tr("previous period");
}

QString change(qint64 now, qint64 before)
{
    if (before <= 0)
        return {};
    const double percent = 100.0 * double(now - before) / double(before);
    const double shown = std::abs(percent) >= 1'000 ? std::round(percent) : std::round(percent * 10) / 10;
    const QString sign = shown > 0 ? u"+"_s : shown < 0 ? u"−"_s : u"±"_s;
    return tr("%1%2 %").arg(sign, QLocale().toString(std::abs(shown), 'f', std::abs(percent) >= 1'000 ? 0 : 1));
}

QString length(qint64 ms)
{
    const auto words = [](double value, const char *one, const char *many) {
        const bool isWhole = std::abs(value - std::round(value)) < 0.05;
        const QString number = QLocale().toString(value, 'f', isWhole ? 0 : 1);
        return tr(isWhole && std::round(value) == 1 ? one : many).arg(number);
    };
    const double seconds = double(ms) / 1000;
    if (seconds < 90)
        return words(seconds, QT_TRANSLATE_NOOP("entvas::format", "%1 second"),
                     QT_TRANSLATE_NOOP("entvas::format", "%1 seconds"));
    if (seconds < 90 * 60)
        return words(seconds / 60, QT_TRANSLATE_NOOP("entvas::format", "%1 minute"),
                     QT_TRANSLATE_NOOP("entvas::format", "%1 minutes"));
    if (seconds < 48 * 3600)
        return words(seconds / 3600, QT_TRANSLATE_NOOP("entvas::format", "%1 hour"),
                     QT_TRANSLATE_NOOP("entvas::format", "%1 hours"));
    return words(seconds / 86400, QT_TRANSLATE_NOOP("entvas::format", "%1 day"),
                 QT_TRANSLATE_NOOP("entvas::format", "%1 days"));
}

namespace {

QString twoDigits(qint64 number)
{
    return QString::number(number).rightJustified(2, u'0');
}

// Steps between labels that leave each about so much room.
BucketStep tickStep(const TimeSpan &span, double width)
{
    constexpr double kRoom = 84;
    return stepFor(span.lengthMs(), 0, std::max(1, int(width / kRoom)));
}

} // namespace

QList<Tick> ticks(const TimeGrid &grid, const QTimeZone &zone, double width)
{
    QList<Tick> list;
    if (grid.size() == 0)
        return list;
    const QLocale locale;
    const TimeSpan span = grid.span();
    const BucketStep step = std::max(tickStep(span, width), grid.step, [](const BucketStep &a, const BucketStep &b) {
        return a.aboutMs() < b.aboutMs();
    });
    const bool centred = step == grid.step && step.unit >= BucketUnit::Day;
    for (const qint64 edge : edgesIn(span, step, zone)) {
        if (centred && edge >= span.toMs)
            continue;
        const QDateTime at = local(edge, zone);
        const bool isMidnight = at == at.date().startOfDay(zone);
        QString text;
        if (step.unit == BucketUnit::Month)
            text = locale.toString(at.date(), at.date().month() == 1 ? tr("MMM yyyy") : u"MMM"_s);
        else if (step.unit >= BucketUnit::Day)
            text = locale.toString(at.date(), span.lengthMs() > 14 * kDayMs ? tr("d MMM") : tr("ddd d"));
        else if (isMidnight && span.lengthMs() > kDayMs)
            text = locale.toString(at.date(), tr("ddd d"));
        else
            text = clock(edge, zone, step.unit == BucketUnit::Second);
        list.append({edge, text, centred});
    }
    return list;
}

QList<Tick> relativeTicks(const TimeGrid &grid, qint64 nowMs, double width)
{
    QList<Tick> list;
    if (grid.size() == 0)
        return list;
    const TimeSpan span = grid.span();
    const qint64 stepMs = tickStep(span, width).aboutMs();
    const qint64 newest = std::max<qint64>(0, (nowMs - span.toMs + stepMs - 1) / stepMs);
    for (qint64 back = newest;; ++back) {
        const qint64 at = nowMs - back * stepMs;
        if (at < span.fromMs)
            break;
        const qint64 age = back * stepMs;
        QString text = tr("now");
        if (age > 0 && age < 60'000)
            text = tr("−%1 s").arg(age / 1000);
        else if (age > 0 && age < 3'600'000)
            text = age % 60'000 == 0 ? tr("−%1 min").arg(age / 60'000)
                                     : u"−%1:%2"_s.arg(QString::number(age / 60'000), twoDigits(age / 1000 % 60));
        else if (age > 0 && age < 2 * kDayMs && stepMs < kDayMs)
            text = age % 3'600'000 == 0
                       ? tr("−%1 h").arg(age / 3'600'000)
                       : u"−%1:%2 h"_s.arg(QString::number(age / 3'600'000), twoDigits(age / 60'000 % 60));
        else if (age > 0)
            text = tr("−%1 d").arg(QLocale().toString(double(age) / double(kDayMs), 'f', age % kDayMs == 0 ? 0 : 1));
        list.prepend({at, text, false});
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
