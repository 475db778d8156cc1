#pragma once

#include "core/model/event.h"

#include <map>
#include <QElapsedTimer>
#include <QHash>
#include <QSet>
#include <QStringList>
#include <utility>

namespace entvas {

// The series that a connection has counted lately, with their ids, and which of them the database is known to have:
// spares a hash per event and a statement per batch. Lives in the connection's thread.
class KnownSeries
{
public:
    using Ref = std::pair<QString, qint64>; // project, id

    // At the cap all are forgotten and looked up again.
    static constexpr qsizetype kMost = 100'000;
    // And those that are stored after so long: a project that is deleted takes its series with it, and waits for longer
    // than this after the last server has let go of it.
    static constexpr qint64 kStoredForMs = 5'000;

    explicit KnownSeries(QStringList dimensions) : m_dimensions(std::move(dimensions)) {}

    const QStringList &dimensions() const { return m_dimensions; } // names of a series' values
    QString textOf(const SeriesKey &key) const;
    qint64 idOf(const SeriesKey &key);

    bool isStored(const Ref &series) const { return m_stored.contains(series); }
    // They are on disk.
    void keep(const std::map<Ref, QString> &series);
    // Before an append: forgets what was held for too long.
    void beginAppend();
    // Nothing is taken for stored any more: a backup that was restored meanwhile may lack it.
    void forgetStored() { m_stored.clear(); }

private:
    QStringList m_dimensions;
    QHash<SeriesKey, qint64> m_ids;
    QSet<Ref> m_stored;
    QElapsedTimer m_storedSince;
};

} // namespace entvas
