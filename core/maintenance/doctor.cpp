#include "core/maintenance/doctor.h"

#include "core/base/clock.h"
#include "core/base/isotime.h"
#include "core/maintenance/backup.h"
#include "core/maintenance/doctorplace.h"
#include "core/maintenance/examination.h"
#include "core/model/directory.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/tls/tls.h"

#include <QFileInfo>
#include <QLocale>
#include <QSslSocket>
#include <QStorageInfo>
#include <QTcpServer>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Mark = Finding::Mark;
using Tell = std::function<void(const Finding &)>;

constexpr int kOldestPostgres = 150'000;
constexpr int kOldestSqlite = 3'040'000;
constexpr qint64 kClockNoteMs = 1'000;
constexpr qint64 kClockBadMs = 60'000; // counts would go to other minutes than people think
constexpr double kConnectionsNote = 0.8;
constexpr qint64 kWalNoteBytes = 512LL * 1024 * 1024;
constexpr qint64 kFreeBadBytes = 100LL * 1024 * 1024;
constexpr qint64 kFreeNoteBytes = 1024LL * 1024 * 1024;
constexpr int kRenewDays = 21;
constexpr qint64 kDeadNoteRows = 100'000;
constexpr int kPortMs = 3'000;

QString size(qint64 bytes)
{
    static const QLocale english(QLocale::English, QLocale::UnitedStates);
    return english.formattedDataSize(bytes, bytes < 1'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString count(qint64 number)
{
    static const QLocale english(QLocale::English, QLocale::UnitedStates);
    return english.toString(number);
}

void lookAtRoom(const QString &folder, const Tell &tell)
{
    const QStorageInfo disk(folder);
    if (!disk.isValid() || !disk.isReady())
        return;
    const qint64 free = disk.bytesAvailable();
    const Mark mark = free < kFreeBadBytes ? Mark::Bad : free < kFreeNoteBytes ? Mark::Note : Mark::Ok;
    tell({mark,
          u"disk"_s,
          u"%1 free of %2 where the database lies"_s.arg(size(free), size(disk.bytesTotal())),
          mark == Mark::Ok ? QString() : u"make room: a full disk stops all writing"_s,
          {{u"freeBytes"_s, free}, {u"totalBytes"_s, disk.bytesTotal()}}});
}

void lookAtSqliteFile(const DatabaseUrl &database, const Tell &tell)
{
    const qint64 wal = QFileInfo(database.path + u"-wal"_s).size();
    tell({wal > kWalNoteBytes ? Mark::Note : Mark::Ok,
          u"wal"_s,
          u"the write-ahead log has %1"_s.arg(size(wal)),
          wal > kWalNoteBytes ? u"something reads for very long, a backup for example; it shrinks when that ends"_s
                              : QString(),
          {{u"bytes"_s, wal}}});
    const bool isOpen = isOpenToOthers(database.path);
    tell({isOpen ? Mark::Bad : Mark::Ok,
          u"permissions"_s,
          isOpen ? u"others may read or write the database %1"_s.arg(database.path)
                 : u"the database is its owner's alone"_s,
          isOpen ? u"chmod 600 %1"_s.arg(database.path) : QString(),
          {}});
    lookAtRoom(QFileInfo(database.path).absolutePath(), tell);
}

void lookAtVersions(const DatabaseUrl &database, const Examination &found, const Tell &tell)
{
    const bool isSqlite = database.kind == DatabaseUrl::Kind::Sqlite;
    const bool isOld = found.versionNumber < (isSqlite ? kOldestSqlite : kOldestPostgres);
    const QString writes = found.isReplica    ? u"; it is a standby, and takes no writes"_s
                           : found.isReadOnly ? u"; it is set to read-only (default_transaction_read_only)"_s
                                              : QString();
    tell({isOld || found.isReadOnly ? Mark::Bad : Mark::Ok,
          u"database"_s,
          u"%1 %2 answers%3"_s.arg(isSqlite ? u"SQLite"_s : u"PostgreSQL"_s, found.version, writes),
          isOld ? (isSqlite ? u"3.40 or newer is needed"_s : u"PostgreSQL 15 or newer is needed"_s)
          : found.isReplica
              ? u"name its primary in the database URL, or all hosts: postgresql://user@one,two/database"_s
          : found.isReadOnly ? u"let it take writes: nothing is stored until then"_s
                             : QString(),
          {{u"version"_s, found.version},
           {u"replica"_s, found.isReplica},
           {u"readOnly"_s, found.isReadOnly},
           {u"where"_s, database.display()}}});
    if (!found.wrongEncoding.isEmpty())
        tell({Mark::Bad, u"encoding"_s, found.wrongEncoding, {}, {}});
    const int known = newestSchema(database.kind);
    const Mark mark = found.schema > known ? Mark::Bad : found.schema < known ? Mark::Note : Mark::Ok;
    tell({mark,
          u"schema"_s,
          u"version %1, this program knows %2"_s.arg(QString::number(found.schema), QString::number(known)),
          found.schema > known   ? u"it was made by a newer Entvas: install that version"_s
          : found.schema < known ? u"run entvas migrate, or start a server"_s
                                 : QString(),
          {{u"database"_s, found.schema}, {u"program"_s, known}}});
    if (const QStringList lost = found.missingTables + found.missingColumns; !lost.isEmpty())
        tell({Mark::Bad,
              u"tables"_s,
              u"missing: %1"_s.arg(lost.join(u", "_s)),
              u"something else changed the database: restore a backup with entvas restore FILE --force"_s,
              {{u"tables"_s, found.missingTables.join(u", "_s)}, {u"columns"_s, found.missingColumns.join(u", "_s)}}});
    const QStringList lacks = found.missingRights + found.missingUpkeepRights;
    if (!isSqlite)
        tell({lacks.isEmpty() ? Mark::Ok : Mark::Bad,
              u"permissions"_s,
              !found.missingRights.isEmpty() ? u"the user of the database lacks %1"_s.arg(lacks.join(u", "_s))
              : !lacks.isEmpty() ? u"the user of the database may store, but housekeeping fails and tables grow for "
                                   "ever: it lacks %1"_s.arg(lacks.join(u", "_s))
                                 : u"the user of the database may store"_s,
              lacks.isEmpty() ? QString() : u"grant these, or name the owner in the database URL"_s,
              {}});
    if (isSqlite)
        tell({found.integrity == "ok"_L1 ? Mark::Ok : Mark::Bad,
              u"integrity"_s,
              found.integrity == "ok"_L1 ? u"SQLite's own check found nothing"_s : found.integrity.left(300),
              found.integrity == "ok"_L1 ? QString()
                                         : u"stop the server and restore a backup: entvas restore FILE --force"_s,
              {}});
}

void lookAtIndexes(const Examination &found, const Tell &tell)
{
    for (auto it = found.missingIndexes.cbegin(); it != found.missingIndexes.cend(); ++it)
        tell({Mark::Bad, u"indexes"_s, u"%1 is missing"_s.arg(it.key()), u"make it again: %1;"_s.arg(it.value()), {}});
    for (const QString &name : found.invalidIndexes)
        tell({Mark::Bad,
              u"indexes"_s,
              u"%1 is invalid: it is kept up, but not used"_s.arg(name),
              u"make it anew: REINDEX INDEX %1;"_s.arg(name),
              {}});
    if (found.missingIndexes.isEmpty() && found.invalidIndexes.isEmpty())
        tell({Mark::Ok, u"indexes"_s, u"all are there and valid"_s, {}, {}});
}

void lookAtSizes(const Examination &found, const Tell &tell)
{
    tell({Mark::Ok, u"size"_s, u"the database has %1"_s.arg(size(found.bytes)), {}, {{u"bytes"_s, found.bytes}}});
    if (!found.tables)
        return;
    for (const Examination::Table &table : *found.tables) {
        // A fifth of dead rows is what autovacuum waits for; much more says that it does not come round.
        const bool isBloated = table.dead > kDeadNoteRows && table.dead > table.rows;
        QString text = u"%1: %2, of it indexes %3; about %4 rows"_s.arg(table.name, size(table.bytes),
                                                                        size(table.indexBytes), count(table.rows));
        if (table.dead > 0)
            text += u", %1 dead"_s.arg(count(table.dead));
        if (table.vacuumedAtMs > 0)
            text += u", vacuumed %1"_s.arg(QString::fromLatin1(isoFromMs(table.vacuumedAtMs)));
        tell({isBloated ? Mark::Note : Mark::Ok,
              u"table"_s,
              text,
              isBloated ? u"VACUUM (ANALYZE) %1, and see why autovacuum does not"_s.arg(table.name) : QString(),
              {{u"name"_s, table.name},
               {u"bytes"_s, table.bytes},
               {u"indexBytes"_s, table.indexBytes},
               {u"rows"_s, table.rows},
               {u"deadRows"_s, table.dead}}});
    }
}

void lookAtConnections(const Settings &settings, const Examination &found, const Tell &tell)
{
    if (settings.database.kind == DatabaseUrl::Kind::Sqlite) {
        const Result<void> isFree = DatabaseLock::probe(settings.database);
        const bool isShut = !isFree && isFree.failure().kind == Fault::Denied;
        tell({isShut ? Mark::Bad : Mark::Ok,
              u"servers"_s,
              isFree ? u"none runs on this file"_s : isFree.failure().text,
              isShut ? u"give the lock to the user of the database"_s : QString(),
              {{u"running"_s, !isFree && !isShut}}});
        return;
    }
    const bool isNear = found.connections > found.maxConnections * kConnectionsNote;
    tell({isNear ? Mark::Note : Mark::Ok,
          u"connections"_s,
          u"%1 of at most %2 are in use"_s.arg(QString::number(found.connections),
                                               QString::number(found.maxConnections)),
          isNear ? u"raise max_connections; each server takes a handful"_s : QString(),
          {{u"used"_s, found.connections}, {u"max"_s, found.maxConnections}}});
    tell({Mark::Ok,
          u"servers"_s,
          found.servers.isEmpty() ? u"none is connected"_s : u"connected from %1"_s.arg(found.servers.join(u", "_s)),
          {},
          {{u"running"_s, !found.servers.isEmpty()}, {u"from"_s, found.servers.join(u", "_s)}}});
    const qint64 off = std::max<qint64>(0, std::abs(found.clockAheadMs) - found.clockSureMs);
    const Mark mark = off > kClockBadMs ? Mark::Bad : off > kClockNoteMs ? Mark::Note : Mark::Ok;
    tell({mark,
          u"clock"_s,
          u"the database's differs by %1 ms from this machine's"_s.arg(off),
          mark == Mark::Ok ? QString() : u"let both follow the same time server (NTP)"_s,
          {{u"differsMs"_s, off}}});
}

void lookAtCounts(const Settings &settings, const Examination &found, const Tell &tell)
{
    QStringList wrong;
    qint64 events = 0;
    for (const Examination::Counted &project : found.counts) {
        events += project.events;
        if (project.counted < project.events)
            wrong << u"%1 has %2 events and counts of %3"_s.arg(project.project, count(project.events),
                                                                count(project.counted));
    }
    tell({wrong.isEmpty() ? Mark::Ok : Mark::Bad,
          u"counts"_s,
          wrong.isEmpty() ? u"they cover all %1 events"_s.arg(count(events)) : wrong.join(u"; "_s),
          wrong.isEmpty() ? QString() : u"something else wrote into the table events: restore a backup, or report it"_s,
          {{u"events"_s, events}}});
    if (found.counts.size() > kMaxProjectsKept)
        tell({Mark::Bad,
              u"projects"_s,
              u"there are %1, and a server opens %2: the others take no events"_s.arg(count(found.counts.size()),
                                                                                      count(kMaxProjectsKept)),
              u"delete some: entvas projects delete ID"_s,
              {{u"projects"_s, found.counts.size()}}});
    const bool isLost = found.orphanEvents + found.orphanSeries > 0;
    tell({isLost ? Mark::Note : Mark::Ok,
          u"orphans"_s,
          isLost ? u"events of no project: %1; counted series that are unknown: %2"_s.arg(count(found.orphanEvents),
                                                                                          count(found.orphanSeries))
                 : u"none"_s,
          isLost ? u"no dashboard shows them; a project made again shows its events: entvas projects create ID"_s
                 : QString(),
          {{u"events"_s, found.orphanEvents}, {u"series"_s, found.orphanSeries}}});
    tell({Mark::Ok,
          u"retention"_s,
          (settings.retentionDays == 0 ? u"events are kept for good"_s
                                       : u"events are kept for %1 days"_s.arg(settings.retentionDays)) +
              (found.oldestEventMs > 0
                   ? u"; the oldest is of %1"_s.arg(QString::fromLatin1(isoFromMs(found.oldestEventMs)))
                   : QString()),
          {},
          {{u"days"_s, settings.retentionDays}}});
}

// "entvas", "other" or "free".
void lookAtPort(const Settings &settings, const Tell &tell)
{
    if (settings.port == 0)
        return tell({Mark::Ok, u"port"_s, u"any free one is taken"_s, {}, {}});
    const QString host = settings.host == "0.0.0.0"_L1 ? u"127.0.0.1"_s
                         : settings.host == "::"_L1    ? u"::1"_s
                                                       : settings.host;
    const QString where = u"%1 port %2"_s.arg(settings.host, QString::number(settings.port));
    const bool isTls = !settings.tlsCertFile.isEmpty();
    QSslSocket socket;
    socket.setPeerVerifyMode(QSslSocket::VerifyNone); // nothing is sent to it; only its name is looked at
    if (isTls)
        socket.connectToHostEncrypted(host, settings.port);
    else
        socket.connectToHost(host, settings.port);
    if (isTls ? socket.waitForEncrypted(kPortMs) : socket.waitForConnected(kPortMs)) {
        socket.write("GET /health HTTP/1.1\r\nHost: " + host.toLatin1() + "\r\nConnection: close\r\n\r\n");
        QByteArray answer;
        while (answer.size() < 16'384 && socket.waitForReadyRead(kPortMs))
            answer += socket.readAll();
        const bool isOurs = answer.contains("\"success\":true") && answer.contains("\"status\"");
        tell({isOurs ? Mark::Ok : Mark::Bad,
              u"port"_s,
              isOurs ? u"an Entvas answers at %1"_s.arg(where) : u"something else holds %1"_s.arg(where),
              isOurs ? QString() : u"stop that, or choose another one with --port"_s,
              {{u"held"_s, isOurs ? u"entvas"_s : u"other"_s}}});
        return lookAtHealth(answer, tell);
    }
    QTcpServer probe;
    const bool isFree =
        probe.listen(QHostAddress(host == "localhost"_L1 ? u"127.0.0.1"_s : settings.host), settings.port);
    tell({isFree ? Mark::Ok : Mark::Bad,
          u"port"_s,
          isFree ? u"%1 is free"_s.arg(where) : u"%1 can't be used: %2"_s.arg(where, probe.errorString()),
          isFree ? QString() : u"choose another one with --port, or another --host"_s,
          {{u"held"_s, isFree ? u"free"_s : u"other"_s}}});
}

void lookAtCertificate(const Settings &settings, const Tell &tell)
{
    if (settings.tlsCertFile.isEmpty())
        return;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const Result<TlsIdentity> tls = loadTls(settings.tlsCertFile, settings.tlsKeyFile, now);
    if (!tls)
        return tell({Mark::Bad, u"certificate"_s, tls.failure().text, {}, {}});
    const qint64 days = now.daysTo(tls->expires);
    tell({days < kRenewDays ? Mark::Note : Mark::Ok,
          u"certificate"_s,
          u"of %1, good until %2 (%3 days)"_s.arg(tls->subject, tls->expires.toUTC().toString(Qt::ISODate),
                                                  QString::number(days)),
          days < kRenewDays ? u"renew it, then send SIGHUP to the server"_s : QString(),
          {{u"days"_s, days}}});
}

void lookAtDatabase(const Settings &settings, const Tell &tell)
{
    const DatabaseUrl &database = settings.database;
    const bool isSqlite = database.kind == DatabaseUrl::Kind::Sqlite;
    if (isSqlite && !lookAtPlace(database, tell))
        return;
    const Result<bool> there = isSqlite ? isFileThere(database.path) : Result<bool>(true);
    if (!there)
        return tell({Mark::Bad, u"database"_s, there.failure().text, {}, {}});
    if (!*there)
        return tell({Mark::Note,
                     u"database"_s,
                     u"there is no file %1 yet"_s.arg(database.path),
                     u"the first start makes it; is it the right name?"_s,
                     {}});
    if (isSqlite)
        lookAtSqliteFile(database, tell);
    const Result<Examination> found = examine(database);
    if (!found)
        return tell({Mark::Bad, u"database"_s, found.failure().text, {}, {}});
    if (found->pooling == Pooling::ByTransaction)
        return tell({Mark::Bad, u"pooler"_s, pooledByTransaction(database.display()).text, {}, {}});
    if (found->pooling == Pooling::BySession)
        tell({Mark::Ok, u"pooler"_s, u"a connection pooler is in between; it pools by session"_s, {}, {}});
    lookAtVersions(database, *found, tell);
    if (isSqlite && found->integrity != "ok"_L1)
        return;
    lookAtIndexes(*found, tell);
    lookAtSizes(*found, tell);
    lookAtConnections(settings, *found, tell);
    const bool isHere = isLoopbackName(database.host) || database.host.startsWith(u'/');
    if (!isSqlite && isHere && QFileInfo::exists(found->dataFolder))
        lookAtRoom(found->dataFolder, tell);
    lookAtNewest(*found, SystemClock().nowMs(), tell);
    if (!found->counts.isEmpty())
        lookAtCounts(settings, *found, tell);
}

} // namespace

QString markName(Finding::Mark mark)
{
    switch (mark) {
    case Mark::Ok: return u"ok"_s;
    case Mark::Note: return u"note"_s;
    case Mark::Bad: return u"bad"_s;
    }
    return {};
}

void examineAll(const Settings &settings, const std::function<void(const Finding &)> &tell)
{
    const Result<void> safe = checkSafe(settings);
    tell({safe ? Mark::Ok : Mark::Bad,
          u"settings"_s,
          safe ? u"they are valid, and safe for %1"_s.arg(settings.host) : safe.failure().text,
          {},
          {}});
    lookAtDatabase(settings, tell);
    lookAtPort(settings, tell);
    lookAtCertificate(settings, tell);
}

} // namespace entvas
