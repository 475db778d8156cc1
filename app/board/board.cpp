#include "app/board/board.h"

#include "app/board/text/format.h"

namespace entvas {

namespace {
constexpr int kSameMoveMs = 800;
constexpr int kFewestBuckets = 24;
constexpr int kMostBuckets = 400; // more would be thinner than a bar that can be pointed at
} // namespace

QString colorName(const BoardFrame &frame, const CubeGroup &group)
{
    return frame.groupBy == 0 ? group.name : frame.dimensions[frame.groupBy] + u'=' + group.name;
}

Board::Board(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock), m_numbers(clock)
{
    connect(&m_gate, &FrameGate::draw, this, &Board::draw);
    connect(&m_numbers, &FeedNumbers::changed, &m_gate, &FrameGate::mark);
    connect(&m_numbers, &FeedNumbers::began, this, &Board::begin);
    connect(&m_numbers, &FeedNumbers::described, this, &Board::stateChanged);
    connect(&m_numbers, &FeedNumbers::clockSet, this, &Board::tickAtNextSecond);
    connect(&m_numbers, &FeedNumbers::tailed, &m_stream, &EventStream::add);
    connect(&m_numbers, &FeedNumbers::wentBack, this, &Board::noticed);
    connect(&m_numbers, &FeedNumbers::complained, this, [this](const QString &reason) {
        m_state.reason = reason;
        Q_EMIT stateChanged();
    });
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
    m_stream.clear();
    m_numbers.clear();
    m_state = {};
    if (feed) {
        connect(feed, &Feed::stateChanged, this, [this](const FeedState &state) {
            m_state = state;
            Q_EMIT stateChanged();
        });
        connect(feed, &Feed::message, this,
                [this](const wire::ServerMessage &message) { m_numbers.take(message, m_state.latencyMs); });
        connect(feed, &Feed::picture, this, [this](Picture &picture) { m_numbers.show(picture, m_state.latencyMs); });
    }
    Q_EMIT stateChanged();
    m_gate.mark();
}

void Board::choose(const BoardChoice &choice)
{
    if (choice == m_choice)
        return;
    if (choice.view != m_choice.view)
        m_history.leave(m_choice.view);
    m_choice = choice;
    if (choice.view.isLive())
        m_lastLive = choice.view;
    m_sinceMove.invalidate();
    Q_EMIT choiceChanged(m_choice);
    m_gate.drawNow();
}

void Board::setRange(NamedRange range)
{
    BoardChoice choice = m_choice;
    choice.view = TimeView::of(range);
    choose(choice);
}

void Board::showSpan(const TimeSpan &span)
{
    BoardChoice choice = m_choice;
    choice.view = TimeView::fixed(span);
    if (!span.isEmpty())
        choose(choice);
}

// Steps of one movement (the wheel, a held key) are one step back.
void Board::move(const TimeView &view)
{
    if (view == m_choice.view)
        return;
    const bool isSameMove = m_sinceMove.isValid() && !m_sinceMove.hasExpired(kSameMoveMs);
    BoardChoice choice = m_choice;
    choice.view = view;
    if (!isSameMove) {
        choose(choice);
    } else {
        m_choice = choice;
        if (view.isLive())
            m_lastLive = view;
        Q_EMIT choiceChanged(m_choice);
        m_gate.drawNow();
    }
    m_sinceMove.start();
}

TimeContext Board::context() const
{
    return {m_frame.nowMs, firstCountMs(cube()), m_zone, m_buckets};
}

void Board::zoom(double factor, qint64 atMs)
{
    if (m_frame.grid.size() > 0)
        move(zoomed(m_frame.grid.span(), factor, atMs, context()));
}

void Board::pan(double part)
{
    if (m_frame.grid.size() > 0)
        move(panned(m_frame.grid.span(), part, context()));
}

void Board::goLive()
{
    BoardChoice choice = m_choice;
    choice.view = m_lastLive;
    choose(choice);
}

void Board::goBack()
{
    if (!canGoBack())
        return;
    m_choice.view = m_history.back(m_choice.view);
    m_sinceMove.invalidate();
    Q_EMIT choiceChanged(m_choice);
    m_gate.drawNow();
}

void Board::goForward()
{
    if (!canGoForward())
        return;
    m_choice.view = m_history.forward(m_choice.view);
    m_sinceMove.invalidate();
    Q_EMIT choiceChanged(m_choice);
    m_gate.drawNow();
}

void Board::setComparison(Comparison comparison)
{
    BoardChoice choice = m_choice;
    choice.comparison = comparison;
    choose(choice);
}

void Board::setGroupBy(const QString &dimension)
{
    BoardChoice choice = m_choice;
    choice.groupBy = dimension;
    choose(choice);
}

void Board::setFilter(const QMap<QString, ValueFilter> &filter)
{
    BoardChoice choice = m_choice;
    choice.filter = filter;
    choose(choice);
}

void Board::setBuckets(int most)
{
    const int buckets = std::clamp(most, kFewestBuckets, kMostBuckets);
    if (buckets == m_buckets)
        return;
    m_buckets = buckets;
    m_gate.mark();
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

// The first numbers of a project.
void Board::begin()
{
    m_gate.drawNow();
    Q_EMIT stateChanged();
    if (const QByteArray tz = std::exchange(m_unreadZone, {}); !tz.isEmpty())
        Q_EMIT noticed(tr("The time zone is unknown"),
                       tr("TZ is set to \"%1\", which is no time zone. Times are shown in %2.")
                           .arg(QString::fromLocal8Bit(tz), format::zoneName(m_zone, serverNowMs())));
}

void Board::showColors()
{
    QStringList chart;
    for (const CubeGroup &group : std::as_const(m_frame.main.groups))
        if (!group.isRest)
            chart.append(colorName(m_frame, group));
    QStringList others; // rows of the list, and the types of the stream, which are not in the chart
    for (const int d : {m_frame.groupBy, 0})
        for (const CubeGroup &group : m_frame.breakdowns.value(d).groups)
            if (!group.isRest)
                others.append(d == m_frame.groupBy ? colorName(m_frame, group) : group.name);
    m_colors.show(chart, others);
}

void Board::draw()
{
    // Without a connection the numbers stand still: what was not heard is unknown, not zero.
    const bool stale = hasData() && m_state.kind != FeedState::Kind::Live && heardAtMs() > 0;
    const qint64 now = stale ? heardAtMs() + clockOffsetMs() : serverNowMs();
    m_numbers.trim(now);
    m_frame = present(cube(), m_numbers.totals(), m_choice, now, m_zone, m_buckets, users() ? &*users() : nullptr,
                      m_numbers.rejected() ? &*m_numbers.rejected() : nullptr);
    showColors();
    Q_EMIT framed(m_frame);
}

} // namespace entvas
