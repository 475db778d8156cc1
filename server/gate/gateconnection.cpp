#include "server/gate/gateconnection.h"

#include "server/gate/framesocket.h"
#include "server/gate/gatesocket.h"
#include "server/gate/tcpgate.h"
#include "server/http/proxies.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QRandomGenerator>
#include <QScopedValueRollback>
#include <QSslSocket>
#include <sys/socket.h>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kInputBytes = 64 * 1024;         // read ahead of the parser, and as much again in the socket
constexpr qint64 kLingerMs = 1'000;               // for the peer to read a last answer before the socket is closed
constexpr qint64 kLingerBytes = 32 * 1024 * 1024; // that it may still send meanwhile

QByteArray makeRequestId()
{
    return QByteArray::number(QRandomGenerator::global()->generate64(), 16).rightJustified(16, '0');
}

} // namespace

qint64 GateConnection::inputLimit(const GateLimits &limits)
{
    return std::max<qint64>(kInputBytes, 2 * qint64(limits.headBytes));
}

GateConnection::GateConnection(QTcpSocket *socket, const QHostAddress &peer, TcpGate &gate, GateTarget &target,
                               const GateLimits &limits)
    : ReplyTarget(&gate),
      m_socket(socket),
      m_gate(gate),
      m_target(target),
      m_limits(limits),
      m_reader(limits),
      m_network(networkOf(peer)),
      m_deadlineMs(TcpGate::nowMs() + limits.headMs)
{
    socket->setParent(this);
    socket->setReadBufferSize(inputLimit(limits));
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(socket, &QTcpSocket::readyRead, this, &GateConnection::onReadyRead);
    connect(socket, &QTcpSocket::bytesWritten, this, &GateConnection::onBytesWritten);
    connect(socket, &QTcpSocket::disconnected, this, &GateConnection::onDisconnected);
}

GateConnection::~GateConnection()
{
    end();
    if (m_facade)
        m_facade->hangUp();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
}

void GateConnection::startEncryption(QSslSocket *socket)
{
    m_tls = socket;
    m_isHandshaking = true;
    m_gate.beginHandshake(*this);
    // What Qt calls written is encrypted only.
    disconnect(socket, &QTcpSocket::bytesWritten, this, nullptr);
    connect(socket, &QSslSocket::encryptedBytesWritten, this, &GateConnection::onBytesWritten);
    connect(socket, &QSslSocket::encrypted, this, [this] { endHandshake(true); });
    socket->startServerEncryption();
}

void GateConnection::endHandshake(bool isDone)
{
    if (std::exchange(m_isHandshaking, false))
        m_gate.endHandshake(*this, isDone);
}

std::optional<GateBound> GateConnection::timeBound() const
{
    switch (m_phase) {
    case Phase::Idle: return m_first ? GateBound::HeadTime : GateBound::IdleTime;
    case Phase::Head: return GateBound::HeadTime;
    case Phase::Body: return GateBound::BodyTime;
    case Phase::Sending: return GateBound::SendTime;
    case Phase::Handling:
    case Phase::Lingering:
    case Phase::Upgraded:
    case Phase::Closed: return {};
    }
    return {};
}

void GateConnection::setPhase(Phase phase, qint64 deadlineMs)
{
    m_phase = phase;
    m_deadlineMs = deadlineMs;
    m_gate.phaseChanged();
}

void GateConnection::setHeld(qint64 bytes)
{
    m_gate.addHeld(bytes - m_held);
    m_held = bytes;
}

// Everything that the socket has and that fits; false when nothing came.
bool GateConnection::fill()
{
    const auto room = std::min(inputLimit(m_limits) - m_input.size(), m_socket->bytesAvailable());
    if (room <= 0)
        return false;
    const auto before = m_input.size();
    m_input.resize(before + room);
    const auto got = m_socket->read(m_input.data() + before, room);
    m_input.resize(before + std::max<qint64>(got, 0));
    return got > 0;
}

