#pragma once

#include "core/settings.h"

#include <optional>
#include <QByteArray>
#include <QByteArrayView>

namespace entvas {

struct HttpRequest;

// A key or token, kept only as its SHA-256 digest and compared in constant time: neither the time that a comparison
// takes nor a dump of memory tells anything about it.
class SecretDigest
{
public:
    explicit SecretDigest(QByteArrayView secret);
    bool matches(QByteArrayView presented) const;

private:
    QByteArray m_digest;
};

// The token of "Authorization: Bearer TOKEN"; empty when the header is absent or of another scheme.
QByteArray bearerToken(const HttpRequest &request);
QByteArray bearerToken(QByteArrayView authorizationHeader);

// Who sends, as far as the server cares.
struct Sender {
    QString project;
    QByteArray keyName; // names the key in limits and logs; never the key itself
};

// The keys that senders may present (outside contract, sections 1.2 and 2.1).
class ApiKeys
{
public:
    explicit ApiKeys(const Settings &settings);

    // nullopt: no key, or none that we know. X-API-Key goes before Authorization.
    std::optional<Sender> identify(const HttpRequest &request) const;
    // The documented key that anybody can look up is the one in use; the log must say so.
    bool usesDevelopmentKey() const { return m_development; }

private:
    bool m_development = false;
    std::optional<SecretDigest> m_default; // nothing: a public address without a key of its own
};

} // namespace entvas
