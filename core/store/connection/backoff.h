#pragma once

#include <algorithm>
#include <chrono>
#include <QRandomGenerator>

namespace entvas {

// Growing pauses between attempts: 0.1 s, doubled up to 5 s, each shortened by up to half at random, so that several
// servers do not come back in step.
class Backoff
{
public:
    static constexpr std::chrono::milliseconds kFirst{100};
    static constexpr std::chrono::milliseconds kLongest{5'000};

    void reset() { m_next = kFirst; }
    std::chrono::milliseconds next()
    {
        const std::chrono::milliseconds pause = m_next;
        m_next = std::min(2 * m_next, kLongest);
        const auto half = pause.count() / 2;
        return std::chrono::milliseconds(half + QRandomGenerator::global()->bounded(qint64(half) + 1));
    }

private:
    std::chrono::milliseconds m_next = kFirst;
};

} // namespace entvas
