#include "server/gate/httpfront.h"

#include "server/gate/framesocket.h"
#include "server/gate/handshake.h"
#include "server/gate/qtcompat.h"
#include "server/gate/tcpgate.h"
#include "server/gate/websockets.h"
#include "server/http/proxies.h"
#include "server/http/reply.h"
#include "server/http/urlsecrets.h"

#include <algorithm>
#include <exception>
#include <map>
#include <QLoggingCategory>
#include <QPointer>
#include <QScopedValueRollback>
#include <QWebSocket>
#include <QWebSocketServer>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcFront, "entvas.front")

constexpr quint64 kWebSocketInBytes = 64 * 1024;          // per frame and per message, unless the receiver sets others
constexpr quint64 kWebSocketOutBytes = 256 * 1024 * 1024; // one frame each: Qt splits text inside characters
constexpr char kFrames[] = "entvasFrames";                // property of a WebSocket: its FrameSocket

// Methods that QHttpServer can route; the others are known and have no route.
std::optional<QHttpServerRequest::Method> routableMethod(const QByteArray &name)
{
    using Method = QHttpServerRequest::Method;
    static const std::map<QByteArray, Method> methods{
        {"GET", Method::Get},     {"HEAD", Method::Head},     {"POST", Method::Post},      {"PUT", Method::Put},
        {"PATCH", Method::Patch}, {"DELETE", Method::Delete}, {"OPTIONS", Method::Options}};
    const auto found = methods.find(name);
    return found == methods.end() ? std::nullopt : std::optional(found->second);
}

HttpReply notFound(const HttpRequest &request)
{
    return errorReply(404, u"There is nothing at %1"_s.arg(request.path.left(200)));
}

// What QHttpServer gets of a request. A path that starts with two slashes would be taken for a host.
QByteArray requestLine(const QByteArray &method, const QString &path)
{
    QByteArray encoded = QUrl::toPercentEncoding(path, "/");
    if (encoded.startsWith("//"))
        encoded.replace(1, 1, "%2F");
    return method + ' ' + encoded + " HTTP/1.1\r\nHost: entvas\r\nContent-Length: 0\r\n\r\n";
}

} // namespace

class HttpFront::Private final : public GateTarget
{
public:
    Private(HttpFront *front, GateLimits gateLimits)
        : q(front), limits(gateLimits), webSockets(u"Entvas"_s, QWebSocketServer::NonSecureMode)
    {
        gate = new TcpGate(*this, limits);
        connect(gate, &TcpGate::drained, q, &HttpFront::drained);
        qtcompat::setMissingHandler(http, [this] { onMissing(); });
        webSockets.setHandshakeTimeout(limits.headMs);
        connect(&webSockets, &QWebSocketServer::newConnection, q, [this] { onWebSocket(); });
    }
    ~Private() override { delete gate; } // before what its connections refer to

    void dispatch(GateConnection &connection, const HttpRequest &request, const HttpResponder &responder) override;
    void upgrade(GateConnection &connection, const HttpRequest &request, const HttpResponder &responder) override;
    void accept(GateConnection &connection, const HttpRequest &request);
    void filter(const HttpRequest &request, HttpReply &reply) override;
    void refused(const HttpRequest &request, const HttpReply &reply) override;
    void onRouted(const QByteArray &method, const QString &path, const Handler &handler, const QStringList &parameters);
    void onMissing();
    void onWebSocket();
    void count(const HttpRequest &request, int status);
    QString routeOf(const QString &path) const;
    HttpReply replyWithoutRoute(const HttpRequest &request) const;
    template <class Function>
    void guarded(const HttpRequest &request, const char *where, Function function, const std::function<void()> &failed);

    // The request that QHttpServer is finding a handler for, within deliver().
    struct Dispatch {
        const HttpRequest &request;
        const HttpResponder &responder;
        QByteArray routedMethod;
        bool handled = false;
    };

    HttpFront *q;
    const GateLimits limits;
    std::map<QString, QByteArrayList> methods; // of each path, as registered
    std::map<QString, RouteStats> routes;      // answers by path, as registered
    ReplyFilter replyFilter;
    RefusalWatcher refusalWatcher;
    QString upgradePath;
    UpgradePolicy upgradePolicy;
    QStringList upgradeParameters;
    Dispatch *current = nullptr;
    using Peer = std::pair<QHostAddress, quint16>;
    QHash<Peer, QPointer<FrameSocket>> upgrading; // were let pass; until their WebSocket is there
    QHttpServer http;
    QWebSocketServer webSockets;
    TcpGate *gate = nullptr; // ours until listen(), then QHttpServer's child
};

template <class Function>
void HttpFront::Private::guarded(const HttpRequest &request, const char *where, Function function,
                                 const std::function<void()> &failed)
{
    try {
        function();
        return;
    } catch (const std::exception &error) {
        qCWarning(lcFront, "%s threw, request %s: %s", where, request.requestId.constData(), error.what());
    } catch (...) {
        qCWarning(lcFront, "%s threw, request %s", where, request.requestId.constData());
    }
    failed();
}

