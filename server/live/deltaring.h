#pragma once

#include "core/base/limituse.h"
#include "server/live/outmessage.h"

#include <deque>
#include <optional>
#include <QList>

namespace entvas {

// The last deltas of a project, oldest first and without gaps, so that a client that was away for a moment goes on
// where it was.
class DeltaRing
{
public:
    static constexpr std::size_t kMostDeltas = 600;                 // a minute of steady traffic
    static constexpr std::size_t kMostCells = wire::kMaxDeltaCells; // and new users, over all deltas

    void push(OutMessagePtr delta, std::size_t cells);
    void clear();
    qint64 size() const { return qint64(m_deltas.size()); }
    QList<OutMessagePtr> newest(qint64 count) const; // at most size(), oldest first
    LimitUse deltas() const;                         // reached: deltas that were forgotten for their number …
    LimitUse cells() const;                          // … and for their size

private:
    struct Delta {
        std::size_t cells = 0;
        OutMessagePtr message;
    };
    std::deque<Delta> m_deltas;
    std::size_t m_cells = 0;
    quint64 m_tooMany = 0;
    quint64 m_tooLarge = 0;
};

} // namespace entvas
