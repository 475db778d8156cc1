#pragma once

#include "core/model/settings.h"

#include <chrono>
#include <optional>
#include <vector>

namespace entvas {

// Asks a PostgreSQL server for a sign of life. libpq connects in one call that nothing can interrupt, and a server that
// is frozen keeps it there for all of connect_timeout: so we ask first whether the server answers at all, and that wait
// can be interrupted. All addresses of the URL are asked at once, with the request for encryption that every connection
// may begin with; any answer will do, and all that speak the protocol give one. Used in one thread.
class ServerProbe
{
public:
    enum class Outcome {
        Answered, // one of them; also when where the server is stands in a service or the environment
        Failed,   // none can be reached: libpq says why at once
        Silent,   // none has answered in time
        Interrupted,
    };
    static constexpr std::size_t kMaxAddresses = 16;

    explicit ServerProbe(const DatabaseUrl &url);
    ~ServerProbe();
    Q_DISABLE_COPY_MOVE(ServerProbe)

    // How long libpq would wait for each host; nullopt = for ever. `standard` is for a URL that does not say.
    static std::optional<std::chrono::milliseconds> patience(const DatabaseUrl &url, std::chrono::seconds standard);

    // Ends early once `wakeFd` is readable.
    Outcome run(int wakeFd, std::optional<std::chrono::milliseconds> patience);

private:
    void connectTo(const QString &host, const QString &port);
    void connectTo(int family, const void *address, unsigned length);
    static bool ask(int socket); // false: it is not connected
    std::vector<int> m_sockets;  // not blocking
    std::vector<bool> m_hasAsked;
    bool m_isKnown = true; // where the server is
};

} // namespace entvas
