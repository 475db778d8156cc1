#include "server/api/serverparts.h"

#include <QSysInfo>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

bool isShared(const DatabaseUrl &database)
{
    return database.kind == DatabaseUrl::Kind::Postgres;
}

QStringList cubeDimensions(const Settings &settings)
{
    return QStringList{u"eventType"_s} + settings.dimensions;
}

// `run`: that of a writer which announces what it stores to other servers.
StoreReader::StoreFactory storeFactory(const ServerSetup &setup, const DatabaseUrl &database, const QString &run = {})
{
    // Stable over restarts, and different for two servers on one database.
    const QString writerName = u"%1:%2"_s.arg(QSysInfo::machineHostName(), QString::number(setup.port));
    return [database, writerName, dimensions = cubeDimensions(setup.settings), run] {
        return makeStore(database, writerName, dimensions, run);
    };
}

StoreReader::StoreFactory replicaFactory(const ServerSetup &setup)
{
    return setup.settings.replica ? storeFactory(setup, *setup.settings.replica) : StoreReader::StoreFactory();
}

} // namespace

QString storeName(const DatabaseUrl &database)
{
    switch (database.kind) {
    case DatabaseUrl::Kind::Sqlite: return u"sqlite"_s;
    case DatabaseUrl::Kind::Postgres: return u"postgresql"_s;
    }
    return {};
}

ServerParts::ServerParts(ServerSetup from, DatabaseLock heldLock)
    : setup(std::move(from)),
      lock(std::move(heldLock)),
      writer(storeFactory(setup, setup.settings.database, isShared(setup.settings.database) ? setup.epoch : QString()),
             setup.limits.writer,
             StoreWriter::Upkeep{setup.clock, setup.settings.retentionDays, setup.limits.upkeepEvery}),
      reader(storeFactory(setup, setup.settings.database)),
      historyReader(&reader, replicaFactory(setup), setup.limits.replica),
      projects(setup.epoch, cubeDimensions(setup.settings)),
      ingest(setup.settings, {setup.keys, setup.throttle}, &writer, &projects, setup.clock),
      history(&historyReader, setup.clock),
      exports(&historyReader, setup.clock),
      hub(setup.hubLimits, {setup.epoch, storeName(setup.settings.database), QStringLiteral(ENTVAS_VERSION)},
          {setup.access, setup.throttle}, &projects, {setup.clock, setup.steady}),
      directory(storeFactory(setup, setup.settings.database), &writer, setup.keys),
      admin(&directory, &reader, setup.clock),
      counts(&reader, setup.clock, projects.dimensions(),
             isShared(setup.settings.database) ? Writers::Shared : Writers::Alone),
      loader(&counts, &projects, &hub, &directory),
      publisher(&projects, &hub)
{
}

void ServerParts::joinCluster()
{
    if (counts.writers() == Writers::Alone)
        return;
    cluster = std::make_unique<ClusterSync>(setup.settings.database, setup.epoch, setup.limits.fanout,
                                            ClusterSync::Parts{&reader, &counts, &projects, &hub});
    QObject::connect(&loader, &ProjectLoader::opened, cluster.get(), &ClusterSync::follow);
    publisher.setCluster(cluster.get());
}

void ServerParts::stopCounting()
{
    counts.cancel();
    loader.stop();
    if (cluster)
        cluster->stop();
}

} // namespace entvas
