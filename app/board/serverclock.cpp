#include "app/board/serverclock.h"

#include <algorithm>

namespace entvas {

namespace {
constexpr qint64 kEarliestMs = 946'684'800'000; // 2000
constexpr qint64 kLatestMs = 4'102'444'800'000; // 2100
} // namespace

void ServerClock::add(qint64 serverMs, qint64 ownMs, int roundTripMs)
{
    if (serverMs < kEarliestMs || serverMs >= kLatestMs)
        return;
    m_samples.push_back({serverMs - ownMs, roundTripMs});
    if (m_samples.size() > kSamples)
        m_samples.pop_front();
    if (m_samples.size() <= kSteps)
        return;
    // A clock that was set the other way looks like messages that are late, all of them.
    const auto most = [](auto from, auto to) {
        return std::max_element(from, to, [](const Sample &a, const Sample &b) { return a.aheadMs < b.aheadMs; })
            ->aheadMs;
    };
    const auto recent = m_samples.end() - kSteps;
    if (most(m_samples.begin(), recent) - most(recent, m_samples.end()) >= kStepMs)
        m_samples.erase(m_samples.begin(), recent);
}

qint64 ServerClock::offsetMs() const
{
    if (m_samples.empty())
        return 0;
    qint64 ahead = m_samples.front().aheadMs;
    int roundTrip = -1;
    for (const Sample &sample : m_samples) {
        ahead = std::max(ahead, sample.aheadMs);
        if (sample.roundTripMs >= 0 && (roundTrip < 0 || sample.roundTripMs < roundTrip))
            roundTrip = sample.roundTripMs;
    }
    return ahead + std::max(roundTrip, 0) / 2;
}

} // namespace entvas
