#pragma once

#include "core/result.h"
#include "core/settings.h"
#include "server/access/apikeys.h"
#include "server/access/origin.h"
#include "server/access/reader.h"

#include <optional>

namespace entvas {

struct HttpRequest;

// Who may read: GET /events, GET /events/stats and /ws share these rules (outside contract, section 1.2).
// A key of a project with the right role reads that project. With a viewer token in the settings, that token reads
// everything. Without one only this machine may read without a key, and since any web page can make the analyst's
// browser call 127.0.0.1, three more doors are shut: a foreign Origin, a Host name that is not this machine's (DNS
// rebinding turns evil.example into 127.0.0.1 and then has no foreign Origin), and a proxy's headers (the peer is then
// the proxy, not the reader).
class ReadAccess
{
public:
    // `keys` must outlive it.
    ReadAccess(const Settings &settings, const ApiKeys *keys);

    Result<Reader> check(const HttpRequest &request, qint64 nowMs) const;
    // Before a WebSocket handshake, where the token may still follow in a message: browsers can't set headers. A reader
    // that was refused here would be refused later; nullopt lets it pass.
    std::optional<Failure> checkUpgrade(const HttpRequest &request, qint64 nowMs) const;
    // Whoever passed checkUpgrade() with this Authorization header: nullopt when `authenticate` has to follow.
    std::optional<Reader> upgraded(QByteArrayView authorizationHeader, qint64 nowMs) const;
    bool needsToken() const { return m_token.has_value(); }
    // By a token alone.
    std::optional<Reader> readerOf(QByteArrayView token, qint64 nowMs) const;

private:
    Result<Reader> checkLocal(const HttpRequest &request) const;

    bool m_loopback;
    std::optional<SecretDigest> m_token;
    std::optional<SecretDigest> m_owner;
    Origins m_origins;
    const ApiKeys *m_keys;
};

} // namespace entvas
