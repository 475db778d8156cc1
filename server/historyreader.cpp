#include "server/historyreader.h"

#include "core/log.h"

namespace entvas {

using namespace Qt::StringLiterals;

HistoryReader::HistoryReader(StoreReader *primary, const StoreReader::StoreFactory &replica, QObject *parent)
    : QObject(parent), m_primary(primary)
{
    if (!replica)
        return;
    m_replica = std::make_unique<StoreReader>(replica);
    m_timer.setParent(this);
    m_timer.setInterval(kLookEvery);
    connect(&m_timer, &QTimer::timeout, this, &HistoryReader::look);
    m_timer.start();
    look();
}

void HistoryReader::lose(const QString &why)
{
    if (std::exchange(m_isAvailable, false))
        log::warning("server", u"the replica is away: history and exports are read from the database itself"_s,
                     {{u"reason"_s, why}});
}

void HistoryReader::look()
{
    if (m_isLooking)
        return; // it hangs
    m_isLooking = m_replica->ask<bool>(
        this,
        [](EventStore &store) {
            const Result<void> alive = store.ping();
            return alive ? Result<bool>(true) : Result<bool>(alive.failure());
        },
        [this](const Result<bool> &alive) {
            m_isLooking = false;
            if (!alive)
                return lose(alive.failure().text);
            if (!std::exchange(m_isAvailable, true))
                log::info("server", u"the replica answers again"_s);
        });
}

} // namespace entvas
