#pragma once

#include "server/gate/gateconnection.h"
#include "server/http/proxies.h"

#include <optional>
#include <QHash>
#include <QSet>
#include <QSocketNotifier>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTimer>

namespace entvas {

// Accepts, counts and times the connections of one port, WebSockets too. Over the cap, or over the share of their
// address, a few are answered 503 and the rest closed at once; out of descriptors it pauses and tries again. Deadlines
// are looked at in one sweep for all connections, so that a request costs no timer. Lives in the server's thread;
// QHttpServer becomes its parent.
// More than 25 functions: ten are what its connections report, five give out a value.
class TcpGate final : public QTcpServer
{
    Q_OBJECT
public:
    TcpGate(GateTarget &target, const GateLimits &limits);
    ~TcpGate() override;

    static qint64 nowMs(); // monotonic

    void setTrustedProxies(const Proxies &proxies) { m_proxies = proxies; } // before open()
    // Of connections that come from now on. Once set, the port speaks TLS and nothing else.
    void setTls(const QSslConfiguration &configuration) { m_tls = configuration; }

    // The port, or a sentence naming host, port and reason.
    Result<quint16> open(const QString &host, quint16 port);
    // Takes in who has connected already, stops listening and drains every connection; drained() when no answer is
    // owed.
    void drain();
    bool isDraining() const { return m_draining; }
    // Ends every connection without an answer.
    void closeAll();

    GateStats stats() const;
    int connectionCount() const { return static_cast<int>(m_connections.size()); }

    // For connections.
    const Proxies &proxies() const { return m_proxies; }
    void addFacade(QTcpSocket *facade) { addPendingConnection(facade); }
    void remove(GateConnection *connection);
    void phaseChanged();
    void beginHandshake(const GateConnection &connection);
    void endHandshake(const GateConnection &connection, bool isDone);
    void addHeld(qint64 bytes) { m_heldBytes += bytes; }
    void countReached(GateBound bound) { ++m_stats[bound].reached; }
    // A limit per request: the largest that came within it.
    void noteSize(GateBound bound, qint64 size);
    bool isOverBudget() const { return m_heldBytes > m_limits.heldBytes; }

Q_SIGNALS:
    void drained();

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void sweep();
    void incomingTls(qintptr descriptor);
    // What an address has, and may have. Kept while it has any connection.
    struct Share {
        int mostConnections = 0;
        int mostHandshakes = 0;
        int connections = 0;
        int handshakes = 0;
    };
    Share shareOf(const QHostAddress &peer) const;
    std::optional<GateBound> boundReached(const QHostAddress &peer, bool isTls) const;
    void insert(GateConnection *connection, const QHostAddress &peer);
    void addShares(GateStats &stats) const;
    void watchDescriptors();
    void unwatchDescriptors();
    void pauseForDescriptors();

    GateTarget &m_target;
    const GateLimits m_limits;
    Proxies m_proxies;
    std::optional<QSslConfiguration> m_tls;
    int m_handshakes = 0;
    QSet<GateConnection *> m_connections;
    QSet<GateConnection *> m_refused;  // over a cap, being answered 503
    QHash<QByteArray, Share> m_shares; // of m_connections, by networkOf() their peer
    QTimer m_sweep;
    QTimer m_resume;
    std::unique_ptr<QSocketNotifier> m_watch; // of a copy of the listening descriptor
    qint64 m_heldBytes = 0;
    GateStats m_stats; // what has to be remembered; stats() adds what can be seen
    bool m_draining = false;
    bool m_drained = false;
};

} // namespace entvas
