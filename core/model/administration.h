#pragma once

#include "core/model/directory.h"

#include <optional>
#include <QJsonObject>
#include <QStringList>
#include <variant>

namespace entvas {

// What an administrator does to a directory, one at a time; times are UTC milliseconds.
struct CreateProject {
    Project project;
};
struct RenameProject {
    Project project; // its new name
};
struct CreateKey {
    ApiKey key; // from makeApiKey()
};
struct RevokeKey {
    QString id;
};
struct ExpireKey {
    QString id;
    qint64 atMs = 0;
};
// A new key in the place of one that is about to end: of its project, role, name, and lifetime if that had an end.
struct RotateKey {
    QString id;
    qint64 untilMs = 0; // how long the old one still opens
};
struct AddMember {
    Member member; // of one that is there the role changes
};
struct RemoveMember {
    QString project;
    QString subject;
};
using DirectoryAct =
    std::variant<CreateProject, RenameProject, CreateKey, RevokeKey, ExpireKey, RotateKey, AddMember, RemoveMember>;

// Who does it, and where it may.
struct Actor {
    QString subject;                     // as the audit log shows it: "key:<id>", "user:<sub>", "cli:<user>", "owner"
    std::optional<QStringList> projects; // that it administers; none = all
    qint64 nowMs = 0;

    bool mayAdminister(const QString &project) const { return !projects || projects->contains(project); }
};

// What came of it. Of CreateKey and RotateKey: the new key, and of RotateKey its text, which is seen this once.
struct Acted {
    QString project;
    ApiKey key; // as it is now; of the acts on keys
    QByteArray text;
    Directory after; // all of it, as the act left it
};

// One act as it is kept, for good. Nothing in it is secret.
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
