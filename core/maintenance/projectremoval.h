#pragma once

#include "core/maintenance/backup.h"

namespace entvas {

class SqlConnection;

struct ProjectUse {
    QString name;
    qint64 events = 0;
    qint64 counted = 0;
    qint64 keys = 0; // that still open something
    qint64 members = 0;
    qint64 otherMembers = 0; // of all other projects
};
// Fault::NotFound when there is no such project.
Result<ProjectUse> readProjectUse(SqlConnection &connection, const QString &project);

// Takes its keys and members away and notes that in the audit log, as done by `subject`, in one transaction.
Result<void> closeProject(SqlConnection &connection, const QString &project, const QString &subject, qint64 nowMs);
// Removes what it holds, at most kRemovalRows at a time, each in a transaction of its own.
inline constexpr int kRemovalRows = 2'000;
Result<void> emptyProject(SqlConnection &connection, const QString &project, qint64 total, const MaintenanceStep &step);
// Last of all. Fault::NotFound when it is gone already.
Result<void> dropProject(SqlConnection &connection, const QString &project, const QString &subject, qint64 nowMs,
                         const ProjectUse &had);

} // namespace entvas
