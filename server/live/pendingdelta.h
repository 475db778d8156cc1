#pragma once

#include "core/cube/rejectedcounts.h"
#include "core/cube/usersketch.h"
#include "core/wire/wire.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace entvas {

// What has changed in a project since its last delta.
class PendingDelta
{
public:
    void count(const Cell &cell);
    void see(qint64 epochSecond, UserHash user); // for the first time in that second
    void reject(const RejectedCount &events) { m_rejections.add(events); }
    // More than one delta may hold.
    bool isTooLarge() const;
    // Puts all of it into `delta`, in order. Returns its size in cells and users.
    std::size_t moveTo(wire::Delta &delta);
    void clear();

private:
    QList<Cell> takeCells();
    QList<UserAddition> takeUsers();

    std::unordered_map<quint64, quint32> m_cells;    // second and series -> events
    std::map<qint64, std::vector<UserHash>> m_users; // by second
    std::size_t m_userCount = 0;
    RejectedCounts m_rejections;
};

} // namespace entvas
