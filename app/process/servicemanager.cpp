#include "app/process/servicemanager.h"

#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace entvas {

std::optional<ServiceManager> ServiceManager::fromEnvironment()
{
    QByteArray address = qgetenv("NOTIFY_SOCKET");
    const qint64 watchdog = qgetenv("WATCHDOG_USEC").toLongLong();
    const QByteArray watched = qgetenv("WATCHDOG_PID");
    for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
        qunsetenv(name);
    sockaddr_un room{};
    if (address.size() < 2 || std::size_t(address.size()) >= sizeof room.sun_path)
        return {};
    if (address[0] == '@')
        address[0] = '\0';
    else if (address[0] != '/')
        return {};
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return {};
    ServiceManager manager(descriptor, address);
    if (watchdog > 0 && (watched.isEmpty() || watched.toLongLong() == ::getpid()))
        manager.m_watchdog = std::chrono::microseconds(watchdog);
    return manager;
}

ServiceManager::~ServiceManager()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

ServiceManager::ServiceManager(ServiceManager &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_address(std::move(other.m_address)),
      m_watchdog(other.m_watchdog)
{
}

void ServiceManager::send(const QByteArray &state) const
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, m_address.constData(), std::size_t(m_address.size()));
    const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + std::size_t(m_address.size()));
    ::sendto(m_descriptor, state.constData(), std::size_t(state.size()), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr *>(&to), size);
}

} // namespace entvas
