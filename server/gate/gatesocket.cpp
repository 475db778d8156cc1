#include "server/gate/gatesocket.h"

#include <algorithm>
#include <cstring>

namespace entvas {

GateSocket::GateSocket(const QHostAddress &peer, quint16 port, QObject *parent) : QTcpSocket(parent)
{
    setPeerAddress(peer);
    setPeerPort(port);
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
}

GateSocket::~GateSocket()
{
    // The base class would close a connection that never was.
    setSocketState(QAbstractSocket::UnconnectedState);
}

void GateSocket::deliver(const QByteArray &request)
{
    m_request = request;
    m_position = 0;
    Q_EMIT readyRead();
}

void GateSocket::hangUp()
{
    if (state() == QAbstractSocket::UnconnectedState)
        return;
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

qint64 GateSocket::bytesAvailable() const
{
    // NOLINTNEXTLINE(bugprone-parent-virtual-call): what QTcpSocket counts is none of it
    return QIODevice::bytesAvailable() + m_request.size() - m_position;
}

bool GateSocket::canReadLine() const
{
    return QTcpSocket::canReadLine() || m_request.indexOf('\n', m_position) >= 0;
}

void GateSocket::close()
{
    hangUp();
}

void GateSocket::disconnectFromHost()
{
    hangUp();
}

qint64 GateSocket::readData(char *data, qint64 maxSize)
{
    const auto size = std::min<qint64>(maxSize, m_request.size() - m_position);
    if (size > 0)
        std::memcpy(data, m_request.constData() + m_position, static_cast<std::size_t>(size));
    m_position += size;
    return size;
}

qint64 GateSocket::readLineData(char *data, qint64 maxSize)
{
    const auto end = m_request.indexOf('\n', m_position);
    return readData(data, end < 0 ? maxSize : std::min<qint64>(maxSize, end + 1 - m_position));
}

qint64 GateSocket::skipData(qint64 maxSize)
{
    const auto size = std::min<qint64>(maxSize, m_request.size() - m_position);
    m_position += size;
    return size;
}

qint64 GateSocket::writeData(const char *, qint64 size)
{
    return size;
}

} // namespace entvas
