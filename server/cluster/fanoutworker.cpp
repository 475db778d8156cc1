#include "server/cluster/fanoutworker.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// At once when the last time is long enough ago; else when it will be.
void soon(QTimer &timer, const QElapsedTimer &last, int everyMs)
{
    if (timer.isActive())
        return;
    const qint64 passed = last.isValid() ? last.elapsed() : everyMs;
    timer.start(int(std::max<qint64>(0, everyMs - passed)));
}

} // namespace

Fanout::Worker::Worker(const DatabaseUrl &database, const QString &run, QStringList dimensions, FanoutLimits limits,
                       Take take, Count count, Own own)
    : m_feed(database, run),
      m_run(run),
      m_dimensions(std::move(dimensions)),
      m_limits(limits),
      m_take(std::move(take)),
      m_count(std::move(count)),
      m_own(std::move(own))
{
    m_lookTimer.setInterval(m_limits.lookEveryMs);
    for (QTimer *timer : {&m_lookTimer, &m_wakenTimer, &m_sendTimer, &m_connectTimer})
        timer->setParent(this); // so that they move with us
    for (QTimer *timer : {&m_wakenTimer, &m_sendTimer, &m_connectTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_lookTimer, &QTimer::timeout, this, &Worker::look);
    connect(&m_wakenTimer, &QTimer::timeout, this, &Worker::look);
    connect(&m_sendTimer, &QTimer::timeout, this, &Worker::send);
    connect(&m_connectTimer, &QTimer::timeout, this, &Worker::connectAgain);
}

void Fanout::Worker::start()
{
    m_lookTimer.start();
    connectAgain();
}

void Fanout::Worker::connectAgain()
{
    if (m_isOpen)
        return;
    m_unheard.invalidate();
    if (const Result<void> opened = m_feed.open(this, [this](const QString &writer) { onNotified(writer); }); !opened)
        return lose(opened.failure());
    m_isOpen = true;
    m_hasRead = false;
    if (const Result<void> compared = compareHistory(); !compared)
        return lose(compared.failure());
    look();
    if (m_isOpen)
        send(); // others wait for what we stored meanwhile
}

// What was counted may be in this database no more: a standby that took over lacked it, a backup is older, or the disk
// lost the last commits. Numbers alone don't show it: a writer goes on counting from where it was.
Result<void> Fanout::Worker::compareHistory()
{
    const Result<QString> history = m_feed.history();
    if (!history)
        return history.failure();
    QList<AnnouncementFeed::Counted> counted;
    for (auto project = m_projects.cbegin(); project != m_projects.cend(); ++project)
        for (auto writer = project->seen.cbegin(); writer != project->seen.cend(); ++writer)
            if (writer.key() != m_run)
                counted.append({project.key(), writer.key(), writer->seq});
    const QHash<QString, qint64> own = m_own();
    for (auto project = own.cbegin(); project != own.cend(); ++project)
        if (*project > 0 && m_projects.contains(project.key()))
            counted.append({project.key(), m_run, *project});
    const bool isOther = !m_history.isEmpty() && !history->isEmpty() && *history != m_history;
    const Result<QStringList> missing = isOther ? Result<QStringList>(m_projects.keys()) : m_feed.missing(counted);
    if (!missing)
        return missing.failure();
    if (!history->isEmpty())
        m_history = *history;
    if (!missing->isEmpty()) {
        log::warning("fanout", u"the database is not the one that was counted: counts are read anew"_s,
                     {{u"otherHistory"_s, isOther}, {u"projects"_s, missing->size()}});
        readAnew(*missing);
    }
    return {};
}

void Fanout::Worker::lose(const Failure &failure)
{
    m_feed.close();
    if (std::exchange(m_isOpen, false))
        m_count([](Stats &stats) {
            stats.isListening = false;
            ++stats.losses;
        });
    if (!std::exchange(m_hasWarned, true))
        log::warning("fanout", u"connection to other servers lost: what they store shows later"_s,
                     {{u"reason"_s, failure.text}});
    m_connectTimer.start(int(m_backoff.next().count()));
}

void Fanout::Worker::retryNow()
{
    m_backoff.reset();
    connectAgain();
}

void Fanout::Worker::follow(const QString &project, quint64 generation, const Positions &positions, qint64 ownUntil)
{
    Project &followed = m_projects[project];
    followed = {generation, {}};
    for (auto position = positions.cbegin(); position != positions.cend(); ++position)
        if (position.key() != m_run)
            followed.seen.insert(position.key(), {*position, 0});
    if (ownUntil > positions.value(m_run))
        followed.seen.insert(m_run, {positions.value(m_run), ownUntil});
    soon(m_wakenTimer, m_lastRead, m_limits.wakeEveryMs);
}

void Fanout::Worker::wakeOthers()
{
    if (m_limits.wakes)
        soon(m_sendTimer, m_lastSent, m_limits.wakeEveryMs);
}

void Fanout::Worker::send()
{
    if (!m_isOpen || !m_limits.wakes)
        return; // sent once we are connected again
    m_lastSent.start();
    if (const Result<void> sent = m_feed.wake(); !sent)
        return lose(sent.failure());
    if (!m_unheard.isValid())
        m_unheard.start();
    m_count([](Stats &stats) { ++stats.woken; });
}

void Fanout::Worker::onNotified(const QString &writer)
{
    if (writer == m_run)
        return m_unheard.invalidate();
    soon(m_wakenTimer, m_lastRead, m_limits.wakeEveryMs);
}

void Fanout::Worker::look()
{
    if (!m_isOpen)
        return;
    if (m_unheard.isValid() && m_unheard.hasExpired(kDeafMs))
        return lose({Fault::Unavailable, u"Notifications do not come through."_s});
    // Others get their turn between two reads: a wake-up to send must not wait for all that is to be read.
    if (readOnce())
        m_wakenTimer.start(0);
}

// A connection that opens proves nothing: what may not be read would have us connect again without a pause.
void Fanout::Worker::onRestored()
{
    m_backoff.reset();
    m_count([](Stats &stats) { stats.isListening = true; });
    if (std::exchange(m_hasWarned, false))
        log::info("fanout", u"connection to other servers restored"_s);
}

// True when there may be more.
bool Fanout::Worker::readOnce()
{
    m_lastRead.start();
    QHash<QString, AnnouncementFeed::SeenWriters> seen;
    for (auto project = m_projects.cbegin(); project != m_projects.cend(); ++project)
        seen.insert(project.key(), project->seen);
    const auto rows = m_feed.read(seen);
    if (!rows) {
        lose(rows.failure());
        return false;
    }
    // By the wall clock, which goes on while a computer sleeps.
    const qint64 wall = SystemClock().nowMs();
    const bool wasAway = m_lastReadMs > 0 && wall - m_lastReadMs > m_limits.awayMs;
    m_lastReadMs = wall;
    if (!std::exchange(m_hasRead, true))
        onRestored();
    if (wasAway)
        readAnew(m_projects.keys());
    if (rows->isEmpty())
        return false;
    const qint64 now = SteadyClock().nowMs();
    QList<Row> taken;
    for (const AnnouncementFeed::Row &row : rows.value()) {
        const auto project = m_projects.find(row.project);
        if (project == m_projects.end())
            continue;
        taken.append(decode(row, *project));
        taken.last().readAtMs = now;
    }
    m_take(std::move(taken));
    return rows->size() >= AnnouncementFeed::kMostOfEach;
}

// Writers may have come and gone without a trace: only what they left in the counts shows it.
void Fanout::Worker::readAnew(const QStringList &projects)
{
    QList<Row> lost;
    for (const QString &project : projects) {
        Row row;
        row.project = project;
        row.generation = m_projects.value(project).generation;
        row.isLost = true;
        lost.append(row);
    }
    m_count([&lost](Stats &stats) { stats.gaps += quint64(lost.size()); });
    m_take(std::move(lost));
}

Fanout::Row Fanout::Worker::decode(const AnnouncementFeed::Row &row, Project &project)
{
    // Rows that were counted already come again then: the snapshot is read anew, and they with it.
    const bool isForgotten = project.seen.size() >= kMaxWriters && !project.seen.contains(row.writer);
    if (isForgotten)
        project.seen.clear();
    AnnouncementFeed::Seen &seen = project.seen[row.writer];
    const bool isGap = row.seq != seen.seq + 1;
    seen.seq = row.seq;
    std::optional<Announcement> what = Announcement::parse(row.payload, m_dimensions);
    const bool isUnreadable = !what || !what->isWhole;
    if (seen.until > 0 && seen.seq >= seen.until)
        project.seen.remove(row.writer); // the last of our own that the snapshot lacked
    if (isGap || isUnreadable)
        m_count([isGap](Stats &stats) { ++(isGap ? stats.gaps : stats.unreadable); });
    return {row.project,
            project.generation,
            row.ageMs,
            0,
            what.value_or(Announcement()),
            isGap || isUnreadable || isForgotten};
}

} // namespace entvas
