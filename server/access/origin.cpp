#include "server/access/origin.h"

#include "core/model/settings.h"
#include "server/http/message.h"

#include <QRegularExpression>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// Scheme and host have no case, and people like to end an origin with a slash.
QByteArray normalized(QByteArrayView origin)
{
    QByteArray text = origin.toByteArray().trimmed().toLower();
    if (text.endsWith('/'))
        text.chop(1);
    return text;
}

} // namespace

Origins::Origins(const QStringList &allowed)
{
    for (const QString &origin : allowed)
        m_allowed.insert(normalized(origin.toUtf8()));
}

bool Origins::allows(QByteArrayView origin) const
{
    return m_allowed.contains(normalized(origin));
}

bool Origins::isForeign(const HttpRequest &request) const
{
    const QByteArray origin = normalized(request.header("origin"));
    const QByteArray host = request.header("host").toLower();
    return !origin.isEmpty() && !m_allowed.contains(origin) && origin != "http://" + host &&
           origin != "https://" + host;
}

void Origins::addCors(const HttpRequest &request, HttpReply &reply) const
{
    if (m_allowed.isEmpty())
        return;
    // The answer differs by origin, also when it is refused: caches must know.
    reply.headers.append({QByteArrayLiteral("Vary"), QByteArrayLiteral("Origin")});
    const QByteArray origin = request.header("origin");
    if (origin.isEmpty() || !allows(origin))
        return;
    reply.headers.append({QByteArrayLiteral("Access-Control-Allow-Origin"), origin});
    reply.headers.append({QByteArrayLiteral("Access-Control-Expose-Headers"),
                          QByteArrayLiteral("X-Request-Id, Retry-After, WWW-Authenticate, Content-Disposition")});
    if (request.method != "OPTIONS" || request.header("access-control-request-method").isEmpty())
        return;
    reply.headers.append(
        {QByteArrayLiteral("Access-Control-Allow-Methods"), QByteArrayLiteral("GET, HEAD, POST, OPTIONS")});
    reply.headers.append(
        {QByteArrayLiteral("Access-Control-Allow-Headers"),
         QByteArrayLiteral("Authorization, Content-Type, Content-Encoding, Idempotency-Key, X-API-Key, X-Request-Id")});
    reply.headers.append({QByteArrayLiteral("Access-Control-Max-Age"), QByteArrayLiteral("600")});
}

bool isLoopbackHost(QByteArrayView hostHeader)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(u"(?:\\[([0-9a-f:.]{2,45})\\]|([^\\[\\]:]+))(?::[0-9]{0,5})?"_s),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(QString::fromLatin1(hostHeader));
    if (const QString six = match.captured(1); six.contains(u':'))
        return QHostAddress(six).isLoopback();
    return isLoopbackName(match.captured(2));
}

} // namespace entvas
