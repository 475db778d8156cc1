#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace entvas {

// Which series colour each name that is shown has. A name's hash chooses, so that every machine and every start agree;
// names that are shown together never share a colour.
class SeriesColors
{
public:
    static constexpr int kSlots = 10;

    // Names of the chart, then others that stand beside it, most important first. Where several want the same slot, the
    // one with the smallest hash has it; the rest of them, by rising hash, take the next free one in an order of their
    // own. So a name changes its colour only where it had to give way to another one. Other names get what the chart
    // leaves free, and none (-1) where nothing is left.
    void show(const QStringList &chart, const QStringList &others = {});
    int slot(const QString &name) const { return m_slots.value(name, -1); } // 0 to kSlots - 1, -1: none

    // The slot that a name has where no other one wants it.
    static int favourite(const QString &name);

private:
    void place(QStringList names);

    QHash<QString, int> m_slots;
    QStringList m_chart, m_others; // as they were last shown
};

} // namespace entvas
