#pragma once

#include <QtGlobal>

namespace entvas {

// What the gate bears, per request where nothing else is said. GateBound has one name for each; `/metrics` shows how
// far each is used and how often it was reached.
struct GateLimits {
    int connections = 2'000;
    int handshakes = 500; // of TLS, under way
    // One address (IPv6: a /64) gets a share of both. Loopback gets more: there it is a proxy that was not named as
    // trusted, a tunnel, or a test. A trusted proxy may have them all, as everybody comes through it.
    int addressConnections = 500;
    int addressHandshakes = 125;
    int localConnections = 1'500;
    int localHandshakes = 375;
    int requestLineBytes = 8 * 1024;
    int headBytes = 16 * 1024;
    int headers = 64;
    qint64 bodyBytes = 8 * 1024 * 1024;
    int headMs = 5'000;                    // for the whole head
    int bodyMs = 10'000;                   // for the whole body
    int idleMs = 15'000;                   // between requests
    int drainMs = 2'000;                   // at a drain, for the request that a proxy may be sending
    qint64 unsentBytes = 16 * 1024 * 1024; // per connection; a larger answer is replaced by 500
    int sendMs = 15'000;                   // without any byte taken by the peer
    qint64 webSocketBytes = 128 * 1024;    // of a message to a WebSocket, over all its frames
    int controlFrames = 60;                // pings and pongs from a WebSocket at once; it gets 10 back each second
    qint64 heldBytes = 512 * 1024 * 1024;  // bodies and unsent answers of all connections; beyond it bodies get 503
};

} // namespace entvas