// As registered, where only a slash at the end is too much.
QString HttpFront::Private::routeOf(const QString &path) const
{
    if (path.size() < 2 || !path.endsWith(u'/') || methods.contains(path))
        return path;
    const QString plain = path.chopped(1);
    return methods.contains(plain) ? plain : path;
}

void HttpFront::Private::dispatch(GateConnection &connection, const HttpRequest &request,
                                  const HttpResponder &responder)
{
    if (const QString path = routeOf(request.path); path != request.path) {
        HttpRequest plain = request;
        plain.path = path;
        return dispatch(connection, plain, responder);
    }
    const auto known = methods.find(request.path);
    QByteArray method = request.method;
    if (method == "HEAD" && known != methods.end() && !known->second.contains(method))
        method = "GET";
    Dispatch now{request, responder, method};
    const QScopedValueRollback guard(current, &now);
    if (const auto secret = secretInQuery(request.query))
        return responder.send(failureReply(*secret));
    if (!routableMethod(method) || request.path == u"*"_s)
        return onMissing();
    connection.facade().deliver(requestLine(method, request.path));
    if (!now.handled)
        responder.send(
            errorReply(500, u"The request could not be routed (%1)"_s.arg(QLatin1StringView(request.requestId))));
}

void HttpFront::Private::onRouted(const QByteArray &method, const QString &path, const Handler &handler,
                                  const QStringList &parameters)
{
    if (!current || current->handled)
        return;
    // Exact, whatever a router makes of a pattern.
    if (current->request.path != path || current->routedMethod != method)
        return onMissing();
    current->handled = true;
    const Dispatch &now = *current;
    if (const auto known = now.request.query.check(path, parameters); !known)
        return now.responder.send(failureReply(known.failure()));
    guarded(
        now.request, "a handler", [&] { handler(now.request, now.responder); },
        [&] {
            now.responder.send(
                errorReply(500, u"The server failed on request %1"_s.arg(QLatin1StringView(now.request.requestId))));
        });
}

void HttpFront::Private::onMissing()
{
    if (!current || current->handled)
        return;
    current->handled = true;
    current->responder.send(replyWithoutRoute(current->request));
}

HttpReply HttpFront::Private::replyWithoutRoute(const HttpRequest &request) const
{
    QByteArrayList allowed;
    if (request.path == u"*"_s) {
        allowed = {"GET", "HEAD", "POST"};
    } else {
        const auto known = methods.find(request.path);
        if (known == methods.end())
            return notFound(request);
        allowed = known->second;
        if (allowed.contains("GET") && !allowed.contains("HEAD"))
            allowed.insert(allowed.indexOf("GET") + 1, "HEAD");
    }
    if (!allowed.contains("OPTIONS"))
        allowed.append("OPTIONS");
    HttpReply reply;
    if (request.method == "OPTIONS")
        reply.status = 204;
    else
        reply = errorReply(405, u"%1 takes only: %2"_s.arg(request.path, QLatin1StringView(allowed.join(", "))));
    reply.headers.emplaceBack("Allow", allowed.join(", "));
    return reply;
}

void HttpFront::Private::upgrade(GateConnection &connection, const HttpRequest &request, const HttpResponder &responder)
{
    if (const auto secret = secretInQuery(request.query))
        return responder.send(failureReply(*secret));
    if (upgradePath.isEmpty() || routeOf(request.path) != upgradePath)
        return responder.send(notFound(request));
    if (const auto known = request.query.check(upgradePath, upgradeParameters); !known)
        return responder.send(failureReply(known.failure()));
    if (const auto refusal = checkHandshake(request))
        return responder.send(*refusal);
    // A connection that waits for a decision is either still there, and then so are we, or not open any more.
    const UpgradeAnswer decide = [this, request, responder, at = QPointer(&connection)](const auto &refusal) {
        if (!at || !responder.isOpen())
            return;
        if (refusal)
            return responder.send(*refusal);
        if (gate->isDraining())
            return responder.send(busyReply(u"The server is stopping; connect again later"_s));
        accept(*at, request);
    };
    guarded(
        request, "the upgrade policy", [&] { upgradePolicy(request, decide); },
        [&] {
            responder.send(
                errorReply(500, u"The server failed on request %1"_s.arg(QLatin1StringView(request.requestId))));
        });
}

void HttpFront::Private::accept(GateConnection &connection, const HttpRequest &request)
{
    count(request, 101);
    FrameSocket *socket = connection.upgrade(request.peer);
    const Peer peer{socket->peerAddress(), socket->peerPort()};
    upgrading.insert(peer, socket);
    connect(socket, &QObject::destroyed, q, [this, peer] {
        if (!upgrading.value(peer))
            upgrading.remove(peer);
    });
    webSockets.handleConnection(socket);
    Q_EMIT socket->readyRead(); // the handshake waits unread
}

