#include "core/store/events/clocktrust.h"

#include "core/base/isotime.h"

#include <ctime>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString timeText(qint64 ms)
{
    return QString::fromLatin1(isoFromMs(ms));
}

} // namespace

qint64 uptimeMs()
{
    timespec time{};
    if (clock_gettime(CLOCK_BOOTTIME, &time) != 0)
        clock_gettime(CLOCK_MONOTONIC, &time);
    return qint64(time.tv_sec) * 1'000 + time.tv_nsec / 1'000'000;
}

void ClockTrust::begin(const Look &look, qint64 newestMs)
{
    m_open.reset();
    m_last = look;
    m_hasBegun = true;
    if (newestMs > 0 && look.nowMs - newestMs > kPauseMs)
        doubtSince(look, newestMs, kPauseMs,
                   u"The clock says %1, and the newest events in the database are of %2."_s.arg(timeText(look.nowMs),
                                                                                                timeText(newestMs)));
    this->look(look);
}

void ClockTrust::beginUnknown(const Look &look)
{
    m_open.reset();
    m_last = look;
    m_hasBegun = true;
    doubtSince(look, 0, 0, u"The database did not say how old its newest events are."_s);
    this->look(look);
}

bool ClockTrust::look(const Look &look)
{
    if (!m_hasBegun)
        return false;
    const qint64 expectedMs = m_last.nowMs + (look.uptimeMs - m_last.uptimeMs);
    if (look.nowMs - expectedMs > kLeapMs)
        // Of several leaps, the time before the first is the one that was right.
        doubtSince(look, m_open ? m_open->expectedMs + (look.uptimeMs - m_open->uptimeMs) : expectedMs,
                   m_open ? m_open->slackMs : kLeapMs,
                   u"The clock was set ahead from %1 to %2."_s.arg(timeText(expectedMs), timeText(look.nowMs)));
    m_last = look;
    if (m_open) {
        const bool isRight = look.nowMs <= m_open->expectedMs + (look.uptimeMs - m_open->uptimeMs) + m_open->slackMs;
        if (isRight || look.uptimeMs >= m_open->untilUptimeMs)
            m_open.reset();
    }
    m_doubt = m_open ? m_open->why : QString();
    if (look.databaseMs && look.nowMs - *look.databaseMs > kLeapMs)
        m_doubt =
            u"The clock says %1, and that of the database %2."_s.arg(timeText(look.nowMs), timeText(*look.databaseMs));
    return m_doubt.isEmpty();
}

void ClockTrust::doubtSince(const Look &look, qint64 expectedMs, qint64 slackMs, const QString &why)
{
    m_open = Doubt{expectedMs, look.uptimeMs, slackMs, look.uptimeMs + kPatienceMs, why};
}

} // namespace entvas
