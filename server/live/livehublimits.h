#pragma once

#include <QtGlobal>

namespace entvas {

struct LiveHubLimits {
    int clients = 1'000;
    int addressClients = 500;  // of the clients, those of one address (IPv6: a /64); loopback may have all
    int unauthenticated = 100; // of the clients; beyond it one goes: the oldest of the address that has most
    int flushMs = 100;         // between two deltas
    int heartbeatMs = 10'000;
    int pingMs = 15'000;
    int authenticateMs = 5'000;
    int tailEvents = 200;          // per flush; the rest is counted
    qint64 slowBytes = 256 * 1024; // unsent beyond this: no more deltas, a fresh snapshot once it has drained
    qint64 drainedBytes = 16 * 1024;
    qint64 totalUnsentBytes = 512LL * 1024 * 1024; // over all clients: new snapshots wait while it is exceeded
    int stalledMs = 20'000;                        // the connection of a client that takes nothing is closed then
};

} // namespace entvas
