#include "server/live/pendingdelta.h"

#include <algorithm>
#include <utility>

namespace entvas {

namespace {

constexpr int kSeriesBits = 16; // SeriesIndex is 16 bits wide; seconds since 1970 fit into the other 48
static_assert(sizeof(SeriesIndex) * 8 == kSeriesBits);

} // namespace

void PendingDelta::count(const Cell &cell)
{
    m_cells[quint64(cell.epochSecond) << kSeriesBits | cell.series] += cell.count;
}

void PendingDelta::see(qint64 epochSecond, UserHash user)
{
    m_users[epochSecond].push_back(user);
    ++m_userCount;
}

bool PendingDelta::isTooLarge() const
{
    return m_cells.size() > std::size_t(wire::kMaxDeltaCells) || m_userCount > std::size_t(wire::kMaxDeltaUsers);
}

std::size_t PendingDelta::moveTo(wire::Delta &delta)
{
    const std::size_t size = m_cells.size() + m_userCount;
    delta.cells = takeCells();
    delta.users = takeUsers();
    delta.rejections = std::exchange(m_rejections, {}).list();
    return size;
}

void PendingDelta::clear()
{
    m_cells.clear();
    m_users.clear();
    m_userCount = 0;
    m_rejections.clear();
}

QList<Cell> PendingDelta::takeCells()
{
    QList<Cell> cells;
    cells.reserve(qsizetype(m_cells.size()));
    for (const auto &[key, count] : m_cells)
        cells.append({qint64(key >> kSeriesBits), SeriesIndex(key & 0xffff), count});
    std::sort(cells.begin(), cells.end(), [](const Cell &a, const Cell &b) {
        return a.epochSecond != b.epochSecond ? a.epochSecond < b.epochSecond : a.series < b.series;
    });
    m_cells.clear();
    return cells;
}

QList<UserAddition> PendingDelta::takeUsers()
{
    QList<UserAddition> additions;
    for (auto &[second, users] : m_users) {
        std::sort(users.begin(), users.end());
        UserAddition addition{second, QByteArray(qsizetype(users.size()) * kUserHashBytes, Qt::Uninitialized)};
        auto *at = reinterpret_cast<uchar *>(addition.hashes.data());
        for (const UserHash user : users) {
            putUserHash(at, user);
            at += kUserHashBytes;
        }
        additions.append(std::move(addition));
    }
    m_users.clear();
    m_userCount = 0;
    return additions;
}

} // namespace entvas
