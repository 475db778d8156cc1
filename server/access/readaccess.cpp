#include "server/access/readaccess.h"

#include "server/httpfront.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

Reader localReader()
{
    return {{}, KeyRole::Viewer, u"local"_s, {}, {}, 0};
}

} // namespace

ReadAccess::ReadAccess(const Settings &settings, const ApiKeys *keys)
    : m_loopback(settings.isLoopback() && settings.issuer.isEmpty()), m_origins(settings.corsOrigins), m_keys(keys)
{
    if (!settings.viewerToken.isEmpty())
        m_token.emplace(settings.viewerToken.toUtf8());
    if (!settings.ownerToken.isEmpty())
        m_owner.emplace(settings.ownerToken.toUtf8());
}

std::optional<Reader> ReadAccess::readerOf(QByteArrayView token, qint64 nowMs) const
{
    const auto holder = m_keys->identify(token, nowMs);
    if (holder && holder->role != KeyRole::Sender) {
        const QString id = QString::fromLatin1(holder->keyName);
        return Reader{QStringList{holder->project}, holder->role, u"key:"_s + id, holder->label, id, 0};
    }
    if (m_owner && m_owner->matches(token))
        return Reader{{}, KeyRole::Admin, u"owner"_s, {}, {}, 0};
    if (m_token && m_token->matches(token))
        return Reader{{}, KeyRole::Viewer, u"viewer-token"_s, {}, {}, 0};
    return {};
}

Result<Reader> ReadAccess::check(const HttpRequest &request, qint64 nowMs) const
{
    const QByteArray token = bearerToken(request);
    if (!token.isEmpty()) {
        if (const auto reader = readerOf(token, nowMs))
            return *reader;
        const bool isStored = !apiKeyId(token).isEmpty();
        if (isStored && m_keys->identify(token, nowMs))
            return {Fault::Denied, u"This key may send, not read; it takes one of the role viewer or admin"_s};
        if (m_token || isStored)
            return {Fault::Unauthenticated, u"The viewer token is not valid"_s};
    }
    if (!m_token)
        return checkLocal(request);
    return {Fault::Unauthenticated, u"A viewer token is needed: send it as \"Authorization: Bearer\""_s};
}

std::optional<Failure> ReadAccess::checkUpgrade(const HttpRequest &request, qint64 nowMs) const
{
    if (m_token) {
        if (const QByteArray origin = request.header("origin"); !origin.isEmpty() && !m_origins.allows(origin))
            return Failure{Fault::Denied, u"This origin may not connect; CORS_ORIGINS names those that may"_s};
        if (request.header("authorization").isEmpty())
            return {}; // `authenticate` has to be its first message
    }
    const Result<Reader> reader = check(request, nowMs);
    return reader ? std::nullopt : std::optional(reader.failure());
}

std::optional<Reader> ReadAccess::upgraded(QByteArrayView authorizationHeader, qint64 nowMs) const
{
    const auto reader = readerOf(bearerToken(authorizationHeader), nowMs);
    return reader || m_token ? reader : localReader();
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
