#pragma once

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QRegularExpression>
#include <QTcpServer>

// The only place that knows how QHttpServer differs between Qt 6.4 (Debian 12) and Qt 6.8 (Debian 13); for the rest see
// core/base/qtcompat.h. Callbacks take
// nothing: requests and answers do not pass through QHttpServer's own types (see HttpFront).
namespace entvas::qtcompat {

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
using Responder = QHttpServerResponder &;
#else
using Responder = QHttpServerResponder &&;
#endif

// `server` must listen; false when QHttpServer does not take it. QHttpServer becomes its parent.
inline bool bind(QHttpServer &http, QTcpServer *server)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    return http.bind(server);
#else
    http.bind(server);
    return http.servers().contains(server);
#endif
}

// An exact path: what would be a pattern to QHttpServer is taken literally.
template <class Function>
bool addRoute(QHttpServer &http, const QString &path, QHttpServerRequest::Method method, Function function)
{
    return http.route(QRegularExpression::escape(path), method,
                      [function](const QHttpServerRequest &, Responder) { function(); });
}

template <class Function>
void setMissingHandler(QHttpServer &http, Function function)
{
    auto handler = [function](const QHttpServerRequest &, Responder) { function(); };
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    http.setMissingHandler(&http, handler);
#else
    http.setMissingHandler(handler);
#endif
}

} // namespace entvas::qtcompat
