#pragma once

#include <deque>
#include <QtGlobal>

namespace entvas {

// How far a server's clock is ahead of this computer's, from the times that its messages carry. A message can only be
// late, by half a round trip at least: so the one that was least late of the last few is believed, and half of the
// shortest round trip is added.
class ServerClock
{
public:
    static constexpr std::size_t kSamples = 8;
    static constexpr int kSteps = 3;              // messages in a row that say that a clock was set …
    static constexpr qint64 kStepMs = 1'000;      // … by at least so much
    static constexpr qint64 kShownFromMs = 2'000; // a difference that is worth a word

    // A message that was sent at `serverMs` by the server's clock has come in at `ownMs` by this one. `roundTripMs` of
    // the last ping; -1 = unknown. Times that no clock shows are ignored.
    void add(qint64 serverMs, qint64 ownMs, int roundTripMs);
    void clear() { m_samples.clear(); }
    bool isEmpty() const { return m_samples.empty(); }
    qint64 offsetMs() const; // server minus own; 0 while nothing is known

private:
    struct Sample {
        qint64 aheadMs; // server minus own, less the time that the message took
        int roundTripMs;
    };
    std::deque<Sample> m_samples; // the latest last
};

} // namespace entvas
