#pragma once

#include <chrono>
#include <QDateTime>

namespace entvas {

// Where "now" comes from, so that tests can set it. Implementations may be read from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    // Milliseconds since 1970-01-01T00:00Z.
    virtual qint64 nowMs() const = 0;
};

class SystemClock final : public Clock
{
public:
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch(); }
};

// Never set: milliseconds since some moment, for spans of time only.
class SteadyClock final : public Clock
{
public:
    qint64 nowMs() const override
    {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
};

// Stands still until it is set.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(qint64 nowMs = 0) : m_nowMs(nowMs) {}
    qint64 nowMs() const override { return m_nowMs; }
    void set(qint64 nowMs) { m_nowMs = nowMs; }
    void advance(qint64 ms) { m_nowMs += ms; }

private:
    qint64 m_nowMs;
};

} // namespace entvas
