#pragma once

#include <QJsonObject>
#include <QRandomGenerator>

namespace entvas {

// Random events of a small web site: five types, four pages, four browsers, users 1 to 999.
class SampleEvents
{
public:
    explicit SampleEvents(quint32 seed) : m_random(seed) {}

    QJsonObject valid(qint64 nowMs);
    // Refused by every server: no date, and a type that a strict server does not know.
    static QJsonObject invalid();
    // True once in `n` on average.
    bool oneIn(int n) { return m_random.bounded(n) == 0; }
    // At least `from`, below `to`.
    int between(int from, int to) { return m_random.bounded(from, to); }

private:
    QRandomGenerator m_random;
};

} // namespace entvas
