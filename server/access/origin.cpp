#include "server/access/origin.h"

#include "server/httpfront.h"

namespace entvas {

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
    QByteArray name = hostHeader.toByteArray().trimmed().toLower();
    if (name.startsWith('[')) {
        const qsizetype end = name.indexOf(']');
        return end > 0 && QHostAddress(QString::fromLatin1(name.mid(1, end - 1))).isLoopback();
    }
    if (const qsizetype colon = name.indexOf(':'); colon >= 0)
        name.truncate(colon);
    if (name == "localhost")
        return true;
    // Only dotted quads: QHostAddress also reads "1" or "0x7f.1", which no browser sends for this machine.
    return name.count('.') == 3 && QHostAddress(QString::fromLatin1(name)).isLoopback();
}

} // namespace entvas
