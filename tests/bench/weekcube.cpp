#include "tests/bench/weekcube.h"

using namespace Qt::StringLiterals;

namespace entvas::bench {

SeriesKey seriesKey(int index)
{
    return {u"event_%1"_s.arg(index % 10), u"page_%1"_s.arg(index / 10 % 20), u"browser_%1"_s.arg(index / 200)};
}

void forEachMinute(qint64 nowMs, const std::function<void(const QList<Cell> &)> &take)
{
    constexpr int kMinutes = 7 * 1'440;
    QList<Cell> cells(kSeries);
    for (int minute = kMinutes - 1; minute >= 0; --minute) {
        for (int i = 0; i < kSeries; ++i)
            cells[i] = {nowMs / 1'000 - minute * 60, SeriesIndex(i), quint32(1 + (i + minute) % 7)};
        take(cells);
    }
}

LiveCube weekCube(qint64 nowMs)
{
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    for (int i = 0; i < kSeries; ++i)
        cube.intern(seriesKey(i));
    forEachMinute(nowMs, [&](const QList<Cell> &cells) { cube.add(cells); });
    cube.trim(nowMs);
    return cube;
}

} // namespace entvas::bench
