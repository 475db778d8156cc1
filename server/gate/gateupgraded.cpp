// How a GateConnection carries a WebSocket: it keeps the real socket, QWebSocket has a FrameSocket.
#include "server/gate/framesocket.h"
#include "server/gate/gateconnection.h"
#include "server/gate/tcpgate.h"

#include <QSslSocket>
#include <QTcpSocket>

namespace entvas {

FrameSocket *GateConnection::upgrade(const QHostAddress &client)
{
    m_slot.reset();
    m_frames = new FrameSocket(*this, client, m_socket->peerPort(), m_limits);
    m_frames->deliver(std::exchange(m_upgradeHead, {}));
    setPhase(Phase::Upgraded, kNever);
    return m_frames;
}

void GateConnection::readFramesLater()
{
    QMetaObject::invokeMethod(this, &GateConnection::readFrames, Qt::QueuedConnection);
}

void GateConnection::readFrames()
{
    if (m_phase != Phase::Upgraded || !m_frames || !m_frames->isReady())
        return; // it asks for them when it is ready
    if (m_frames->isWriting())
        return readFramesLater();
    while (m_phase == Phase::Upgraded && m_frames && (fill() || !m_input.isEmpty()))
        m_frames->take(std::exchange(m_input, {}));
}

void GateConnection::writeFrames(const char *data, qint64 size)
{
    m_socket->write(data, size);
}

bool GateConnection::flushFrames()
{
    return m_socket->flush();
}

qint64 GateConnection::unsentFrames() const
{
    return m_socket->bytesToWrite();
}

void GateConnection::countControlFrames()
{
    m_gate.countReached(GateBound::ControlFrames);
}

void GateConnection::finishFrames(bool isReadWhole)
{
    if (m_phase != Phase::Upgraded)
        return;
    m_close = true;
    m_isReadWhole = isReadWhole;
    m_input = {};
    setPhase(Phase::Sending, TcpGate::nowMs() + m_limits.sendMs);
    flush();
}

void GateConnection::dropFrames()
{
    if (m_phase == Phase::Upgraded || m_phase == Phase::Sending)
        cut();
}

} // namespace entvas
