#pragma once

#include "core/model/administration.h"
#include "core/model/settings.h"

#include <limits>
#include <optional>
#include <QByteArray>
#include <QByteArrayView>
#include <QHash>

namespace entvas {

struct HttpRequest;

// A key or token, kept only as its SHA-256 digest and compared in constant time: neither the time that a comparison
// takes nor a dump of memory reveals anything about it.
class SecretDigest
{
public:
    explicit SecretDigest(QByteArrayView secret);
    static SecretDigest fromHex(const QByteArray &digest);
    bool matches(QByteArrayView presented) const;

private:
    SecretDigest() = default;
    QByteArray m_digest;
};

// The token of "Authorization: Bearer TOKEN"; empty when the header is absent or of another scheme.
QByteArray bearerToken(const HttpRequest &request);
QByteArray bearerToken(QByteArrayView authorizationHeader);

// Who presented a key, as far as the server cares.
struct KeyHolder {
    QString project;
    QByteArray keyName; // names the key in limits and logs; never the key itself
    KeyRole role = KeyRole::Sender;
    QString label;            // its name for people; may be empty
    bool isPublished = false; // the documented development key, which is public
};

// The keys that may be presented (outside contract, sections 1.2 and 2.1): the one of the settings, which belongs to
// the default project, and those of the database. Lives in the server's thread.
class ApiKeys
{
public:
    explicit ApiKeys(const Settings &settings);

    // A key's use is recorded at most this often: more precision is of no use, and senders must not cost a write.
    static constexpr qint64 kUseEveryMs = 5 * 60'000;

    // Replaces those of the database.
    void setStored(const QList<ApiKey> &keys);
    // Of keys that were presented since, and not recorded lately; at most one for each stored key, and `most` in all.
    // The others come next time.
    QList<KeyUse> takeUses(qsizetype most = std::numeric_limits<qsizetype>::max());

    // The key of a request: X-API-Key goes before Authorization. Empty when there is none.
    static QByteArray presented(const HttpRequest &request);
    // nullopt: no key, or none that is valid now. One whose checksum is wrong is rejected without a lookup; an
    // unknown id takes as long as one with a wrong secret. X-API-Key goes before Authorization.
    std::optional<KeyHolder> identify(const HttpRequest &request, qint64 nowMs) const;
    std::optional<KeyHolder> identify(QByteArrayView presented, qint64 nowMs) const;
    // A key of the database by its id, valid or not; nullptr: there is none.
    const ApiKey *find(const QString &id) const;
    // The documented, public key is the one in use; the log must say so.
    bool usesDevelopmentKey() const { return m_development; }

private:
    struct Stored {
        ApiKey key;
        SecretDigest digest;
        mutable qint64 usedAtMs = 0; // as far as it is recorded, or about to be
    };
    bool m_development = false;
    std::optional<SecretDigest> m_default; // nothing: in the open without a key of its own
    QHash<QString, Stored> m_stored;       // by id
    mutable QHash<QString, qint64> m_uses; // to be recorded: by id, when
    SecretDigest m_dummy;                  // stands in for unknown ids, so that they take as long
};

} // namespace entvas
