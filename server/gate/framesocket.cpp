#include "server/gate/framesocket.h"

#include "server/gate/gateconnection.h"
#include "server/gate/tcpgate.h"

#include <algorithm>
#include <QScopedValueRollback>
#include <QtEndian>

namespace entvas {

namespace {

constexpr int kControlFramesPerSecond = 10;
constexpr qint64 kFlushBytes = 64 * 1024;   // unsent beyond this leaves at once, as far as the system takes it
constexpr qsizetype kCloseFrameBytes = 127; // at most

using Opcode = FrameReader::Opcode;

// Masked with zeros: a client's, that nothing has to be undone in.
QByteArray masked(Opcode opcode, QByteArrayView payload)
{
    QByteArray frame;
    frame.reserve(payload.size() + 14);
    frame.append(char(0x80 | quint8(opcode)));
    if (payload.size() < 126) {
        frame.append(char(0x80 | payload.size()));
    } else {
        const bool isShort = payload.size() < 0x10000;
        char length[8];
        frame.append(char(0x80 | (isShort ? 126 : 127)));
        if (isShort)
            qToBigEndian(quint16(payload.size()), length);
        else
            qToBigEndian(quint64(payload.size()), length);
        frame.append(length, isShort ? 2 : 8);
    }
    frame.append(4, '\0');
    return frame.append(payload);
}

// The head of a frame that no QWebSocket takes for its size, so that it closes with 1009 and knows why.
QByteArray tooLarge()
{
    return QByteArray::fromHex("82ff4000000000000000") + QByteArray(4, '\0');
}

} // namespace

FrameSocket::FrameSocket(GateConnection &connection, const QHostAddress &client, quint16 port, const GateLimits &limits)
    : GateSocket(client, port, nullptr),
      m_connection(&connection),
      m_reader(limits.webSocketBytes),
      m_burst(limits.controlFrames),
      m_tokens(limits.controlFrames),
      m_tokensMs(TcpGate::nowMs())
{
}

FrameSocket::~FrameSocket()
{
    setSocketState(QAbstractSocket::UnconnectedState); // nobody is to be told any more
    if (m_connection)
        m_connection->dropFrames();
}

void FrameSocket::take(const QByteArray &input)
{
    QByteArray frames;
    qsizetype at = 0;
    bool isTooBusy = false;
    while (const auto message = m_reader.next(input, at)) {
        const bool isPing = message->opcode == Opcode::Ping;
        if ((isPing || message->opcode == Opcode::Pong) && !takeToken()) {
            isTooBusy = true;
            break;
        }
        if (isPing)
            m_ping = message->payload;
        else
            frames.append(masked(message->opcode, message->payload));
    }
    const auto failure = m_reader.failure();
    if (failure && failure->closeCode == kTooMuchData)
        frames.append(tooLarge());
    answerPing();
    if (!frames.isEmpty())
        deliver(unread() + frames);
    if (isTooBusy)
        refuse(kPolicyViolated, "Too many pings");
    else if (failure)
        refuse(failure->closeCode, failure->text);
}

void FrameSocket::noteTaken(qint64 bytes)
{
    m_untilPong = std::max<qint64>(0, m_untilPong - bytes);
    if (!m_isWriting) // a pong would end up inside the frame
        answerPing();
    Q_EMIT bytesWritten(bytes);
}

void FrameSocket::answerPing()
{
    if (!m_ping || m_isGoodbye || state() != QAbstractSocket::ConnectedState)
        return;
    m_untilPong = std::min(m_untilPong, bytesToWrite());
    if (m_untilPong > 0)
        return;
    write(Opcode::Pong, *std::exchange(m_ping, {}));
    m_untilPong = bytesToWrite();
}

void FrameSocket::write(Opcode opcode, QByteArrayView payload)
{
    QByteArray frame;
    frame.append(char(0x80 | quint8(opcode))).append(char(payload.size())).append(payload);
    writeData(frame.constData(), frame.size());
}

void FrameSocket::refuse(quint16 closeCode, const char *text)
{
    if (state() != QAbstractSocket::ConnectedState || !m_connection)
        return;
    if (closeCode == kPolicyViolated)
        m_connection->countControlFrames();
    char code[2];
    qToBigEndian(closeCode, code);
    write(Opcode::Close, QByteArray(code, sizeof code) + text);
    setSocketState(QAbstractSocket::ClosingState);
    m_connection->finishFrames(false);
}

double FrameSocket::controlFramesTaken() const
{
    const double back = double(TcpGate::nowMs() - m_tokensMs) * kControlFramesPerSecond / 1000.0;
    return std::max(0.0, m_burst - m_tokens - back);
}

bool FrameSocket::takeToken()
{
    m_tokens = m_burst - controlFramesTaken();
    m_tokensMs = TcpGate::nowMs();
    if (m_tokens < 1)
        return false;
    m_tokens -= 1;
    return true;
}

bool FrameSocket::flushNow()
{
    return m_connection && m_connection->flushFrames();
}

qint64 FrameSocket::bytesToWrite() const
{
    return m_connection ? m_connection->unsentFrames() : 0;
}

qint64 FrameSocket::writeData(const char *data, qint64 size)
{
    if (!m_connection || state() != QAbstractSocket::ConnectedState)
        return -1;
    const QScopedValueRollback guard(m_isWriting, true);
    m_isGoodbye = size <= kCloseFrameBytes && size >= 2 && quint8(data[0]) == (0x80 | quint8(Opcode::Close)) &&
                  qint64(quint8(data[1])) == size - 2;
    m_connection->writeFrames(data, size);
    if (!std::exchange(m_isReady, true))
        m_connection->readFramesLater();
    if (bytesToWrite() > kFlushBytes)
        flushNow();
    return size;
}

// QWebSocket's abort() ends here too: it is the one that has said no goodbye.
void FrameSocket::close()
{
    if (!m_connection || state() == QAbstractSocket::UnconnectedState)
        return GateSocket::hangUp();
    const bool isFirst = state() == QAbstractSocket::ConnectedState;
    setSocketState(QAbstractSocket::ClosingState);
    if (m_isGoodbye && isFirst)
        m_connection->finishFrames(true);
    else
        m_connection->dropFrames();
}

void FrameSocket::hangUp()
{
    if (state() == QAbstractSocket::UnconnectedState)
        return;
    m_connection.clear();
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT stateChanged(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

} // namespace entvas
