#include "core/store/events/sql/knownseries.h"

#include "core/store/events/sql/jsonrows.h"

namespace entvas {

QString KnownSeries::textOf(const SeriesKey &key) const
{
    return seriesText(key, m_dimensions);
}

qint64 KnownSeries::idOf(const SeriesKey &key)
{
    if (const auto known = m_ids.constFind(key); known != m_ids.cend())
        return *known;
    if (m_ids.size() > kMost)
        m_ids.clear();
    return m_ids.insert(key, seriesId(textOf(key))).value();
}

void KnownSeries::keep(const std::map<Ref, QString> &series)
{
    if (m_stored.size() > kMost)
        m_stored.clear();
    for (const auto &[ref, text] : series)
        m_stored.insert(ref);
}

void KnownSeries::beginAppend()
{
    if (m_storedSince.isValid() && !m_storedSince.hasExpired(kStoredForMs))
        return;
    m_stored.clear();
    m_storedSince.start();
}

} // namespace entvas
