#pragma once

#include <optional>
#include <QtGlobal>

namespace entvas {

// Keeps a record that may come with every request from drowning the log: so many a second are written, the rest is
// counted. To be used in one thread.
class LogLimit
{
public:
    explicit LogLimit(int perSecond) : m_perSecond(perSecond) {}

    // Whether to write this one, and how many before it were not.
    std::optional<quint64> take(qint64 nowMs)
    {
        if (nowMs - m_secondMs >= 1'000 || nowMs < m_secondMs) {
            m_secondMs = nowMs;
            m_taken = 0;
        }
        if (m_taken >= m_perSecond) {
            ++m_left;
            return {};
        }
        ++m_taken;
        const quint64 left = m_left;
        m_left = 0;
        return left;
    }

private:
    int m_perSecond;
    int m_taken = 0;
    qint64 m_secondMs = 0;
    quint64 m_left = 0;
};

} // namespace entvas
