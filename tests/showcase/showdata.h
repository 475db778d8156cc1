#pragma once

#include "core/cube/livecube.h"
#include "core/cube/liveusers.h"
#include "core/wire/wire.h"

#include <QRandomGenerator>
#include <QTimeZone>

namespace entvas::showcase {

// Lively numbers for pictures: 110 days of six event types with a daily rhythm, quieter weekends and growth, a spike
// some hours ago and half an hour of silence yesterday. The same seed and moment give the same numbers.
class ShowData
{
public:
    ShowData(qint64 nowMs, const QTimeZone &zone, quint32 seed = 4);
    const LiveCube &cube() const { return m_cube; }
    const LiveUsers &users() const { return m_users; }
    wire::Totals totals() const;
    // So many of the newest events, oldest first.
    wire::Tail tail(int events);
    // Lets time go by up to `nowMs`: seconds more of the same.
    void advance(qint64 nowMs);

private:
    double perMinute(qint64 atMs) const; // expected
    SeriesIndex draw();
    void addUsers(qint64 atMs, double expected);
    qint64 poisson(double mean);

    qint64 m_nowMs;
    QTimeZone m_zone;
    QRandomGenerator m_random;
    LiveCube m_cube;
    LiveUsers m_users;
    QList<UserHash> m_people;
    struct Share {
        SeriesIndex series;
        double upTo; // cumulative
    };
    QList<Share> m_shares;
};

} // namespace entvas::showcase
