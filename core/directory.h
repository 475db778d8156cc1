#pragma once

#include "core/result.h"

#include <optional>
#include <QByteArray>
#include <QList>
#include <QString>

namespace entvas {

// Senders and dashboards that share nothing: each project has counts, a live picture, keys and rates of its own.
struct Project {
    QString id; // 1–64 characters of a–z, 0–9, '-' and '_', a letter or digit first
    QString name;
    bool operator==(const Project &) const = default;
};
bool isProjectId(QStringView text);

// Senders post, viewers read, administrators do both. Each in its project only.
enum class KeyRole { Sender, Viewer, Admin };
QString roleName(KeyRole role);
std::optional<KeyRole> roleFromName(QStringView name);

// A key of a project as it is kept: the secret itself is shown once, when it is made, and is nowhere afterwards.
struct ApiKey {
    QString id; // the part of the key that is no secret; names the key in lists and logs
    QString project;
    KeyRole role = KeyRole::Sender;
    QString name;      // for people
    QByteArray digest; // SHA-256 of the whole key, in hex
    qint64 createdAtMs = 0;
    qint64 expiresAtMs = 0; // 0 = never
    qint64 revokedAtMs = 0; // 0 = valid

    bool isValidAt(qint64 nowMs) const { return revokedAtMs == 0 && (expiresAtMs == 0 || nowMs < expiresAtMs); }
};

struct NewApiKey {
    ApiKey key;
    QByteArray text; // what the sender has to present: entvas_<id>_<secret>
};
// The secret has 256 bits from the system's generator.
NewApiKey makeApiKey(const QString &project, KeyRole role, const QString &name, qint64 nowMs, qint64 expiresAtMs = 0);
// The id within a presented key; empty when it has not that form.
QString apiKeyId(QByteArrayView presented);
QByteArray apiKeyDigest(QByteArrayView presented);

// A person whom the issuer of logins knows, and what it may do in a project.
struct Member {
    QString project;
    QString subject; // the token's `sub`
    KeyRole role = KeyRole::Viewer; // never Sender
    bool operator==(const Member &) const = default;
};

// All projects, keys and members of a database.
struct Directory {
    QList<Project> projects; // by id
    QList<ApiKey> keys;      // by project and time of creation
    QList<Member> members;   // by subject and project; empty = projects are open to every login
};

} // namespace entvas
