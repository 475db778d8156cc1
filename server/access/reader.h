#pragma once

#include "core/model/directory.h"
#include "core/model/event.h"

#include <optional>
#include <QStringList>

namespace entvas {

// Who reads, or administers, and how far that goes.
struct Reader {
    std::optional<QStringList> projects; // those that it may see; none = all
    KeyRole role = KeyRole::Viewer;      // in those projects; never Sender
    QString subject;        // what the audit log calls it: "key:<id>", "user:<sub>", "viewer-token", "owner", "local"
    QString name;           // for people; may be empty
    QString keyId;          // of a stored key, which may be revoked; else empty
    qint64 expiresAtMs = 0; // 0 = does not
    bool byMembers = false; // projects come from the members in the database, and change with them
    QStringList administers{}; // projects in which a member is more than `role` says

    bool seesAll() const { return !projects; }
    bool mayRead(const QString &project) const { return !projects || projects->contains(project); }
    bool mayAdminister(const QString &project) const
    {
        return mayRead(project) && (role == KeyRole::Admin || administers.contains(project));
    }
    // In some project at least.
    bool isAdmin() const { return role == KeyRole::Admin || !administers.isEmpty(); }
    // The projects that it administers; none = all.
    std::optional<QStringList> administered() const { return role == KeyRole::Admin ? projects : administers; }
    // Where none is named.
    QString usualProject() const { return projects && !projects->isEmpty() ? projects->first() : kDefaultProject; }
};

} // namespace entvas
