// How a GateConnection sends its answers: in one go, or in pieces as the peer takes them.
#include "server/gate/framesocket.h"
#include "server/gate/gateconnection.h"
#include "server/gate/tcpgate.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QTcpSocket>
#include <sys/socket.h>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kOnePieceBytes = 64 * 1024; // up to here head and body leave in one write
constexpr qint64 kUnsentPieces = 256 * 1024;    // a body in pieces rests while more than that is unsent

} // namespace

void GateConnection::transmit(HttpReply reply)
{
    m_slot.reset();
    m_gate.noteSize(GateBound::Answer, std::min<qint64>(reply.body.size(), m_limits.unsentBytes));
    if (reply.body.size() > m_limits.unsentBytes) {
        m_gate.countReached(GateBound::Answer);
        reply = errorReply(500, u"The answer is larger than this server sends at once"_s);
    }
    if (reply.pieces && m_gate.isDraining())
        reply = busyReply(u"The server is stopping; send again later"_s); // it would not come to its end
    m_target.filter(m_request, reply);
    m_close = m_close || (reply.pieces && m_request.isHttp10); // the end of such a body is the end of the connection
    const ReplyFraming framing{m_request.requestId, m_request.method == "HEAD", m_close, m_request.isHttp10};
    QByteArray head = m_isHttp2 ? http2GoAway() : serialiseHead(reply, framing);
    const bool withBody = !m_isHttp2 && hasBody(reply, framing);
    setPhase(Phase::Sending, TcpGate::nowMs() + m_limits.sendMs);
    setHeld(head.size() + (withBody ? reply.body.size() : 0));
    if (withBody && reply.body.size() <= kOnePieceBytes)
        m_socket->write(head.append(reply.body));
    else if (m_socket->write(head); withBody)
        m_socket->write(reply.body);
    if (!framing.isHead)
        m_pieces = reply.pieces;
    m_isPieceAsked = false;
    flush();
}

// Out with what the kernel takes, and on to what comes then.
void GateConnection::flush()
{
    while (m_phase == Phase::Sending && m_socket->bytesToWrite() > 0 && m_socket->flush()) {
    }
    if (m_phase != Phase::Sending)
        return;
    if (m_pieces)
        askForPiece();
    else if (m_socket->bytesToWrite() == 0)
        finishSending();
}

void GateConnection::askForPiece()
{
    if (!m_isPieceAsked && m_socket->bytesToWrite() <= kUnsentPieces) {
        m_isPieceAsked = true;
        // Through the event loop: a piece that is there at once would call us from within ourselves.
        m_pieces->next([self = QPointer(this), pieces = std::weak_ptr(m_pieces)](const BodyPieces::Piece &piece) {
            if (self)
                QMetaObject::invokeMethod(
                    self,
                    [self, pieces, piece] {
                        if (const auto ours = pieces.lock(); ours && ours == self->m_pieces)
                            self->onPiece(piece);
                    },
                    Qt::QueuedConnection);
        });
    }
    // The peer has time to take what is there, and none is counted while nothing is.
    m_deadlineMs = m_socket->bytesToWrite() > 0 ? TcpGate::nowMs() + m_limits.sendMs : kNever;
}

void GateConnection::onPiece(const BodyPieces::Piece &piece)
{
    m_isPieceAsked = false;
    if (piece.isBroken)
        return cut();
    if (m_request.isHttp10)
        m_socket->write(piece.bytes);
    else if (!piece.bytes.isEmpty()) // an empty chunk is the last one
        m_socket->write(QByteArray::number(piece.bytes.size(), 16) + "\r\n" + piece.bytes + "\r\n");
    if (piece.isLast) {
        if (!m_request.isHttp10)
            m_socket->write("0\r\n\r\n");
        m_pieces.reset();
    }
    m_deadlineMs = TcpGate::nowMs() + m_limits.sendMs;
    setHeld(m_socket->bytesToWrite());
    flush();
}

void GateConnection::onBytesWritten(qint64 bytes)
{
    if (m_phase == Phase::Upgraded && m_frames)
        return m_frames->noteTaken(bytes);
    if (m_phase != Phase::Sending)
        return;
    m_deadlineMs = TcpGate::nowMs() + m_limits.sendMs;
    setHeld(m_socket->bytesToWrite());
    if (m_pieces)
        askForPiece();
    else if (m_socket->bytesToWrite() == 0)
        finishSending();
}

void GateConnection::finishSending()
{
    setHeld(0);
    if (m_frames)
        m_frames->hangUp();
    if (m_close || m_gate.isDraining())
        return linger();
    m_request = {};
    setPhase(Phase::Idle, TcpGate::nowMs() + m_limits.idleMs);
    process();
}

void GateConnection::cut()
{
    if (const auto descriptor = m_socket->socketDescriptor(); m_pieces && descriptor >= 0) {
        // A body that stops short must not look whole, which the end of the connection means to HTTP/1.0: reset it.
        const struct ::linger hard {
            1, 0
        };
        ::setsockopt(int(descriptor), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    m_socket->abort(); // mostly ends in onDisconnected() by itself
    if (m_phase != Phase::Closed)
        onDisconnected();
}

} // namespace entvas
