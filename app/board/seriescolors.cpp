#include "app/board/seriescolors.h"

#include <algorithm>
#include <array>

namespace entvas {

bool SeriesColors::learn(const QStringList &shown)
{
    std::array<int, kSlots> used{};
    for (const QString &name : shown)
        if (const int known = slot(name); known >= 0)
            ++used[std::size_t(known)];
    bool learnt = false;
    for (const QString &whole : shown) {
        const QString name = whole.left(kMaxNameChars);
        if (m_slots.contains(name))
            continue;
        const auto free = std::min_element(used.begin(), used.end());
        ++*free;
        m_slots.insert(name, int(free - used.begin()));
        m_order.append(name);
        learnt = true;
    }
    while (m_order.size() > kMaxNames)
        m_slots.remove(m_order.takeFirst());
    return learnt;
}

int SeriesColors::slot(const QString &name) const
{
    return m_slots.value(name.size() > kMaxNameChars ? name.left(kMaxNameChars) : name, -1);
}

QStringList SeriesColors::save() const
{
    QStringList saved;
    for (const QString &name : m_order)
        saved.append(QString::number(m_slots.value(name)) + QLatin1Char(':') + name);
    return saved;
}

void SeriesColors::load(const QStringList &saved)
{
    m_slots.clear();
    m_order.clear();
    for (const QString &line : saved) {
        const qsizetype colon = line.indexOf(QLatin1Char(':'));
        if (colon < 1)
            continue;
        const int number = line.left(colon).toInt();
        const QString name = line.mid(colon + 1, kMaxNameChars);
        if (number < 0 || number >= kSlots || m_slots.contains(name) || m_order.size() >= kMaxNames)
            continue;
        m_slots.insert(name, number);
        m_order.append(name);
    }
}

} // namespace entvas
