#include "core/base/uuid7.h"

#include <algorithm>
#include <QRandomGenerator>

namespace entvas {

namespace {

constexpr qint64 kMaxTimeMs = (qint64(1) << 48) - 1;
constexpr quint32 kMaxCounter = 0xfff;

QUuid compose(qint64 ms, quint32 counter, quint64 random)
{
    const auto time = static_cast<quint64>(std::clamp<qint64>(ms, 0, kMaxTimeMs));
    const auto byte = [random](int shift) { return static_cast<uchar>(random >> shift); };
    return QUuid(static_cast<uint>(time >> 16), static_cast<ushort>(time & 0xffff),
                 static_cast<ushort>(0x7000 | (counter & kMaxCounter)), static_cast<uchar>(0x80 | (byte(56) & 0x3f)),
                 byte(48), byte(40), byte(32), byte(24), byte(16), byte(8), byte(0));
}

} // namespace

quint64 Uuid7Generator::randomBits()
{
    if (m_used == m_pool.size()) {
        // Not generate(begin, end): that fills only the lower 32 bits of each.
        QRandomGenerator::system()->fillRange(m_pool.data(), qsizetype(m_pool.size()));
        m_used = 0;
    }
    return m_pool[m_used++];
}

QUuid Uuid7Generator::next(qint64 nowMs)
{
    const qint64 now = std::clamp<qint64>(nowMs, 0, kMaxTimeMs);
    if (now > m_lastMs || now < m_lastMs - kStandStillMs) {
        m_lastMs = now;
        m_counter = 0;
    } else if (++m_counter > kMaxCounter) {
        ++m_lastMs;
        m_counter = 0;
    }
    return compose(m_lastMs, m_counter, randomBits());
}

QUuid uuid7Floor(qint64 ms)
{
    return compose(ms, 0, 0);
}

qint64 uuid7Ms(const QUuid &id)
{
    return (static_cast<qint64>(id.data1) << 16) | id.data2;
}

} // namespace entvas
