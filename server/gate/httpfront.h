#pragma once

#include "core/base/result.h"
#include "server/gate/gatestats.h"
#include "server/http/queryparameters.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>

class QSslConfiguration;
class QWebSocket;

namespace entvas {

class BodyPieces;
class Proxies;

using HttpHeader = std::pair<QByteArray, QByteArray>;

// What is learned of a request on its way, for the log and the metrics. One for all copies of a request.
struct RequestNotes {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now(); // it was there as a whole
    QString route;   // as registered, "other", or "none"; known when it is answered
    QString by;      // who: "key:<id>", "user:<sub>", …; see Reader::subject. Never a secret
    QString project; // that it is about
};

// A complete, canonical request whose framing and sizes have been checked. Header names are lower case.
struct HttpRequest {
    QByteArray method; // HEAD stays HEAD; its answer's body is measured, not sent
    QString path;      // percent-decoded
    QueryParameters query;
    QList<HttpHeader> headers;
    QByteArray body; // as sent: Content-Encoding is the reader's business
    bool isHttp10 = false;
    QHostAddress peer;        // the client, as far as trusted proxies tell
    bool isEncrypted = false; // the client's own connection
    QByteArray requestId;     // X-Request-Id, taken or made
    std::shared_ptr<RequestNotes> notes = std::make_shared<RequestNotes>();
    QByteArray header(QByteArrayView lowerCaseName) const; // empty when absent
};

struct HttpReply {
    int status = 200;
    QByteArray body;
    QByteArray contentType = QByteArrayLiteral("application/json; charset=utf-8");
    QList<HttpHeader> headers;
    std::shared_ptr<BodyPieces> pieces{}; // in place of `body`: any size, as fast as the peer takes it
};

// The way back to one waiting sender. Copyable; answers once or not at all; harmless after the sender, or the front
// itself, has gone. To be used in the server's thread only. When the last copy goes unanswered, the sender gets 500.
class HttpResponder
{
public:
    struct Slot; // shared with the front
    explicit HttpResponder(std::shared_ptr<Slot> slot) : m_slot(std::move(slot)) {}
    void send(const HttpReply &reply) const;
    bool isOpen() const; // somebody still listens and has not been answered

private:
    std::shared_ptr<Slot> m_slot;
};

// What the gate bears, per request where nothing else is said. GateBound has one name for each; `/metrics` shows how
// far each is used and how often it was reached.
struct GateLimits {
    int connections = 2'000;
    int handshakes = 500; // of TLS, under way
    // One address (IPv6: a /64) gets a share of both. Loopback gets more: there it is a proxy that nobody has named as
    // trusted, a tunnel, or a test. A trusted proxy may have them all, as everybody comes through it.
    int addressConnections = 500;
    int addressHandshakes = 125;
    int localConnections = 1'500;
    int localHandshakes = 375;
    int requestLineBytes = 8 * 1024;
    int headBytes = 16 * 1024;
    int headers = 64;
    qint64 bodyBytes = 8 * 1024 * 1024;
    int headMs = 5'000;                    // for the whole head
    int bodyMs = 10'000;                   // for the whole body
    int idleMs = 15'000;                   // between requests
    int drainMs = 2'000;                   // at a drain, for the request that a proxy may be sending
    qint64 unsentBytes = 16 * 1024 * 1024; // per connection; a larger answer is replaced by 500
    int sendMs = 15'000;                   // without any byte taken by the peer
    qint64 webSocketBytes = 128 * 1024;    // of a message to a WebSocket, over all its frames
    int controlFrames = 60;                // pings and pongs from a WebSocket at once; it gets 10 back each second
    qint64 heldBytes = 512 * 1024 * 1024;  // bodies and unsent answers of all connections; beyond it bodies get 503
};

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
    // Is told of requests that were refused before they were whole; the request holds what could be read of its head.
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

// Whose a WebSocket of the front is: its peer as far as trusted proxies tell.
QHostAddress clientOf(const QWebSocket &socket);
// Writes what the system takes; false when it takes nothing. QWebSocket's own flush() knows no socket of ours.
bool flushNow(QWebSocket &socket);

// {"success":false,"message":…,"error":…} with the status that a fault has; the only place that knows these numbers.
HttpReply failureReply(const Failure &failure);
HttpReply jsonReply(int status, const QJsonObject &object);

} // namespace entvas
