#include "tests/bench/weekcube.h"

#include <vector>

using namespace Qt::StringLiterals;

namespace entvas::bench
{

SeriesKey seriesKey(int index)
{
    return {u"event_%1"_s.arg(index % 10), u"page_%1"_s.arg(index / 10 % 20), u"browser_%1"_s.arg(index / 200)};
}

LiveCube weekCube(qint64 nowMs)
{
    constexpr int kMinutes = 7 * 1'440;
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    std::vector<Cell> cells(kSeries);
    for (int i = 0; i < kSeries; ++i)
        cells[std::size_t(i)].series = cube.intern(seriesKey(i));
    for (int minute = kMinutes - 1; minute >= 0; --minute) {
        for (int i = 0; i < kSeries; ++i) {
            cells[std::size_t(i)].epochSecond = nowMs / 1'000 - minute * 60;
            cells[std::size_t(i)].count = quint32(1 + (i + minute) % 7);
        }
        cube.add(cells);
    }
    cube.trim(nowMs);
    return cube;
}

} // namespace entvas::bench
