#include "server/cluster/fanout.h"

#include "core/base/clock.h"
#include "core/store/events/eventstore.h"
#include "server/cluster/fanoutworker.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr unsigned long kEndsBySelfMs = 500; // what is being read at the end
} // namespace

Fanout::Fanout(const DatabaseUrl &database, QString run, QStringList dimensions, FanoutLimits limits, QObject *parent)
    : QObject(parent), m_run(std::move(run)), m_waking(std::make_shared<std::atomic<bool>>(false))
{
    const auto count = [this](const std::function<void(Stats &)> &change) {
        const std::lock_guard lock(m_mutex);
        change(m_stats);
    };
    const auto taken = [this](QList<Row> rows) {
        QMetaObject::invokeMethod(
            this, [this, rows = std::move(rows)] { take(rows); }, Qt::QueuedConnection);
    };
    const auto own = [this] {
        const std::lock_guard lock(m_mutex);
        return m_own;
    };
    m_worker = new Worker(database, m_run, std::move(dimensions), limits, taken, count, own);
    m_interrupter = m_worker->interrupter();
    m_thread.setObjectName(u"fanout"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_worker, [worker = m_worker] { worker->start(); });
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater); // the connection closes in its thread
    m_thread.start();
}

Fanout::~Fanout()
{
    m_thread.quit();
    while (!m_thread.wait(kEndsBySelfMs))
        m_interrupter->interrupt();
}

void Fanout::follow(const QString &project, const Positions &positions)
{
    Followed &followed = m_followed[project];
    ++followed.generation;
    const qint64 ownRead = positions.value(m_run);
    followed.skipped = std::max(followed.own, ownRead);
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, project, followed, positions] {
            worker->follow(project, followed.generation, positions, followed.own);
        },
        Qt::QueuedConnection);
    followed.own = followed.skipped;
    const std::lock_guard lock(m_mutex);
    m_own.insert(project, ownRead);
}

bool Fanout::isNew(const CommittedJob &job)
{
    Followed &followed = m_followed[job.job.project];
    if (job.announcedAs == 0)
        return true;
    if (job.announcedAs <= followed.skipped)
        return false;
    if (job.announcedAs > followed.own) {
        followed.own = job.announcedAs;
        const std::lock_guard lock(m_mutex);
        m_own.insert(job.job.project, job.announcedAs);
        ++m_stats.sent;
    }
    return true;
}

void Fanout::wakeOthers()
{
    if (m_waking->exchange(true))
        return;
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, waking = m_waking] {
            waking->store(false);
            worker->wakeOthers();
        },
        Qt::QueuedConnection);
}

void Fanout::retryNow()
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->retryNow(); }, Qt::QueuedConnection);
}

void Fanout::take(const QList<Row> &rows)
{
    const qint64 now = SteadyClock().nowMs();
    QStringList lost;
    for (const Row &row : rows) {
        if (row.generation != m_followed.value(row.project).generation)
            continue; // read for a snapshot that is no more
        Q_EMIT arrived(row.project, row.what);
        if (row.isLost && !lost.contains(row.project))
            lost.append(row.project);
        const std::lock_guard lock(m_mutex);
        ++m_stats.received;
        m_stats.delaySeconds.observe((row.ageMs + double(now - row.readAtMs)) / 1'000);
    }
    for (const QString &project : lost) {
        {
            const std::lock_guard lock(m_mutex);
            ++m_stats.outdated;
        }
        Q_EMIT outdated(project);
    }
}

void Fanout::collect(const Stats &stats, MetricFamilies &into)
{
    into.gauge("entvas_fanout_listening", "1 while the connection is open that announcements of other servers come on.",
               stats.isListening);
    into.counter("entvas_fanout_listen_losses_total", "Times that this connection was lost.", double(stats.losses));
    into.counter("entvas_fanout_sent_total", "Batches announced to other servers.", double(stats.sent));
    into.counter("entvas_fanout_wakeups_total", "Notifications sent: one may stand for several batches.",
                 double(stats.woken));
    into.counter("entvas_fanout_received_total", "Batches of other servers that were added to the live counts.",
                 double(stats.received));
    into.histogram("entvas_fanout_delay_seconds",
                   "Time from the writing of a batch by another server to the live counts of this one, by the clock of "
                   "the database.",
                   stats.delaySeconds);
    into.counter("entvas_fanout_rereads_total", "Times that the counts of a project had to be read again.",
                 double(stats.outdated));
    into.counter("entvas_fanout_gaps_total", "Gaps in the announcements of another server.", double(stats.gaps));
    into.counter("entvas_fanout_unreadable_total", "Announcements that could not be read, or were too large to write.",
                 double(stats.unreadable));
}

Fanout::Stats Fanout::stats() const
{
    const std::lock_guard lock(m_mutex);
    return m_stats;
}

} // namespace entvas
