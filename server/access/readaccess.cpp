#include "server/access/readaccess.h"

#include "server/httpfront.h"

namespace entvas {

using namespace Qt::StringLiterals;

ReadAccess::ReadAccess(const Settings &settings)
    : m_loopback(settings.isLoopback() && settings.issuer.isEmpty()), m_origins(settings.corsOrigins)
{
    if (!settings.viewerToken.isEmpty())
        m_token.emplace(settings.viewerToken.toUtf8());
}

std::optional<Failure> ReadAccess::check(const HttpRequest &request) const
{
    if (!m_token)
        return checkLocal(request);
    const QByteArray token = bearerToken(request);
    if (token.isEmpty())
        return Failure{Fault::Unauthenticated, u"A viewer token is needed: send it as \"Authorization: Bearer\""_s};
    if (!m_token->matches(token))
        return Failure{Fault::Unauthenticated, u"The viewer token is not valid"_s};
    return {};
}

std::optional<Failure> ReadAccess::checkUpgrade(const HttpRequest &request) const
{
    if (!m_token)
        return checkLocal(request);
    if (const QByteArray origin = request.header("origin"); !origin.isEmpty() && !m_origins.allows(origin))
        return Failure{Fault::Denied, u"This origin may not connect; CORS_ORIGINS names those that may"_s};
    if (request.header("authorization").isEmpty())
        return {}; // `authenticate` has to be its first message
    return check(request);
}

std::optional<Failure> ReadAccess::checkLocal(const HttpRequest &request) const
{
    if (!m_loopback)
        return Failure{Fault::Unauthenticated, u"This server needs a login to read"_s};
    if (!request.peer.isLoopback() || !request.header("x-forwarded-for").isEmpty() ||
        !request.header("forwarded").isEmpty())
        return Failure{Fault::Denied, u"Without VIEWER_TOKEN only programs on the server's own machine may read"_s};
    if (const QByteArray origin = request.header("origin"); !origin.isEmpty() && !m_origins.allows(origin))
        return Failure{Fault::Denied, u"This origin may not read; CORS_ORIGINS names those that may"_s};
    if (!isLoopbackHost(request.header("host")))
        return Failure{Fault::Denied, u"Without VIEWER_TOKEN the server answers readers only as localhost"_s};
    return {};
}

} // namespace entvas
