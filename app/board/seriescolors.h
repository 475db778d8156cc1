#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace entvas {

// Which of the five series colours a name has: given in order of first appearance, kept from then on and over restarts.
class SeriesColors
{
public:
    static constexpr int kSlots = 5;
    static constexpr int kMaxNames = 500;           // beyond it, the oldest names are forgotten
    static constexpr qsizetype kMaxNameChars = 100; // longer names that begin alike share a colour

    // Gives new names (most common first) a slot that none of the others shown has, as far as there are any.
    // True when something new has to be saved.
    bool learn(const QStringList &shown);
    int slot(const QString &name) const; // 0..4, -1 for a name never learnt

    QStringList save() const; // "slot:name", oldest first
    void load(const QStringList &saved);

private:
    QHash<QString, int> m_slots;
    QStringList m_order;
};

} // namespace entvas
