#include "server/gate/tcpgate.h"

#include "core/tls/tls.h"
#include "server/gate/framesocket.h"
#include "server/http/reply.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <QHostInfo>
#include <QLoggingCategory>
#include <QTcpSocket>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcGate, "entvas.gate")

constexpr int kBacklog = 1'024; // Qt's 50 stalls a burst of connects for a second
constexpr int kRefusals = 64;   // connections over the cap that are answered 503 at the same time
constexpr int kResumeMs = 200;  // until accepting is tried again
constexpr int kMinSweepMs = 5;
constexpr int kMaxSweepMs = 250; // by which a deadline may be late

int sweepMs(const GateLimits &limits)
{
    const int shortest = std::min({limits.headMs, limits.bodyMs, limits.idleMs, limits.sendMs});
    return std::clamp(shortest / 4, kMinSweepMs, kMaxSweepMs);
}

// Shells and services start programs with room for 1,024: fewer than connections, database and files need.
void raiseDescriptorLimit()
{
    constexpr rlim_t kWanted = 65'536;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted)
        return;
    limit.rlim_cur = std::min(kWanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

QString reason(const QTcpServer &server)
{
    switch (server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return u"another program holds this port; stop it or choose another port"_s;
    case QAbstractSocket::SocketAccessError:
        return u"not permitted; ports below 1024 need special rights, choose a higher one"_s;
    case QAbstractSocket::SocketAddressNotAvailableError: return u"this machine has no such address"_s;
    default: return server.errorString();
    }
}

QHostAddress peerOf(qintptr descriptor)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getpeername(int(descriptor), reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return {};
    return plainAddress(QHostAddress(reinterpret_cast<const sockaddr *>(&address)));
}

} // namespace

TcpGate::TcpGate(GateTarget &target, const GateLimits &limits) : m_target(target), m_limits(limits)
{
    setListenBacklogSize(kBacklog);
    m_sweep.setInterval(sweepMs(limits));
    m_resume.setInterval(kResumeMs);
    m_resume.setSingleShot(true);
    connect(&m_sweep, &QTimer::timeout, this, &TcpGate::sweep);
    connect(&m_resume, &QTimer::timeout, this, [this] {
        resumeAccepting();
        watchDescriptors();
    });
    connect(this, &QTcpServer::acceptError, this, &TcpGate::pauseForDescriptors);
}

TcpGate::~TcpGate()
{
    closeAll();
}

qint64 TcpGate::nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Result<quint16> TcpGate::open(const QString &host, quint16 port)
{
    raiseDescriptorLimit();
    // Not whichever address the name has first: what senders are given is 127.0.0.1.
    const bool isLocalhost = host.compare(u"localhost"_s, Qt::CaseInsensitive) == 0;
    QHostAddress address = isLocalhost ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    if (address.isNull()) {
        const auto found = QHostInfo::fromName(host).addresses();
        if (found.isEmpty())
            return {Fault::Unavailable,
                    u"Cannot listen on %1 port %2: no address has this name"_s.arg(host, QString::number(port))};
        address = found.first();
    }
    if (!listen(address, port))
        return {Fault::Unavailable,
                u"Cannot listen on %1 port %2: %3"_s.arg(host, QString::number(port), reason(*this))};
    watchDescriptors();
    return serverPort();
}

// Qt reports the first failure to accept only: a listener that was once merely empty then spins without a word when
// descriptors run out. So somebody else looks whether there is one left.
void TcpGate::watchDescriptors()
{
    unwatchDescriptors();
    const int copy = ::dup(int(socketDescriptor()));
    if (copy < 0)
        return pauseForDescriptors();
    m_watch = std::make_unique<QSocketNotifier>(copy, QSocketNotifier::Read);
    connect(m_watch.get(), &QSocketNotifier::activated, this, [this] {
        if (const int spare = ::dup(int(m_watch->socket())); spare >= 0)
            ::close(spare);
        else
            pauseForDescriptors();
    });
}

void TcpGate::unwatchDescriptors()
{
    if (!m_watch)
        return;
    m_watch->setEnabled(false);
    const auto copy = int(m_watch->socket());
    m_watch.reset(); // never from its own slot: that only pauses
    ::close(copy);
}

void TcpGate::pauseForDescriptors()
{
    if (m_resume.isActive() || !isListening())
        return;
    countReached(GateBound::Descriptors);
    qCWarning(lcGate, "cannot accept connections, trying again in %d ms: out of file descriptors", kResumeMs);
    pauseAccepting();
    if (m_watch)
        m_watch->setEnabled(false);
    m_resume.start();
}

TcpGate::Share TcpGate::shareOf(const QHostAddress &peer) const
{
    if (const auto known = m_shares.constFind(networkOf(peer)); known != m_shares.cend())
        return *known;
    if (m_proxies.trusts(peer))
        return {m_limits.connections, m_limits.handshakes};
    if (peer.isLoopback())
        return {std::min(m_limits.localConnections, m_limits.connections),
                std::min(m_limits.localHandshakes, m_limits.handshakes)};
    return {std::min(m_limits.addressConnections, m_limits.connections),
            std::min(m_limits.addressHandshakes, m_limits.handshakes)};
}

// The one that forbids a further connection.
std::optional<GateBound> TcpGate::boundReached(const QHostAddress &peer, bool isTls) const
{
    const Share share = shareOf(peer);
    if (connectionCount() >= m_limits.connections)
        return GateBound::Connections;
    if (share.connections >= share.mostConnections)
        return GateBound::AddressConnections;
    if (isTls && m_handshakes >= m_limits.handshakes)
        return GateBound::Handshakes;
    if (isTls && share.handshakes >= share.mostHandshakes)
        return GateBound::AddressHandshakes;
    return {};
}

void TcpGate::insert(GateConnection *connection, const QHostAddress &peer)
{
    Share share = shareOf(peer);
    ++share.connections;
    m_shares.insert(connection->network(), share);
    m_connections.insert(connection);
    if (!m_sweep.isActive())
        m_sweep.start();
}

// Beyond a bound the connection is closed without a word: saying 503 would cost the handshake.
void TcpGate::incomingTls(qintptr descriptor)
{
    const QHostAddress peer = peerOf(descriptor);
    const auto bound = boundReached(peer, true);
    if (bound)
        countReached(*bound);
    if (m_draining || bound) {
        ::close(int(descriptor));
        return;
    }
    auto *socket = new TlsSocket;
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    socket->setSslConfiguration(*m_tls);
    auto *connection = new GateConnection(socket, peer, *this, m_target, m_limits);
    insert(connection, peer);
    connection->startEncryption(socket);
}

void TcpGate::beginHandshake(const GateConnection &connection)
{
    ++m_handshakes;
    ++m_shares[connection.network()].handshakes;
}

void TcpGate::endHandshake(const GateConnection &connection, bool isDone)
{
    --m_handshakes;
    if (const auto share = m_shares.find(connection.network()); share != m_shares.end())
        --share->handshakes;
    if (!isDone && !m_draining)
        ++m_stats.failedHandshakes;
}

void TcpGate::incomingConnection(qintptr descriptor)
{
    if (m_tls)
        return incomingTls(descriptor);
    const QHostAddress peer = peerOf(descriptor);
    const auto bound = boundReached(peer, false);
    if (bound)
        countReached(*bound);
    if (m_draining || (bound && m_refused.size() >= kRefusals)) {
        ::close(int(descriptor));
        return;
    }
    auto *socket = new QTcpSocket;
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    auto *connection = new GateConnection(socket, peer, *this, m_target, m_limits);
    if (!bound)
        return insert(connection, peer);
    m_refused.insert(connection);
    if (!m_sweep.isActive())
        m_sweep.start();
    if (bound == GateBound::Connections)
        return connection->refuse(busyReply(u"The server has as many connections as it takes; try again later"_s));
    connection->refuse(slowDownReply(1, u"Your address has as many connections as it may; try again later"_s));
}

void TcpGate::remove(GateConnection *connection)
{
    if (m_connections.remove(connection)) {
        const auto share = m_shares.find(connection->network());
        if (share != m_shares.end() && --share->connections <= 0)
            m_shares.erase(share);
    }
    m_refused.remove(connection);
    if (m_connections.isEmpty() && m_refused.isEmpty())
        m_sweep.stop();
}

void TcpGate::noteSize(GateBound bound, qint64 size)
{
    m_stats[bound].used = std::max(m_stats[bound].used, double(size));
}

GateStats TcpGate::stats() const
{
    GateStats stats = m_stats;
    const auto limit = [&](GateBound bound, qint64 most) { stats[bound].most = double(most); };
    limit(GateBound::Connections, m_limits.connections);
    limit(GateBound::Handshakes, m_limits.handshakes);
    limit(GateBound::RequestLine, m_limits.requestLineBytes);
    limit(GateBound::Head, m_limits.headBytes);
    limit(GateBound::Headers, m_limits.headers);
    limit(GateBound::Body, m_limits.bodyBytes);
    limit(GateBound::HeadTime, m_limits.headMs);
    limit(GateBound::BodyTime, m_limits.bodyMs);
    limit(GateBound::IdleTime, m_limits.idleMs);
    limit(GateBound::SendTime, m_limits.sendMs);
    limit(GateBound::Answer, m_limits.unsentBytes);
    limit(GateBound::Held, m_limits.heldBytes);
    limit(GateBound::InFlight, 1);
    limit(GateBound::ControlFrames, m_limits.controlFrames);
    limit(GateBound::Input, GateConnection::inputLimit(m_limits));
    const auto now = nowMs();
    const auto largest = [&](GateBound bound, qint64 value) {
        stats[bound].used = std::max(stats[bound].used, double(value));
    };
    for (const GateConnection *connection : m_connections) {
        if (const auto bound = connection->timeBound())
            largest(*bound, qint64(stats[*bound].most) - (connection->deadlineMs() - now));
        largest(GateBound::Input, connection->inputBytes());
        if (const FrameSocket *frames = connection->frames())
            largest(GateBound::ControlFrames, qint64(std::ceil(frames->controlFramesTaken())));
        stats.inFlight += connection->phase() == GateConnection::Phase::Handling;
    }
    stats[GateBound::Connections].used = connectionCount();
    stats[GateBound::Handshakes].used = m_handshakes;
    addShares(stats);
    stats[GateBound::Held].used = double(m_heldBytes);
    stats[GateBound::InFlight].used = std::min(stats.inFlight, 1);
    return stats;
}

// Of the address that is nearest its share.
void TcpGate::addShares(GateStats &stats) const
{
    const auto nearest = [&](GateBound bound, int most, int Share::*used, int Share::*mostOf) {
        LimitUse &use = stats[bound];
        use.used = 0;
        use.most = most;
        for (const Share &share : m_shares)
            if (double(share.*used) * use.most > use.used * double(share.*mostOf)) {
                use.used = share.*used;
                use.most = share.*mostOf;
            }
    };
    nearest(GateBound::AddressConnections, std::min(m_limits.addressConnections, m_limits.connections),
            &Share::connections, &Share::mostConnections);
    nearest(GateBound::AddressHandshakes, std::min(m_limits.addressHandshakes, m_limits.handshakes), &Share::handshakes,
            &Share::mostHandshakes);
}

void TcpGate::sweep()
{
    const auto now = nowMs();
    // Connections end themselves meanwhile, but are deleted later only.
    const auto connections = m_connections.values() + m_refused.values();
    for (GateConnection *connection : connections)
        connection->checkDeadline(now);
}

void TcpGate::drain()
{
    if (m_draining)
        return;
    // A client that has connected already may have sent a request, which would be lost with the listening socket.
    if (isListening())
        waitForNewConnection(0);
    m_draining = true;
    m_resume.stop();
    unwatchDescriptors();
    close();
    const auto connections = m_connections.values();
    for (GateConnection *connection : connections)
        connection->drain();
    phaseChanged();
}

void TcpGate::phaseChanged()
{
    if (!m_draining || m_drained)
        return;
    if (std::none_of(m_connections.cbegin(), m_connections.cend(),
                     [](auto *c) { return c->phase() < GateConnection::Phase::Lingering; })) {
        m_drained = true;
        QMetaObject::invokeMethod(this, &TcpGate::drained, Qt::QueuedConnection);
    }
}

void TcpGate::closeAll()
{
    unwatchDescriptors();
    close();
    const auto connections = m_connections.values() + m_refused.values();
    m_connections.clear();
    m_refused.clear();
    m_shares.clear();
    qDeleteAll(connections);
}

} // namespace entvas