void HttpFront::Private::onWebSocket()
{
    while (QWebSocket *socket = webSockets.nextPendingConnection()) {
        socket->setMaxAllowedIncomingFrameSize(kWebSocketInBytes);
        socket->setMaxAllowedIncomingMessageSize(kWebSocketInBytes);
        socket->setOutgoingFrameSize(kWebSocketOutBytes);
        socket->setParent(nullptr);
        const QPointer<FrameSocket> frames = upgrading.take({socket->peerAddress(), socket->peerPort()});
        socket->setProperty(kFrames, QVariant::fromValue(QPointer<QObject>(frames)));
        if (q->receivers(SIGNAL(webSocket(QWebSocket *))) == 0) {
            delete socket;
            continue;
        }
        Q_EMIT q->webSocket(socket);
    }
}

void HttpFront::Private::count(const HttpRequest &request, int status)
{
    QString route = u"none"_s;
    if (!request.path.isEmpty()) {
        const QString path = routeOf(request.path);
        route = methods.contains(path) ? path : u"other"_s;
    }
    RouteStats &stats = routes[route];
    stats.route = route;
    request.notes->route = route;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - request.notes->began;
    stats.seconds.observe(took.count());
    constexpr int kSendersFault = 4;
    const int statusClass = status >= 500 && !isServersFault(status) ? kSendersFault : status / 100;
    ++stats.byClass[std::size_t(std::clamp(statusClass, 1, 5) - 1)];
}

void HttpFront::Private::filter(const HttpRequest &request, HttpReply &reply)
{
    count(request, reply.status);
    if (replyFilter)
        guarded(
            request, "the reply filter", [&] { replyFilter(request, reply); }, [] {});
}

void HttpFront::Private::refused(const HttpRequest &request, const HttpReply &reply)
{
    if (refusalWatcher)
        guarded(
            request, "the refusal watcher", [&] { refusalWatcher(request, reply); }, [] {});
}

HttpFront::HttpFront(GateLimits limits, QObject *parent) : QObject(parent), d(std::make_unique<Private>(this, limits))
{
}

HttpFront::~HttpFront() = default;

void HttpFront::route(const QByteArray &method, const QString &path, Handler handler, const QStringList &parameters)
{
    const auto routable = routableMethod(method);
    Q_ASSERT(routable && !d->methods[path].contains(method));
    if (!routable)
        return;
    d->methods[path].append(method);
    const bool added = qtcompat::addRoute(d->http, path, *routable,
                                          [p = d.get(), method, path, handler = std::move(handler), parameters] {
                                              p->onRouted(method, path, handler, parameters);
                                          });
    if (!added)
        qCCritical(lcFront, "no route for %s %s", method.constData(), qPrintable(path));
}

void HttpFront::setUpgradePath(const QString &path, UpgradePolicy policy, const QStringList &parameters)
{
    d->upgradePath = path;
    d->upgradePolicy = std::move(policy);
    d->upgradeParameters = parameters;
    const Handler handler = [](const HttpRequest &, const HttpResponder &responder) {
        HttpReply reply = errorReply(426, u"This path speaks WebSocket only"_s);
        reply.headers = {{"Upgrade", "websocket"}};
        responder.send(reply);
    };
    route("GET", path, handler, parameters);
}

void HttpFront::setReplyFilter(ReplyFilter filter)
{
    d->replyFilter = std::move(filter);
}

void HttpFront::setRefusalWatcher(RefusalWatcher watcher)
{
    d->refusalWatcher = std::move(watcher);
}

void HttpFront::setTrustedProxies(const Proxies &proxies)
{
    d->gate->setTrustedProxies(proxies);
}

void HttpFront::setTls(const QSslConfiguration &configuration)
{
    d->gate->setTls(configuration);
}

Result<quint16> HttpFront::listen(const QString &host, quint16 port)
{
    const auto opened = d->gate->open(host, port);
    if (opened.ok() && !qtcompat::bind(d->http, d->gate))
        return {Fault::Internal, u"QHttpServer does not take the listener"_s};
    return opened;
}

void HttpFront::drain()
{
    d->gate->drain();
}

FrontStats HttpFront::stats() const
{
    FrontStats stats{d->gate->stats(), {}};
    for (const auto &[route, one] : d->routes)
        stats.routes.append(one);
    return stats;
}

QHostAddress clientOf(const QWebSocket &socket)
{
    return plainAddress(socket.peerAddress()); // see FrameSocket
}

bool flushNow(QWebSocket &socket)
{
    auto *frames = qobject_cast<FrameSocket *>(socket.property(kFrames).value<QPointer<QObject>>());
    return frames ? frames->flushNow() : socket.flush();
}

int HttpFront::connectionCount() const
{
    return d->gate->connectionCount();
}

} // namespace entvas
