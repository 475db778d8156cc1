#pragma once

#include "core/model/directory.h"

#include <optional>
#include <QJsonObject>
#include <QMap>
#include <QStringList>

namespace entvas {

// Who administers, and where it may.
struct Actor {
    QString subject;                     // as the audit log shows it: "key:<id>", "user:<sub>", "cli:<user>", "owner"
    std::optional<QStringList> projects; // that it administers; none = all
    qint64 nowMs = 0;

    bool mayAdminister(const QString &project) const { return !projects || projects->contains(project); }
};

// What an act (see core/model/adminacts.h) has done.
struct AdminResult {
    QString project;
    ApiKey key;      // as it is now, of the acts on keys; of those that make one, the new one …
    QByteArray text; // … and its text, which is seen this once
    Directory after; // all of it, as the act left it
};

// One act as the audit log keeps it, for good. Nothing in it is secret.
struct AuditRecord {
    QString id;      // UUID v7: orders by time
    QString project; // empty = of all
    qint64 atMs = 0;
    QString subject; // who did it
    QString action;  // "key.create", "member.remove", …
    QString target;  // a key's id, a member's subject, a project's id
    QJsonObject detail;
};
struct AuditQuery {
    static constexpr int kMaxLimit = 500;
    std::optional<QStringList> projects; // none = all, and what was done to all
    int limit = 100;
    QString before; // cursor: only older ones than this id; empty = from the newest
};

// A key was presented. Lost ones are harmless.
struct KeyUse {
    QString project;
    QString id;
    qint64 atMs = 0;
};

} // namespace entvas
