#include "server/access/readaccess.h"

#include "server/access/logins.h"
#include "server/http/message.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

Reader localReader()
{
    return {{}, KeyRole::Viewer, u"local"_s, {}, {}, 0};
}

} // namespace

ReadAccess::ReadAccess(const Settings &settings, const ApiKeys *keys)
    : m_hasIssuer(!settings.issuer.isEmpty()),
      m_loopback(settings.isLoopback() && !m_hasIssuer),
      m_origins(settings.corsOrigins),
      m_keys(keys),
      m_grants{settings.rolesClaim, settings.projectsClaim}
{
    if (!settings.viewerToken.isEmpty())
        m_token.emplace(settings.viewerToken.toUtf8());
    if (!settings.ownerToken.isEmpty())
        m_owner.emplace(settings.ownerToken.toUtf8());
}

// By what is known here, without an issuer.
std::optional<Reader> ReadAccess::knownReader(QByteArrayView token, qint64 nowMs) const
{
    const auto holder = m_keys->identify(token, nowMs);
    if (holder && holder->role != KeyRole::Sender) {
        const QString id = QString::fromLatin1(holder->keyName);
        const ApiKey *key = m_keys->find(id);
        return Reader{QStringList{holder->project}, holder->role, u"key:"_s + id, holder->label, id,
                      key ? key->expiresAtMs : 0};
    }
    if (m_owner && m_owner->matches(token))
        return Reader{{}, KeyRole::Admin, u"owner"_s, {}, {}, 0};
    if (m_token && m_token->matches(token))
        return Reader{{}, KeyRole::Viewer, u"viewer-token"_s, {}, {}, 0};
    return {};
}

Result<Reader> ReadAccess::readerOf(const TokenClaims &claims, qint64 nowMs) const
{
    if (!m_members)
        return {Fault::Unavailable, u"The server has not read its members yet; try again"_s};
    Result<Reader> reader = readerFor(claims, m_grants, *m_members);
    // The leeway is for clocks that differ: a login accepted by it alone stays valid as long as it lasts.
    if (reader && reader->expiresAtMs <= nowMs)
        reader->expiresAtMs += kTokenLeewayMs;
    return reader;
}

void ReadAccess::identify(const QByteArray &token, qint64 nowMs, const Answer &answer) const
{
    if (const auto reader = knownReader(token, nowMs))
        return answer(*reader);
    if (m_keys->identify(token, nowMs))
        return answer(
            Failure{Fault::Denied, u"This key may send, not read; it takes one of the role viewer or admin"_s});
    if (isLikeApiKey(token))
        return answer(
            Failure{Fault::Unauthenticated, u"This key is not valid: it is unknown, revoked or has expired"_s});
    if (!m_hasIssuer || !m_logins)
        return answer(Failure{Fault::Unauthenticated, u"The viewer token is not valid"_s});
    if (!looksLikeToken(token))
        return answer(
            Failure{Fault::Unauthenticated, m_token ? u"This is neither the viewer token nor the token of a login"_s
                                                    : u"This is not the token of a login"_s});
    m_logins->check(token, [this, nowMs, answer](const Result<TokenClaims> &claims) {
        answer(claims ? readerOf(claims.value(), nowMs) : Result<Reader>(claims.failure()));
    });
}

void ReadAccess::check(const HttpRequest &request, qint64 nowMs, const Answer &answer) const
{
    const QByteArray token = bearerToken(request);
    // A key is meant to be checked, even where nothing is needed.
    if (!needsProof() && !isLikeApiKey(token)) {
        const auto reader = knownReader(token, nowMs);
        return answer(reader ? Result<Reader>(*reader) : checkLocal(request));
    }
    if (!token.isEmpty())
        return identify(token, nowMs, answer);
    answer(Failure{Fault::Unauthenticated, m_hasIssuer
                                               ? u"A login is needed: send its token as \"Authorization: Bearer\""_s
                                               : u"A viewer token is needed: send it as \"Authorization: Bearer\""_s});
}

void ReadAccess::checkUpgrade(const HttpRequest &request, qint64 nowMs, const UpgradeAnswer &answer) const
{
    if (needsProof()) {
        if (const QByteArray origin = request.header("origin"); !origin.isEmpty() && !m_origins.allows(origin))
            return answer(Failure{Fault::Denied, u"This origin may not connect; CORS_ORIGINS names those that may"_s});
        if (request.header("authorization").isEmpty())
            return answer({}); // `authenticate` has to be its first message
    }
    check(request, nowMs,
          [answer](const Result<Reader> &reader) { answer(reader ? std::nullopt : std::optional(reader.failure())); });
}

std::optional<Reader> ReadAccess::upgraded(QByteArrayView authorizationHeader, qint64 nowMs) const
{
    const QByteArray token = bearerToken(authorizationHeader);
    if (const auto reader = knownReader(token, nowMs))
        return reader;
    if (!needsProof()) // a key that was valid at the handshake and has been revoked since reads nothing
        return isLikeApiKey(token) ? std::nullopt : std::optional(localReader());
    if (!m_logins || !looksLikeToken(token))
        return {};
    const Result<TokenClaims> claims = m_logins->checkNow(token);
    const Result<Reader> reader = claims ? readerOf(claims.value(), nowMs) : Result<Reader>(claims.failure());
    return reader ? std::optional(reader.value()) : std::nullopt;
}

Result<Reader> ReadAccess::renew(const Reader &reader, qint64 nowMs) const
{
    if (!reader.keyId.isEmpty()) {
        const ApiKey *key = m_keys->find(reader.keyId);
        if (!key || key->revokedAtMs != 0)
            return {Fault::Denied, u"The key has been revoked"_s};
        if (!key->isValidAt(nowMs))
            return {Fault::Unauthenticated, u"The key has expired"_s};
        Reader same = reader;
        same.expiresAtMs = key->expiresAtMs;
        return same;
    }
    if (reader.expiresAtMs != 0 && nowMs >= reader.expiresAtMs)
        return {Fault::Unauthenticated,
                u"The login has expired; send a fresh token with authenticate, or log in again"_s};
    return m_members ? withMembers(reader, *m_members) : Result<Reader>(reader);
}

Result<Reader> ReadAccess::checkLocal(const HttpRequest &request) const
{
    if (!m_loopback)
        return {Fault::Unauthenticated, u"This server needs a login to read"_s};
    if (!request.peer.isLoopback() || !request.header("x-forwarded-for").isEmpty() ||
        !request.header("forwarded").isEmpty())
        return {Fault::Denied, u"Without VIEWER_TOKEN only programs on the server's own machine may read"_s};
    if (const QByteArray origin = request.header("origin"); !origin.isEmpty() && !m_origins.allows(origin))
        return {Fault::Denied, u"This origin may not read; CORS_ORIGINS names those that may"_s};
    if (!isLoopbackHost(request.header("host")))
        return {Fault::Denied, u"Without VIEWER_TOKEN the server answers readers only as localhost"_s};
    return localReader();
}

} // namespace entvas
