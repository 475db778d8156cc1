#include "app/board/board.h"

namespace entvas {

Board::Board(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock)
{
    connect(&m_gate, &FrameGate::draw, this, &Board::draw);
    m_second.setSingleShot(true);
    m_second.setTimerType(Qt::PreciseTimer);
    // Time passes without events too: the window moves every second, in step with the server's seconds.
    connect(&m_second, &QTimer::timeout, this, [this] {
        m_gate.mark();
        tickAtNextSecond();
    });
    tickAtNextSecond();
}

void Board::tickAtNextSecond()
{
    constexpr int kAfterTheSecondMs = 15;
    m_second.start(int(1000 - serverNowMs() % 1000) + kAfterTheSecondMs);
}

void Board::setFeed(Feed *feed)
{
    if (m_feed)
        disconnect(m_feed, nullptr, this, nullptr);
    m_feed = feed;
    m_tail.clear();
    m_skipped = 0;
    m_hasData = false;
    m_cube = LiveCube();
    m_totals = {};
    m_store.clear();
    m_heardAtMs = m_changedAtMs = 0;
    m_clockOffsetMs = 0;
    m_state = {};
    if (feed) {
        connect(feed, &Feed::stateChanged, this, [this](const FeedState &state) {
            m_state = state;
            Q_EMIT stateChanged();
        });
        connect(feed, &Feed::message, this, &Board::take);
    }
    Q_EMIT tailChanged();
    Q_EMIT stateChanged();
    m_gate.mark();
}

void Board::setRange(NamedRange range)
{
    if (range == m_range)
        return;
    m_range = range;
    Q_EMIT rangeChanged(range);
    m_gate.drawNow();
}

void Board::setZone(const QTimeZone &zone)
{
    if (zone == m_zone || !zone.isValid())
        return;
    m_zone = zone;
    m_gate.drawNow();
}

void Board::setVisible(bool visible)
{
    m_gate.setOpen(visible);
}

void Board::take(const wire::ServerMessage &message)
{
    m_heardAtMs = m_clock.nowMs();
    std::visit([this](const auto &m) { on(m); }, message);
}

void Board::measureClock(qint64 serverTimeMs)
{
    // The message travelled for about half a round trip; below half a second nobody sees a difference.
    const qint64 travelled = m_state.latencyMs > 0 ? m_state.latencyMs / 2 : 0;
    const qint64 offset = serverTimeMs + travelled - m_clock.nowMs();
    if (qAbs(offset - m_clockOffsetMs) > 500) {
        m_clockOffsetMs = offset;
        tickAtNextSecond();
    }
}

void Board::on(const wire::Hello &hello)
{
    measureClock(hello.serverTimeMs);
    m_store = hello.store;
    Q_EMIT stateChanged();
}

void Board::on(const wire::Snapshot &snapshot)
{
    measureClock(snapshot.serverTimeMs);
    if (!m_cube.apply(snapshot.cube))
        return; // the wire checks shapes; what is left is a broken server, and what we know stays
    m_totals = snapshot.totals;
    m_changedAtMs = m_clock.nowMs();
    const bool first = !m_hasData;
    m_hasData = true;
    m_gate.drawNow();
    if (first)
        Q_EMIT stateChanged();
}

void Board::on(const wire::Delta &delta)
{
    if (!m_hasData || !m_cube.apply(delta.newSeries, delta.cells))
        return;
    m_totals = delta.totals;
    m_changedAtMs = m_clock.nowMs();
    m_gate.mark();
}

void Board::on(const wire::Tail &tail)
{
    // A tail comes oldest first, as the events came.
    for (const wire::TailEvent &event : tail.events)
        m_tail.push_front(event);
    while (m_tail.size() > kTailEvents)
        m_tail.pop_back();
    m_skipped += tail.skipped;
    Q_EMIT tailChanged();
}

void Board::on(const wire::Heartbeat &heartbeat)
{
    measureClock(heartbeat.serverTimeMs);
}

void Board::on(const wire::Error &error)
{
    m_state.reason = error.message;
    Q_EMIT stateChanged();
}

void Board::draw()
{
    // Without a connection the picture stands still: what nobody told is unknown, not zero.
    const bool stale = m_hasData && m_state.kind != FeedState::Kind::Live && m_heardAtMs > 0;
    const qint64 now = stale ? m_heardAtMs + m_clockOffsetMs : serverNowMs();
    m_cube.trim(now);
    m_frame = present(m_cube, m_totals, m_range, now, m_zone);
    QStringList names;
    for (const CubeGroup &group : std::as_const(m_frame.byType.groups))
        if (!group.isRest)
            names.append(group.name);
    if (m_colors.learn(names))
        Q_EMIT colorsLearnt();
    Q_EMIT framed(m_frame);
}

} // namespace entvas
