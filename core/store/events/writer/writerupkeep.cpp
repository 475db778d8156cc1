#include "core/store/events/writer/writerupkeep.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

} // namespace

void WriterUpkeep::begin(Housekeeping &housekeeping)
{
    if (!m_plan.clock)
        return;
    const ClockTrust::Look look{m_plan.clock->nowMs(), uptimeMs(), {}};
    const Result<qint64> newest = housekeeping.newestCount(std::numeric_limits<qint64>::max());
    // What came within an hour ahead of that may be of a run with the same wrong clock.
    const Result<qint64> before = newest ? housekeeping.newestCount(*newest - ClockTrust::kPatienceMs) : newest;
    if (!before) {
        m_trust.beginUnknown(look);
    } else {
        const bool isLonely = *before > 0 && *newest - *before > ClockTrust::kPatienceMs + ClockTrust::kPauseMs;
        m_trust.begin(look, isLonely ? *before : *newest);
    }
    logTrust();
    // What has to wait shows at once.
    m_dueAt = m_trust.doubt().isEmpty() ? Steady::now() + m_plan.every : Steady::now();
}

Result<bool> WriterUpkeep::step(Housekeeping &housekeeping)
{
    const auto start = Steady::now();
    const Result<UpkeepPlan> plan = planFor(housekeeping);
    Result<bool> more = plan ? housekeeping.step(*plan) : Result<bool>(plan.failure());
    const auto took = Steady::now() - start;
    if (took >= kSlow)
        log::warning("store", u"slow housekeeping"_s,
                     {{u"ms"_s, qint64(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
    if (!more && more.failure().kind != Fault::Unavailable)
        log::warning("store", u"housekeeping failed, trying again later"_s, {{u"reason"_s, more.failure().text}});
    m_dueAt = Steady::now() + (more && *more ? kRest * took : m_plan.every);
    return more;
}

bool WriterUpkeep::isHeldBack(const Housekeeping &housekeeping) const
{
    return !m_trust.doubt().isEmpty() && housekeeping.holdsBack();
}

Result<UpkeepPlan> WriterUpkeep::planFor(Housekeeping &housekeeping)
{
    const Result<std::optional<qint64>> databaseMs = housekeeping.clockMs();
    if (!databaseMs)
        return databaseMs.failure();
    const qint64 nowMs = m_plan.clock->nowMs();
    const bool mayForget = m_trust.look({nowMs, uptimeMs(), *databaseMs});
    logTrust();
    return UpkeepPlan{nowMs, m_plan.retentionDays, mayForget};
}

void WriterUpkeep::logTrust()
{
    const QString &doubt = m_trust.doubt();
    if (std::exchange(m_hasWarned, !doubt.isEmpty()) == !doubt.isEmpty())
        return;
    if (doubt.isEmpty())
        return log::info("store", u"the clock is believed again: what is old is removed and summed up"_s);
    log::warning("store",
                 u"the clock may be wrong: nothing is removed or summed up for an hour, or until the clocks agree. Set "
                 "it right if it is wrong"_s,
                 {{u"reason"_s, doubt}});
}

} // namespace entvas