void GateConnection::process()
{
    if (m_processing)
        return;
    const QScopedValueRollback guard(m_processing, true);
    while (m_phase <= Phase::Body) {
        const bool more = fill();
        const auto before = m_input.size();
        if (before == 0)
            return;
        const auto state = m_reader.read(m_input);
        onReader(state);
        const bool stuck = m_input.size() == before && m_phase <= Phase::Body;
        if (stuck && before >= inputLimit(m_limits)) {
            m_gate.countReached(GateBound::Input);
            refuse(errorReply(400, u"The size line or the trailer of a chunk is too long"_s));
        } else if (stuck && !more)
            return;
    }
}

void GateConnection::onReader(RequestReader::State state)
{
    setHeld(m_reader.bodyBytes());
    if (m_held > 0 && m_gate.isOverBudget()) {
        m_gate.countReached(GateBound::Held);
        return refuse(busyReply(u"The server holds too much at the moment; send again later"_s));
    }
    switch (state) {
    case RequestReader::State::Empty: return;
    case RequestReader::State::Head:
        if (m_phase == Phase::Idle)
            setPhase(Phase::Head, m_first ? m_deadlineMs : TcpGate::nowMs() + m_limits.headMs);
        return;
    case RequestReader::State::Body:
        if (m_phase == Phase::Body)
            return;
        setPhase(Phase::Body, TcpGate::nowMs() + m_limits.bodyMs);
        if (m_reader.expectsContinue() && m_reader.bodyBytes() == 0) {
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
            m_socket->flush();
        }
        return;
    case RequestReader::State::Complete: return handOn();
    case RequestReader::State::Failed:
        if (const auto bound = m_reader.failure().bound)
            m_gate.countReached(*bound);
        m_isHttp2 = m_reader.failure().isHttp2;
        return refuse(errorReply(m_reader.failure().status, m_reader.failure().text));
    }
}

void GateConnection::handOn()
{
    noteSizes();
    const bool isUpgrade = m_reader.isWebSocketUpgrade();
    m_close = m_close || isUpgrade || !m_reader.keepAlive();
    m_upgradeHead = m_reader.upgradeHead();
    HttpRequest request = m_reader.takeRequest();
    const auto unknown = identifyClient(request);
    if (request.requestId.isEmpty())
        request.requestId = makeRequestId();
    request.notes = std::make_shared<RequestNotes>(); // from now on
    m_first = false;
    m_isReadWhole = true;
    m_request = request;
    m_request.body.clear();
    setPhase(Phase::Handling, kNever);
    if (unknown)
        return transmit(failureReply(*unknown));
    {
        const auto slot = std::make_shared<HttpResponder::Slot>(HttpResponder::Slot{this, false});
        m_slot = slot;
        if (isUpgrade)
            m_target.upgrade(*this, request, HttpResponder(slot));
        else
            m_target.dispatch(*this, request, HttpResponder(slot));
    }
    checkDeadline(TcpGate::nowMs()); // the handler may have dropped the responder
}

std::optional<Failure> GateConnection::identifyClient(HttpRequest &request) const
{
    request.peer = m_socket->peerAddress();
    request.isEncrypted = m_tls != nullptr;
    return m_gate.proxies().apply(request);
}

void GateConnection::noteSizes()
{
    m_gate.noteSize(GateBound::RequestLine, m_reader.requestLineBytes());
    m_gate.noteSize(GateBound::Head, m_reader.headBytes());
    m_gate.noteSize(GateBound::Headers, m_reader.request().headers.size());
    m_gate.noteSize(GateBound::Body, m_reader.bodyBytes());
    if (!m_input.isEmpty() && !m_reader.isWebSocketUpgrade())
        m_gate.countReached(GateBound::InFlight);
}

bool GateConnection::isWaitingFor(const HttpResponder::Slot *slot) const
{
    return m_phase == Phase::Handling && m_slot.lock().get() == slot;
}

void GateConnection::answer(const HttpResponder::Slot *slot, const HttpReply &reply)
{
    if (isWaitingFor(slot))
        transmit(reply);
}

void GateConnection::refuse(const HttpReply &reply)
{
    m_request = m_reader.request();
    (void)identifyClient(m_request); // it is refused anyway
    if (m_request.requestId.isEmpty())
        m_request.requestId = makeRequestId();
    m_request.notes = std::make_shared<RequestNotes>();
    m_close = true;
    m_isReadWhole = false;
    m_input.clear();
    m_target.refused(m_request, reply);
    transmit(reply);
}

