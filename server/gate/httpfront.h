#pragma once

#include "core/base/result.h"
#include "server/gate/gatelimits.h"
#include "server/gate/gatestats.h"
#include "server/http/message.h"

#include <functional>
#include <memory>
#include <optional>
#include <QObject>
#include <QStringList>

class QSslConfiguration;
class QWebSocket;

namespace entvas {

class Proxies;

// HTTP and WebSocket on one port: the gate (framing, limits) in front of QHttpServer (routes). Lives in the server's
// thread. Unknown path 404, known path with another method 405 with Allow, HEAD as GET, OPTIONS answered; a slash
// behind a known path changes nothing. A parameter that a route does not take is refused with 400. What a handler
// throws becomes 500 with the request id.
//
// QHttpServer chooses the handler, and that is all it does: it gets a request line and no body through a socket of
// ours, and the answer goes straight to the connection. Its own responder can't be kept (Qt 6.4: raw pointers, crashes
// after early disconnects, answers out of order) and its copies of headers and bodies would double the memory.
class HttpFront : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<void(const HttpRequest &, const HttpResponder &)>;
    // nullopt lets the upgrade pass; a reply refuses it before the handshake. Called once, now or later, or not at all
    // (500); harmless after the peer, or the front itself, has gone.
    using UpgradeAnswer = std::function<void(const std::optional<HttpReply> &refusal)>;
    using UpgradePolicy = std::function<void(const HttpRequest &, const UpgradeAnswer &)>;
    // May add headers (CORS, security) to every reply.
    using ReplyFilter = std::function<void(const HttpRequest &, HttpReply &)>;

    explicit HttpFront(GateLimits limits, QObject *parent = nullptr);
    ~HttpFront() override;

    // Before listen().
    void setTrustedProxies(const Proxies &proxies);
    // https and wss instead of http and ws, from before listen() on. Later on for a new certificate: open connections
    // keep theirs.
    void setTls(const QSslConfiguration &configuration);
    // Before listen(). `parameters` are those that may stand in the address.
    void route(const QByteArray &method, const QString &path, Handler handler, const QStringList &parameters = {});
    void setUpgradePath(const QString &path, UpgradePolicy policy, const QStringList &parameters = {});
    void setReplyFilter(ReplyFilter filter);
    // Called for requests that were refused before they were whole; the request holds what could be read of its head.
    using RefusalWatcher = std::function<void(const HttpRequest &, const HttpReply &)>;
    void setRefusalWatcher(RefusalWatcher watcher);

    // The port, or Fault::Unavailable naming address, port and reason.
    Result<quint16> listen(const QString &host, quint16 port);
    // Takes no new connections, and no new requests but those that a trusted proxy may be sending on a connection that
    // it keeps; emits drained() when every accepted request has been answered and sent.
    void drain();
    int connectionCount() const;
    FrontStats stats() const;

Q_SIGNALS:
    void webSocket(QWebSocket *socket); // after the handshake; the receiver owns it
    void drained();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
