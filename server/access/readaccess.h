#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"
#include "server/access/apikeys.h"
#include "server/access/grants.h"
#include "server/access/origin.h"
#include "server/access/reader.h"

#include <functional>
#include <optional>

namespace entvas {

class Logins;
struct HttpRequest;

// Who may read: every GET that shows data, and /ws, share these rules (outside contract, section 1.2).
// A key of a project with the right role reads that project. The viewer token of the settings reads everything. The
// token of a login reads what its claims, or the members in the database, say. Where neither a viewer token nor an
// issuer of logins is set, only this machine may read, and without any proof; since any web page can make the
// analyst's browser call 127.0.0.1, three more things are checked then: a foreign Origin, a Host name that is not this
// machine's (DNS rebinding turns evil.example into 127.0.0.1 and then has no foreign Origin), and a proxy's headers
// (the peer is then the proxy, not the reader). Lives in the server's thread.
class ReadAccess
{
public:
    // `keys` must outlive it.
    ReadAccess(const Settings &settings, const ApiKeys *keys);
    Q_DISABLE_COPY_MOVE(ReadAccess)

    // Who checks the tokens of the issuer, if the settings name one. Until then none is accepted.
    void useLogins(Logins *logins) { m_logins = logins; }
    // Replaces those of the database. Until they are known no login is accepted whose projects depend on them.
    void setMembers(const QList<Member> &members) { m_members.emplace(members); }

    // Called once: at once, or when the issuer's keys have come (Logins::kWaitMs at most). Must not be called after
    // this object has gone.
    using Answer = std::function<void(const Result<Reader> &)>;
    void check(const HttpRequest &request, qint64 nowMs, const Answer &answer) const;
    // By a token alone.
    void identify(const QByteArray &token, qint64 nowMs, const Answer &answer) const;

    // Before a WebSocket handshake, where the token may still follow in a message: browsers can't set headers. A reader
    // that was refused here would be refused later; nullopt lets it pass.
    using UpgradeAnswer = std::function<void(const std::optional<Failure> &)>;
    void checkUpgrade(const HttpRequest &request, qint64 nowMs, const UpgradeAnswer &answer) const;
    // The reader that has just passed checkUpgrade() with this Authorization header; nullopt: `authenticate` has to
    // follow.
    std::optional<Reader> upgraded(QByteArrayView authorizationHeader, qint64 nowMs) const;

    // Whether a reader that came in may stay, and what it may see now. Fault::Unauthenticated: what it came in with has
    // expired. Fault::Denied: it was revoked.
    Result<Reader> renew(const Reader &reader, qint64 nowMs) const;

    // Reading always needs a credential, even on this machine.
    bool needsProof() const { return m_token.has_value() || m_hasIssuer; }

private:
    Result<Reader> checkLocal(const HttpRequest &request) const;
    std::optional<Reader> knownReader(QByteArrayView token, qint64 nowMs) const;
    Result<Reader> readerOf(const TokenClaims &claims, qint64 nowMs) const;

    bool m_hasIssuer;
    bool m_loopback;
    std::optional<SecretDigest> m_token;
    std::optional<SecretDigest> m_owner;
    Origins m_origins;
    const ApiKeys *m_keys;
    GrantRules m_grants;
    std::optional<Members> m_members;
    Logins *m_logins = nullptr;
};

} // namespace entvas
