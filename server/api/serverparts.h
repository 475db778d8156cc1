#pragma once

#include "core/store/connection/databaselock.h"
#include "core/store/events/storereader.h"
#include "core/store/events/storewriter.h"
#include "server/admin/adminroutes.h"
#include "server/api/clustersync.h"
#include "server/api/countsreader.h"
#include "server/api/projectloader.h"
#include "server/api/serverlimits.h"
#include "server/api/storedpublisher.h"
#include "server/cluster/directorywatch.h"
#include "server/ingest/ingest.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"
#include "server/query/exports.h"
#include "server/query/history.h"
#include "server/query/historyreader.h"

namespace entvas {

// "sqlite" or "postgresql".
QString storeName(const DatabaseUrl &database);

// What the parts are made from; pointers and references must outlive them.
struct ServerSetup {
    const Settings &settings;
    const ServerLimits &limits;
    const LiveHubLimits &hubLimits;
    QString epoch;    // of this server run
    quint16 port = 0; // that it listens on
    const Clock *clock = nullptr;
    const Clock *steady = nullptr;
    ApiKeys *keys = nullptr;
    ReadAccess *access = nullptr;
    AuthThrottle *throttle = nullptr;
};

// The parts of a server that has its port and its database: what a server has from its start to its end, all of it or
// nothing. Torn down from the last to the first.
struct ServerParts {
    ServerParts(ServerSetup from, DatabaseLock heldLock);
    // Other servers may write into the same database: listens to them from now on.
    void joinCluster();
    // The server stops: what is being read, or comes from other servers, is opened or counted no more.
    void stopCounting();

    const ServerSetup setup;
    DatabaseLock lock;
    StoreWriter writer;
    StoreReader reader;
    HistoryReader historyReader;
    LiveProjects projects;
    Ingest ingest;
    History history;
    Exports exports;
    LiveHub hub;
    DirectoryWatch directory;
    AdminRoutes admin;
    CountsReader counts;
    ProjectLoader loader;
    StoredPublisher publisher;
    std::unique_ptr<ClusterSync> cluster; // none for a database that no other server can open
};

} // namespace entvas
