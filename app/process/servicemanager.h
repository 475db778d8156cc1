#pragma once

#include <chrono>
#include <optional>
#include <QByteArray>

namespace entvas {

// What systemd, or another service manager with its protocol, is notified of: sd_notify(3), whose datagrams are
// documented and promised to stay. So few lines are no reason to make every build depend on libsystemd, which
// containers lack.
class ServiceManager
{
public:
    // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are taken out of the environment: no child of ours is
    // meant. None without a service manager.
    static std::optional<ServiceManager> fromEnvironment();
    ~ServiceManager();
    ServiceManager(ServiceManager &&other) noexcept;
    ServiceManager(const ServiceManager &) = delete;
    ServiceManager &operator=(ServiceManager &&) = delete;

    // Lines of NAME=value. Never waits; what is not received is lost.
    void send(const QByteArray &state) const;
    // The longest time without WATCHDOG=1; 0 = unlimited.
    std::chrono::microseconds watchdog() const { return m_watchdog; }

private:
    ServiceManager(int descriptor, QByteArray address) : m_descriptor(descriptor), m_address(std::move(address)) {}

    int m_descriptor;
    QByteArray m_address; // of the socket; one that begins with \0 has no file
    std::chrono::microseconds m_watchdog{0};
};

} // namespace entvas
