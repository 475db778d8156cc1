#include "app/board/seriescolors.h"

#include <algorithm>
#include <array>

namespace entvas {

namespace {

// FNV-1a, mixed at the end: short names that differ in one letter must not follow each other. Not qHash(), which is
// another one in each version of Qt and on each machine.
quint32 hashOf(const QString &name)
{
    quint32 hash = 2'166'136'261u;
    const QByteArray utf8 = name.toUtf8();
    for (const char c : utf8)
        hash = (hash ^ quint8(c)) * 16'777'619u;
    hash = (hash ^ (hash >> 16)) * 0x85eb'ca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2'ae35u;
    return hash ^ (hash >> 16);
}

// From slot to slot; each of these steps passes through all of them.
int strideOf(const QString &name)
{
    constexpr std::array<int, 4> kStrides{3, 7, 9, 1};
    static_assert(SeriesColors::kSlots == 10);
    return kStrides[hashOf(name) / quint32(SeriesColors::kSlots) % kStrides.size()];
}

} // namespace

int SeriesColors::favourite(const QString &name)
{
    return int(hashOf(name) % quint32(kSlots));
}

void SeriesColors::show(const QStringList &chart, const QStringList &others)
{
    if (chart == m_chart && others == m_others)
        return;
    m_chart = chart;
    m_others = others;
    m_slots.clear();
    place(chart.first(std::min<qsizetype>(chart.size(), kSlots)));
    QStringList rest;
    for (const QString &name : others)
        if (!m_slots.contains(name) && !rest.contains(name) && m_slots.size() + rest.size() < kSlots)
            rest.append(name);
    place(rest);
}

void SeriesColors::place(QStringList names)
{
    std::sort(names.begin(), names.end(), [](const QString &a, const QString &b) {
        const quint32 hashA = hashOf(a);
        const quint32 hashB = hashOf(b);
        return hashA != hashB ? hashA < hashB : a < b;
    });
    std::array<bool, kSlots> taken{};
    for (const int slot : std::as_const(m_slots))
        taken[std::size_t(slot)] = true;
    const auto take = [&](const QString &name, int slot) {
        if (taken[std::size_t(slot)])
            return false;
        taken[std::size_t(slot)] = true;
        m_slots.insert(name, slot);
        return true;
    };
    QStringList waiting;
    for (const QString &name : std::as_const(names))
        if (!m_slots.contains(name) && !take(name, favourite(name)))
            waiting.append(name);
    for (const QString &name : std::as_const(waiting))
        for (int slot = favourite(name), tries = 0; tries < kSlots; ++tries) {
            slot = (slot + strideOf(name)) % kSlots;
            if (take(name, slot))
                break;
        }
}

} // namespace entvas
