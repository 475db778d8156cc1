// The writer's housekeeping, and whether the clock may say what is old.
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/store/events/storewriter.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

} // namespace

// Before the first event of this run: what it is stamped with proves nothing.
void StoreWriter::beginUpkeep(EventStore &store)
{
    const ClockTrust::Look look{m_upkeep.clock->nowMs(), uptimeMs(), {}};
    const Result<qint64> newest = store.housekeeping().newestCount(std::numeric_limits<qint64>::max());
    // What came within an hour ahead of that may be of a run with the same wrong clock.
    const Result<qint64> before = newest ? store.housekeeping().newestCount(*newest - ClockTrust::kPatienceMs) : newest;
    if (!before) {
        m_trust.beginUnknown(look);
    } else {
        const bool isLonely = *before > 0 && *newest - *before > ClockTrust::kPatienceMs + ClockTrust::kPauseMs;
        m_trust.begin(look, isLonely ? *before : *newest);
    }
    tellTrust();
    // What has to wait shows at once.
    m_upkeepAt = m_trust.doubt().isEmpty() ? Steady::now() + m_upkeep.every : Steady::now();
}

// One step. A failure is no reason to refuse events: the next batch finds out whether the database is away.
void StoreWriter::keepUp(EventStore &store)
{
    const auto start = Steady::now();
    setBusySince(start);
    const Result<UpkeepPlan> plan = upkeepPlan(store);
    const Result<bool> more = plan ? store.housekeeping().step(*plan) : Result<bool>(plan.failure());
    setBusySince({});
    if (more)
        setAvailable(true, {}); // it may have taken so long that it seemed to be away
    const auto took = Steady::now() - start;
    if (took >= kSlow)
        log::warning("store", u"slow housekeeping"_s,
                     {{u"ms"_s, qint64(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
    if (!more && more.failure().kind != Fault::Unavailable)
        log::warning("store", u"housekeeping failed, trying again later"_s, {{u"reason"_s, more.failure().text}});
    m_upkeepAt = Steady::now() + (more && *more ? kUpkeepRest * took : m_upkeep.every);
    const std::lock_guard lock(m_mutex);
    const bool isFailing = !more && more.failure().kind != Fault::Unavailable;
    m_stats.failedUpkeep += isFailing;
    if (isFailing || (more && !*more))
        m_stats.isUpkeepFailing = isFailing;
    m_stats.isClockDoubted = !m_trust.doubt().isEmpty() && store.housekeeping().holdsBack();
}

Result<UpkeepPlan> StoreWriter::upkeepPlan(EventStore &store)
{
    const Result<std::optional<qint64>> databaseMs = store.housekeeping().clockMs();
    if (!databaseMs)
        return databaseMs.failure();
    const qint64 nowMs = m_upkeep.clock->nowMs();
    const bool mayForget = m_trust.look({nowMs, uptimeMs(), *databaseMs});
    tellTrust();
    return UpkeepPlan{nowMs, m_upkeep.retentionDays, mayForget};
}

void StoreWriter::tellTrust()
{
    const QString &doubt = m_trust.doubt();
    if (doubt.isEmpty() == m_toldDoubt.isEmpty())
        return;
    m_toldDoubt = doubt;
    if (doubt.isEmpty())
        return log::info("store", u"the clock is believed again: what is old is removed and summed up"_s);
    log::warning("store",
                 u"the clock may be wrong: nothing is removed or summed up for an hour, or until the clocks agree. Set "
                 "it right if it is wrong"_s,
                 {{u"reason"_s, doubt}});
}

} // namespace entvas
