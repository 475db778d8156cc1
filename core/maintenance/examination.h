#pragma once

#include "core/model/settings.h"
#include "core/store/connection/pooler.h"

#include <functional>
#include <QList>
#include <QMap>
#include <QStringList>

namespace entvas {

// What a look into a database finds out; nothing is judged here. Works beside running servers, and changes nothing.
struct Examination {
    struct Table {
        QString name;
        qint64 bytes = 0; // with its indexes
        qint64 indexBytes = 0;
        qint64 rows = 0;         // an estimate
        qint64 dead = 0;         // rows that are gone but take room still
        qint64 vacuumedAtMs = 0; // 0 = never
    };
    struct Counted {
        QString project;
        qint64 events = 0;
        qint64 counted = 0;
    };
    int versionNumber = 0; // 150004 for PostgreSQL 15.4, 3040000 for SQLite 3.40
    QString version;
    int schema = 0;
    qint64 clockAheadMs = 0; // the database's, of ours
    qint64 clockSureMs = 0;  // as far as the time that asking took can tell
    qint64 bytes = 0;
    int connections = 0;
    int maxConnections = 0; // 0 = no such thing
    bool isReplica = false;
    bool isReadOnly = false;         // a replica, or set so
    Pooling pooling = Pooling::None; // by transaction: nothing else is known
    QString wrongEncoding;           // what to do about it; empty when it is UTF-8
    QStringList missingTables;
    QStringList missingColumns;            // "events.metadata"
    QStringList missingRights;             // that a server needs, such as "events (INSERT)"
    QStringList missingUpkeepRights;       // that its housekeeping needs
    QStringList servers;                   // addresses of those that are connected
    std::optional<QList<Table>> tables;    // none: this SQLite can't tell
    QMap<QString, QString> missingIndexes; // and the statement that makes each
    QStringList invalidIndexes;
    QList<Counted> counts;
    qint64 orphanEvents = 0;
    qint64 orphanSeries = 0;
    qint64 oldestEventMs = 0; // 0 = no event
    qint64 newestCountMs = 0; // start of the newest bucket of any project; 0 = none
    QString integrity;        // SQLite: "ok", or what is wrong
    QString dataFolder;       // PostgreSQL: empty where we may not know
};

// Fault::Unavailable and others of the connection. What the schema is too old for is left as it is.
Result<Examination> examine(const DatabaseUrl &database);

} // namespace entvas
