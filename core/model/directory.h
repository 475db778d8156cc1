#pragma once

#include "core/base/result.h"

#include <optional>
#include <QByteArray>
#include <QList>
#include <QString>

namespace entvas {

// Senders and dashboards that share nothing: each project has counts, a live feed, keys and rates of its own.
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
    qint64 expiresAtMs = 0;  // 0 = never
    qint64 revokedAtMs = 0;  // 0 = valid
    qint64 lastUsedAtMs = 0; // coarse, see ApiKeys; 0 = not that anybody knows
    QString replacedBy{};    // the id of the key that a rotation made in its place

    bool isValidAt(qint64 nowMs) const { return revokedAtMs == 0 && (expiresAtMs == 0 || nowMs < expiresAtMs); }
};

struct NewApiKey {
    ApiKey key;
    QByteArray text; // what has to be presented: entvas_<16 hex>_<43 of 0–9A–Za–z><checksum, 6 of the same>
};
// The secret has 256 bits from the system's generator. The checksum is the CRC-32 of everything before it: a key that
// is mistyped or cut is refused without anything being looked up, and tools that search for leaked secrets
// know one when they see it.
NewApiKey makeApiKey(const QString &project, KeyRole role, const QString &name, qint64 nowMs, qint64 expiresAtMs = 0);
// The id within a presented key; empty when it is none, or not whole. Keys made before there was a checksum
// (entvas_<12 hex>_<secret>) go on working: they differ by the length of the id.
QString apiKeyId(QByteArrayView presented);
// True for what begins like one, whole or not.
bool isLikeApiKey(QByteArrayView presented);
QByteArray apiKeyDigest(QByteArrayView presented);

// Of what people name keys and projects: 1–128 characters without control characters.
inline constexpr qsizetype kMaxNameChars = 128;
// Of a token's `sub` (OpenID Connect Core, section 2).
inline constexpr qsizetype kMaxSubjectChars = 255;
// At most so many characters, none of them a control character, and all of them whole.
bool isPlainText(QStringView text, qsizetype maxChars);

// A person whom the issuer of logins knows, and what it may do in a project.
struct Member {
    QString project;
    QString subject;                // the token's `sub`
    KeyRole role = KeyRole::Viewer; // Sender: one that this version does not know, and that grants nothing
    qint64 createdAtMs = 0;
    bool operator==(const Member &) const = default;
};

// Bounds of what one project may have; every server holds all of it in memory.
inline constexpr int kMaxKeysPerProject = 1'000; // ended ones make room for new ones
inline constexpr int kMaxMembersPerProject = 10'000;
inline constexpr int kMaxProjectsKept = 1'000;

// All projects, keys and members of a database.
struct Directory {
    QList<Project> projects; // by id
    QList<ApiKey> keys;      // by project and time of creation
    QList<Member> members;   // by subject and project; empty = projects are open to every login
};

} // namespace entvas
