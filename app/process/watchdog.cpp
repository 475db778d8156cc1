#include "app/process/watchdog.h"

#include <algorithm>
#include <time.h>

namespace entvas {

using namespace std::chrono;

Watchdog::Watchdog(ServiceManager manager, QObject *parent) : QObject(parent), m_manager(std::move(manager)) {}

milliseconds Watchdog::pulse() const
{
    const milliseconds often = kMoreTime / 3;
    if (m_manager.watchdog().count() == 0)
        return often;
    return std::clamp(duration_cast<milliseconds>(m_manager.watchdog() / 2), milliseconds(10), often);
}

void Watchdog::notify(QByteArray state, const QString &status)
{
    if (status != m_status)
        state += "STATUS=" + status.toUtf8().replace('\n', ' ') + '\n';
    m_status = status;
    m_manager.send(state);
}

void Watchdog::alive(const QString &status)
{
    if (m_isStopping)
        return; // TimeoutStopSec is for that
    QByteArray state;
    if (m_manager.watchdog().count() > 0)
        state += "WATCHDOG=1\n";
    if (!m_isReady)
        state += "EXTEND_TIMEOUT_USEC=" + QByteArray::number(qint64(microseconds(kMoreTime).count())) + '\n';
    if (!state.isEmpty() || status != m_status)
        notify(state, status);
}

void Watchdog::ready(const QString &status)
{
    m_isReady = true;
    notify("READY=1\n", status);
}

void Watchdog::reloading()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const qint64 us = qint64(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    m_manager.send("RELOADING=1\nMONOTONIC_USEC=" + QByteArray::number(us) + '\n');
}

void Watchdog::reloaded()
{
    if (m_isReady)
        m_manager.send("READY=1\n");
}

void Watchdog::stopping()
{
    m_isStopping = true;
    notify("STOPPING=1\n", QStringLiteral("Finishing what was accepted"));
}

} // namespace entvas
