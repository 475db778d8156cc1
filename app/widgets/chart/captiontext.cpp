#include "app/widgets/chart/captiontext.h"

#include "app/board/text/format.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"

#include <algorithm>
#include <QCoreApplication>
#include <QDateTime>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostValues = 24; // of one filter
constexpr qsizetype kMostChars = 400; // of one line

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Caption)
};

QString momentName(qint64 ms, const QTimeZone &zone, bool withDate)
{
    const QString time = format::clock(ms, zone, true);
    return withDate ? format::dateName(QDateTime::fromMSecsSinceEpoch(ms, zone).date(), true) + u", "_s + time : time;
}

QString spanWithYear(qint64 fromMs, qint64 toMs, const QTimeZone &zone)
{
    const auto day = [&](qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, zone).date(); };
    const QString from = momentName(fromMs, zone, true);
    const QString to = momentName(toMs, zone, day(fromMs) != day(toMs));
    return u"%1 – %2"_s.arg(from, to);
}

QString filterLine(const QString &dimension, const ValueFilter &rule)
{
    QStringList values;
    for (const QString &value : rule.values)
        values << paint::oneLine(shownName(value));
    std::sort(values.begin(), values.end());
    if (const qsizetype over = values.size() - kMostValues; over > 0) {
        values.resize(kMostValues);
        values << Words::tr("%1 more").arg(format::count(over));
    }
    return u"%1%2 %3"_s.arg(dimensionName(dimension), rule.isExcluding ? u" ≠"_s : u":"_s, values.join(u", "_s))
        .left(kMostChars);
}

} // namespace

Caption captionOf(const BoardFrame &frame, const QString &place, qint64 heardAtMs, const QString &streamFilter)
{
    Caption caption;
    caption.title = place;
    const QTimeZone zone = frame.isCutInUtc ? QTimeZone::utc() : frame.zone;
    const bool isKnown = frame.grid.size() > 0;
    if (isKnown) {
        const qint64 from = frame.grid.edgesMs.first();
        const qint64 end = frame.grid.edgesMs.last();
        const qint64 to = frame.choice.view.isLive() ? std::min(end, frame.nowMs) : end;
        caption.facts << u"%1 · %2"_s.arg(spanWithYear(from, to, zone), format::zoneName(zone, to - 1));
        QStringList filters;
        for (auto rule = frame.choice.filter.cbegin(); rule != frame.choice.filter.cend(); ++rule)
            filters << filterLine(rule.key(), rule.value());
        const QString events =
            frame.main.total == 1 ? Words::tr("1 event") : Words::tr("%1 events").arg(format::count(frame.main.total));
        caption.facts << u"%1 · %2"_s.arg(
            events, filters.isEmpty() ? Words::tr("no filter") : Words::tr("filter: %1").arg(filters.join(u"; "_s)));
        if (frame.choice.comparison != Comparison::None) {
            const QString than = format::comparisonName(frame.choice.comparison, frame.choice.view);
            caption.facts << (frame.earlier && frame.earlier->isKnown
                                  ? Words::tr("Compared with the %1, which had %2 events up to the same moment")
                                        .arg(than, format::count(frame.earlier->total))
                                  : Words::tr("Compared with the %1, for which no data is stored").arg(than));
        }
    }
    if (!streamFilter.isEmpty())
        caption.facts << Words::tr("Live stream filtered to: %1").arg(paint::oneLine(streamFilter.left(kMostChars)));
    caption.made = Words::tr("Made with Entvas on %1 · %2")
                       .arg(momentName(frame.nowMs, frame.zone, true), format::zoneName(frame.zone, frame.nowMs));
    if (heardAtMs >= 0)
        caption.made +=
            u" · "_s + Words::tr("last contact with the server: %1").arg(momentName(heardAtMs, frame.zone, true));
    return caption;
}

} // namespace entvas
