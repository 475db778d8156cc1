#pragma once

#include <QUuid>

namespace entvas {

// RFC 9562 version 7 identifiers: 48 bits of Unix milliseconds, then a 12-bit counter that keeps ids made in the same
// millisecond in order (it runs over into the next millisecond), then 62 random bits from the system's generator.
// Not thread-safe: one generator per thread.
class Uuid7Generator
{
public:
    QUuid next(qint64 nowMs);

private:
    qint64 m_lastMs = 0;
    quint32 m_counter = 0;
};

// The smallest id made at or after `ms`: lets a primary key index answer questions of time.
QUuid uuid7Floor(qint64 ms);
// Unix milliseconds of a version 7 id.
qint64 uuid7Ms(const QUuid &id);

} // namespace entvas
