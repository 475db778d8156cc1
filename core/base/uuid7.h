#pragma once

#include <array>
#include <QUuid>

namespace entvas {

// RFC 9562 version 7 identifiers: 48 bits of Unix milliseconds, then a 12-bit counter that keeps ids made in the same
// millisecond in order (it runs over into the next millisecond), then 62 random bits from the system's generator.
// Each id is greater than the one before, also when the clock steps back a little: time then stands still until it
// catches up. Further back it follows, so that ids always hold the time of receipt.
// Not thread-safe: one generator per thread.
class Uuid7Generator
{
public:
    static constexpr qint64 kStandStillMs = 1'000;

    QUuid next(qint64 nowMs);

private:
    quint64 randomBits();

    qint64 m_lastMs = -1;
    quint32 m_counter = 0;
    std::array<quint64, 64> m_pool{}; // one question to the system serves many ids
    std::size_t m_used = 64;
};

// The smallest id made at or after `ms`: lets a primary key index answer questions of time.
QUuid uuid7Floor(qint64 ms);
// Unix milliseconds of a version 7 id.
qint64 uuid7Ms(const QUuid &id);

} // namespace entvas
