#include "app/board/feednumbers.h"

#include "app/board/text/format.h"
#include "app/feed/reasons.h"

#include <utility>

namespace entvas {

namespace {
constexpr qint64 kClockStepMs = 100; // smaller corrections would only make the window tremble
} // namespace

FeedNumbers::FeedNumbers(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock) {}

void FeedNumbers::clear()
{
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
}

void FeedNumbers::take(const wire::ServerMessage &message, int latencyMs)
{
    m_heardAtMs = m_clock.nowMs();
    m_latencyMs = latencyMs;
    std::visit([this](const auto &m) { on(m); }, message);
}

void FeedNumbers::trim(qint64 nowMs)
{
    m_cube.trim(nowMs);
    if (m_users)
        m_users->trim(nowMs);
    if (m_rejected)
        m_rejected->trim(nowMs);
}

void FeedNumbers::measureClock(qint64 serverTimeMs)
{
    m_serverClock.add(serverTimeMs, m_clock.nowMs(), m_latencyMs);
    const qint64 offset = m_serverClock.offsetMs();
    if (qAbs(offset - m_clockOffsetMs) < kClockStepMs)
        return;
    m_clockOffsetMs = offset;
    Q_EMIT clockSet();
}

void FeedNumbers::on(const wire::Hello &hello)
{
    if (std::exchange(m_greetedBy, hello.epoch) != hello.epoch)
        m_serverClock.clear(); // another run, perhaps on another machine: the old clock says nothing about it
    measureClock(hello.serverTimeMs);
    m_store = hello.store;
    m_projects = hello.projects;
    Q_EMIT described();
}

void FeedNumbers::on(const wire::Snapshot &snapshot)
{
    Picture built{snapshot, LiveCube(), {}};
    if (!built.cube.apply(snapshot.cube))
        return; // the wire checks shapes; what is left is a broken server, and what we know stays
    built.applyUsers(snapshot.users);
    show(built, m_latencyMs);
}

void FeedNumbers::show(Picture &picture, int latencyMs)
{
    m_heardAtMs = m_clock.nowMs();
    m_latencyMs = latencyMs;
    const wire::Snapshot &told = picture.told;
    if (m_serverClock.isEmpty()) // else others know better: a snapshot may be a second old, and takes its time
        measureClock(told.serverTimeMs);
    const bool isNews = !m_hasData || m_project != told.project;
    if (!isNews)
        setTotals(
            told.totals,
            m_epoch == told.epoch
                ? sameRun()
                : tr("The server was restarted in between: a backup may have been restored, or its database changed."));
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
    isNews ? Q_EMIT began() : Q_EMIT changed();
}

QString FeedNumbers::sameRun()
{
    return tr("The server was not restarted, so this is a fault of the server.");
}

void FeedNumbers::setTotals(const wire::Totals &totals, const QString &why)
{
    const wire::Totals before = std::exchange(m_totals, totals);
    const QString headline = tr("Counts decreased");
    if (totals.events < before.events)
        Q_EMIT wentBack(headline, tr("The server now counts %1 events in all; before, it had counted %2. %3")
                                      .arg(format::count(totals.events), format::count(before.events), why));
    else if (totals.invalid < before.invalid)
        Q_EMIT wentBack(headline, tr("The server now counts %1 rejected events in all; before, it had counted %2. %3")
                                      .arg(format::count(totals.invalid), format::count(before.invalid), why));
}

void FeedNumbers::on(const wire::Delta &delta)
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
    Q_EMIT changed();
}

void FeedNumbers::on(const wire::Tail &tail)
{
    Q_EMIT tailed(tail);
}

void FeedNumbers::on(const wire::Heartbeat &heartbeat)
{
    measureClock(heartbeat.serverTimeMs);
}

void FeedNumbers::on(const wire::Error &error)
{
    Q_EMIT complained(error.message.left(kMaxReasonChars));
}

} // namespace entvas
