#include "app/feed/serveraddress.h"

#include <QHostAddress>

using namespace Qt::StringLiterals;

namespace entvas {

Result<QUrl> parseServerUrl(const QString &text)
{
    const QString trimmed = text.trimmed();
    const bool hasScheme = trimmed.contains(u"://"_s);
    QUrl url(hasScheme ? trimmed : u"http://"_s + trimmed, QUrl::StrictMode);
    const bool isHttp = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
    const bool isPlain = url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment() &&
                         (url.path().isEmpty() || url.path() == u"/"_s);
    if (!url.isValid() || !isHttp || url.host().isEmpty() || !isPlain || url.port() == 0)
        return {Fault::BadInput,
                u"\"%1\" is no address of a server: write http://host:port or https://host."_s.arg(trimmed)};
    url.setPath(QString());
    return url;
}

bool isLoopback(const QUrl &server)
{
    return server.host() == u"localhost"_s || QHostAddress(server.host()).isLoopback();
}

bool isPrivateWay(const QUrl &server)
{
    return server.scheme() == u"https"_s || isLoopback(server);
}

bool mayGo(const QUrl &server, bool sameMachine, bool allowsHttp)
{
    return sameMachine || allowsHttp || isPrivateWay(server);
}

QUrl socketUrl(const QUrl &server)
{
    QUrl url = server;
    url.setScheme(server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
    url.setPath(u"/ws"_s);
    url.setQuery(u"format=cbor&pack=gzip"_s);
    return url;
}

QUrl webhookUrl(const QUrl &server)
{
    QUrl url = server;
    url.setPath(u"/webhook"_s);
    return url;
}

} // namespace entvas
