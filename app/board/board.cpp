#include "app/board/board.h"

#include "app/board/text/format.h"

namespace entvas {

namespace {
constexpr int kSameMoveMs = 800;
constexpr qint64 kClockStepMs = 100; // smaller corrections would only make the window tremble
constexpr qsizetype kMaxReasonChars = 300;
constexpr int kFewestBuckets = 24;
constexpr int kMostBuckets = 400; // more would be thinner than a bar that can be pointed at
} // namespace

QString colorName(const BoardFrame &frame, const CubeGroup &group)
{
    return frame.groupBy == 0 ? group.name : frame.dimensions[frame.groupBy] + u'=' + group.name;
}

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
    m_stream.clear();
    m_hasData = false;
    m_cube = LiveCube();
    m_users.reset();
    m_rejected.reset();
    m_totals = {};
    m_store.clear();
    m_projects.clear();
    m_project.clear();
    m_heardAtMs = m_changedAtMs = 0;
    m_clockOffsetMs = 0;
    m_serverClock.clear();
    m_epoch.clear();
    m_state = {};
    if (feed) {
        connect(feed, &Feed::stateChanged, this, [this](const FeedState &state) {
            m_state = state;
            Q_EMIT stateChanged();
        });
        connect(feed, &Feed::message, this, &Board::take);
        connect(feed, &Feed::picture, this, [this](Picture &picture) {
            m_heardAtMs = m_clock.nowMs();
            show(picture);
        });
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
    return {m_frame.nowMs, firstCountMs(m_cube), m_zone, m_buckets};
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

void Board::take(const wire::ServerMessage &message)
{
    m_heardAtMs = m_clock.nowMs();
    std::visit([this](const auto &m) { on(m); }, message);
}

void Board::measureClock(qint64 serverTimeMs)
{
    m_serverClock.add(serverTimeMs, m_clock.nowMs(), m_state.latencyMs);
    const qint64 offset = m_serverClock.offsetMs();
    if (qAbs(offset - m_clockOffsetMs) < kClockStepMs)
        return;
    m_clockOffsetMs = offset;
    tickAtNextSecond();
}

void Board::on(const wire::Hello &hello)
{
    if (std::exchange(m_greetedBy, hello.epoch) != hello.epoch)
        m_serverClock.clear(); // another run, perhaps on another machine: the old clock says nothing about it
    measureClock(hello.serverTimeMs);
    m_store = hello.store;
    m_projects = hello.projects;
    Q_EMIT stateChanged();
}

void Board::on(const wire::Snapshot &snapshot)
{
    Picture built{snapshot, LiveCube(), {}};
    if (!built.cube.apply(snapshot.cube))
        return; // the wire checks shapes; what is left is a broken server, and what we know stays
    built.applyUsers(snapshot.users);
    show(built);
}

void Board::show(Picture &picture)
{
    const wire::Snapshot &told = picture.told;
    if (m_serverClock.isEmpty()) // else others know better: a picture may be a second old, and takes its time
        measureClock(told.serverTimeMs);
    const bool isNews = !m_hasData || m_project != told.project;
    if (!isNews)
        setTotals(told.totals, m_epoch == told.epoch
                                   ? sameRun()
                                   : tr("It was restarted meanwhile: perhaps a backup was restored, or it was given "
                                        "another database."));
    std::swap(m_cube, picture.cube);
    std::swap(m_users, picture.users);
    m_rejected.reset();
    if (told.rejections)
        for (RejectedCounts &rejected = m_rejected.emplace(); const RejectedCount &some : *told.rejections)
            rejected.add(some);
    m_totals = told.totals;
    m_epoch = told.epoch;
    m_project = told.project;
    m_hasData = true;
    m_changedAtMs = m_clock.nowMs();
    if (!isNews) {
        m_gate.mark();
        return;
    }
    m_gate.drawNow();
    Q_EMIT stateChanged();
    if (const QByteArray tz = std::exchange(m_unreadZone, {}); !tz.isEmpty())
        Q_EMIT noticed(tr("The time zone is unknown"),
                       tr("TZ is set to \"%1\", which is no time zone. Times are shown in %2.")
                           .arg(QString::fromLocal8Bit(tz), format::zoneName(m_zone, serverNowMs())));
}

QString Board::sameRun()
{
    return tr("It is the same run of the server, so the fault lies there.");
}

// Numbers never go back without a word.
void Board::setTotals(const wire::Totals &totals, const QString &why)
{
    const wire::Totals before = std::exchange(m_totals, totals);
    const QString headline = tr("The numbers went back");
    if (totals.events < before.events)
        Q_EMIT noticed(headline, tr("The server now counts %1 events in all; before, it had counted %2. %3")
                                     .arg(format::count(totals.events), format::count(before.events), why));
    else if (totals.invalid < before.invalid)
        Q_EMIT noticed(headline, tr("The server now counts %1 rejected events in all; before, it had counted %2. %3")
                                     .arg(format::count(totals.invalid), format::count(before.invalid), why));
}

void Board::on(const wire::Delta &delta)
{
    if (!m_hasData || !m_cube.apply(delta.newSeries, delta.cells))
        return;
    if (m_users && !m_users->apply(delta.users))
        m_users.reset();
    if (m_rejected)
        for (const RejectedCount &some : delta.rejections)
            m_rejected->add(some);
    setTotals(delta.totals, sameRun());
    m_changedAtMs = m_clock.nowMs();
    m_gate.mark();
}

void Board::on(const wire::Tail &tail)
{
    m_stream.add(tail);
}

void Board::on(const wire::Heartbeat &heartbeat)
{
    measureClock(heartbeat.serverTimeMs);
}

void Board::on(const wire::Error &error)
{
    m_state.reason = error.message.left(kMaxReasonChars);
    Q_EMIT stateChanged();
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
    // Without a connection the picture stands still: what nobody told is unknown, not zero.
    const bool stale = m_hasData && m_state.kind != FeedState::Kind::Live && m_heardAtMs > 0;
    const qint64 now = stale ? m_heardAtMs + m_clockOffsetMs : serverNowMs();
    m_cube.trim(now);
    if (m_users)
        m_users->trim(now);
    if (m_rejected)
        m_rejected->trim(now);
    m_frame = present(m_cube, m_totals, m_choice, now, m_zone, m_buckets, m_users ? &*m_users : nullptr,
                      m_rejected ? &*m_rejected : nullptr);
    showColors();
    Q_EMIT framed(m_frame);
}

} // namespace entvas
