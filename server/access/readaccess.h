#pragma once

#include "core/result.h"
#include "core/settings.h"
#include "server/access/apikeys.h"
#include "server/access/origin.h"

#include <optional>

namespace entvas {

struct HttpRequest;

// Who may read: GET /events, GET /events/stats and /ws share these rules (outside contract, section 1.2).
// With a viewer token the token decides. Without one only this machine may read, and since any web page can make the
// analyst's browser call 127.0.0.1, three more doors are shut: a foreign Origin, a Host name that is not this
// machine's (DNS rebinding turns evil.example into 127.0.0.1 and then has no foreign Origin), and a proxy's headers
// (the peer is then the proxy, not the reader).
class ReadAccess
{
public:
    explicit ReadAccess(const Settings &settings);

    // nullopt: may read.
    std::optional<Failure> check(const HttpRequest &request) const;
    // The same before a WebSocket handshake, where the token may still follow in a message: browsers can't set headers.
    std::optional<Failure> checkUpgrade(const HttpRequest &request) const;

    bool needsToken() const { return m_token.has_value(); }
    bool tokenMatches(QByteArrayView token) const { return m_token && m_token->matches(token); }

private:
    std::optional<Failure> checkLocal(const HttpRequest &request) const;

    bool m_loopback;
    std::optional<SecretDigest> m_token;
    Origins m_origins;
};

} // namespace entvas
