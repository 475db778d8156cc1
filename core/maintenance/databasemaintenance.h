#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <functional>
#include <QList>
#include <QMap>

namespace entvas {

// Maintenance of the database that the settings name: its schema, backups, and the end of a project. Used in one
// thread; blocks while the database works. What only reads works beside running servers.

struct SchemaStep {
    int version = 0;
    QString name;
    bool isApplied = false;
    qint64 appliedAtMs = 0;
    QStringList statements; // of those that are not applied
};
struct SchemaState {
    QString where;    // the database, for people
    int database = 0; // versions; 0 = no schema yet
    int program = 0;
    QList<SchemaStep> steps; // in order

    bool isNewer() const { return database > program; }
    bool isPending() const { return database < program; }
};
Failure newerDatabase(const SchemaState &state);

enum class MaintenancePhase { Writing, Checking, Loading, Removing };
// How far it is; `total` is -1 while it is unknown. False: end soon, with a failure that says what is left.
using MaintenanceProgress = std::function<bool(MaintenancePhase, qint64 done, qint64 total)>;

// The path that means standard output of a backup, standard input of a restore.
inline constexpr QLatin1StringView kStandardStream("-");

struct BackupSummary {
    QString path;
    qint64 bytes = 0;
    int schema = 0;
    QString program; // the version that wrote it
    QString createdAt;
    QString database; // "sqlite" or "postgresql"
    QStringList projects;
    QMap<QString, qint64> rows; // by table
    QMap<QString, qint64> sums; // of counts, by table
    QString keptAs;             // restored: where the damaged database is that lay there
    qint64 allRows() const;
};

struct BackupReport;
BackupSummary summaryOf(const BackupReport &report, const QString &path);

struct ProjectContents {
    QString id;
    QString name;
    qint64 events = 0;
    qint64 counted = 0; // events in the counts, which stay longer
    qint64 keys = 0;    // valid ones
    qint64 members = 0;
};

class DatabaseMaintenance
{
public:
    explicit DatabaseMaintenance(DatabaseUrl database) : m_database(std::move(database)) {}

    // Changes nothing, and makes no file.
    Result<SchemaState> schema() const;
    // Brings the schema up to date; several at once are safe. Returns how it was before.
    Result<SchemaState> migrate() const;

    // For a command that writes a file: Fault::BadInput when it is the database's, by whatever name.
    Result<void> mustNotBe(const QString &path) const;
    // "-" is standard output. The file appears when it is whole and was read again; `replace`: one that is there goes.
    Result<BackupSummary> backup(const QString &path, bool replace, const MaintenanceProgress &progress) const;
    // "-" is standard input. Everything or nothing; `replace`: what the database holds goes. Refused while servers run.
    Result<BackupSummary> restore(const QString &path, bool replace, const MaintenanceProgress &progress) const;

    Result<ProjectContents> projectContents(const QString &id) const;
    // Its keys and members first, then its events in bounded steps, itself last: what was stopped goes on where it was.
    Result<ProjectContents> deleteProject(const QString &id, const MaintenanceProgress &progress) const;

private:
    DatabaseUrl m_database;
};

} // namespace entvas