// Closing while the peer still sends would reset the connection and could destroy the last answer on its way. So only
// our direction is closed, and what comes is dropped for a bounded while. TLS can't do that by half in Qt: it says
// goodbye at once when nothing is still to come, else when that while is over.
void GateConnection::linger()
{
    setPhase(Phase::Lingering, TcpGate::nowMs() + kLingerMs);
    m_input = {};
    if (!m_tls)
        ::shutdown(static_cast<int>(m_socket->socketDescriptor()), SHUT_WR);
    else if (m_isReadWhole) // never from within the socket's own signals
        QMetaObject::invokeMethod(this, &GateConnection::sayGoodbye, Qt::QueuedConnection);
    onReadyRead();
}

void GateConnection::sayGoodbye()
{
    if (m_phase != Phase::Lingering || std::exchange(m_saidGoodbye, true))
        return;
    m_deadlineMs = TcpGate::nowMs() + kLingerMs;
    m_tls->disconnectFromHost(); // close_notify, then the end
}

void GateConnection::onReadyRead()
{
    if (m_phase == Phase::Upgraded)
        return readFrames();
    if (m_phase != Phase::Lingering)
        return process();
    m_discarded += m_socket->skip(m_socket->bytesAvailable());
    if (m_discarded > kLingerBytes)
        cut();
}

void GateConnection::checkDeadline(qint64 nowMs)
{
    if (m_phase == Phase::Handling && !m_slot.lock())
        return transmit(errorReply(500, u"The request was dropped without an answer"_s));
    if (nowMs < m_deadlineMs)
        return;
    if (const auto bound = timeBound(); bound && !m_gate.isDraining())
        m_gate.countReached(*bound);
    if (m_gate.isDraining() && (m_phase == Phase::Head || m_phase == Phase::Body))
        return refuseStopping();
    switch (m_phase) {
    case Phase::Head:
        return refuse(errorReply(408, u"The head of the request took longer than %1 ms"_s.arg(m_limits.headMs)));
    case Phase::Body:
        return refuse(errorReply(408, u"The body of the request took longer than %1 ms"_s.arg(m_limits.bodyMs)));
    case Phase::Idle: m_close = true; return m_isHandshaking ? cut() : linger();
    case Phase::Sending: return cut();
    case Phase::Lingering: return m_tls && !m_saidGoodbye ? sayGoodbye() : cut();
    case Phase::Handling:
    case Phase::Upgraded:
    case Phase::Closed: return;
    }
}

void GateConnection::drain()
{
    m_close = true;
    if (m_pieces)
        return cut(); // it may go on for hours
    if (m_isHandshaking)
        return cut();
    // A proxy may be sending at this very moment, and can't know of a request that is cut off whether it may send it to
    // another server. It is answered; then, or when none comes, the connection ends.
    if (m_phase <= Phase::Body && m_gate.proxies().trusts(m_socket->peerAddress())) {
        m_deadlineMs = std::min(m_deadlineMs, TcpGate::nowMs() + m_limits.drainMs);
        return;
    }
    if (m_phase == Phase::Idle && m_socket->bytesAvailable() == 0)
        return linger();
    if (m_phase <= Phase::Body)
        refuseStopping();
}

void GateConnection::refuseStopping()
{
    refuse(busyReply(u"The server is stopping; send again later"_s));
}

GateSocket &GateConnection::facade()
{
    if (!m_facade) {
        m_facade = new GateSocket(m_socket->peerAddress(), m_socket->peerPort(), &m_gate);
        m_gate.addFacade(m_facade);
    }
    return *m_facade;
}

void GateConnection::onDisconnected()
{
    end();
    deleteLater();
}

void GateConnection::end()
{
    if (m_phase == Phase::Closed)
        return;
    endHandshake(false);
    m_slot.reset();
    m_pieces.reset();
    m_input = {};
    setHeld(0);
    m_gate.remove(this);
    setPhase(Phase::Closed, kNever);
    if (m_frames)
        m_frames->hangUp();
}

} // namespace entvas
