#pragma once

#include "server/gate/gatetarget.h"
#include "server/gate/requestreader.h"
#include "server/http/bodypieces.h"

#include <limits>
#include <QPointer>

class QSslSocket;
class QTcpSocket;

namespace entvas {

class FrameSocket;
class GateSocket;
class TcpGate;

// One accepted connection: reads requests with a RequestReader, hands on one at a time, writes the answers. Reading
// rests while an answer is owed, so pipelined requests wait in the kernel. Every phase but Handling and Upgraded has a
// deadline, which TcpGate looks at; Handling ends when the last responder has gone, Upgraded with the WebSocket. Owns
// the real socket; deletes itself when the connection has ended. Lives in the server's thread.
// More than 25 functions: one small step for each thing that can happen in a phase.
// Longer than usual: they share all that is known of the one connection.
class GateConnection final : public ReplyTarget
{
    Q_OBJECT
public:
    static constexpr qint64 kNever = std::numeric_limits<qint64>::max();
    enum class Phase { Idle, Head, Body, Handling, Sending, Lingering, Upgraded, Closed };

    GateConnection(QTcpSocket *socket, const QHostAddress &peer, TcpGate &gate, GateTarget &target,
                   const GateLimits &limits);
    ~GateConnection() override;

    // Once, right after it was made with this very socket: requests are read when the handshake is done.
    void startEncryption(QSslSocket *socket);

    Phase phase() const { return m_phase; }
    // The limit on the time of the present phase, if it has one.
    std::optional<GateBound> timeBound() const;
    qint64 deadlineMs() const { return m_deadlineMs; }
    qint64 inputBytes() const { return m_input.size(); }
    static qint64 inputLimit(const GateLimits &limits);

    void answer(const HttpResponder::Slot *slot, const HttpReply &reply) override;
    bool isWaitingFor(const HttpResponder::Slot *slot) const override;
    // Answers without having read a request, and closes.
    void refuse(const HttpReply &reply);
    // No further request: closes when idle, refuses what is half read, answers what is whole. A trusted proxy's last
    // request is waited for, for a bounded while.
    void drain();
    void checkDeadline(qint64 nowMs);

    // QHttpServer's end of this connection, made at the first call.
    GateSocket &facade();
    // Of an upgrade whose responder is open: what QWebSocket gets for a socket, with the upgrade's head unread. It
    // belongs to the caller; the connection ends with it.
    FrameSocket *upgrade(const QHostAddress &client);
    const QByteArray &network() const { return m_network; } // of the peer, see networkOf()
    const FrameSocket *frames() const { return m_frames; }

    // For the FrameSocket.
    void writeFrames(const char *data, qint64 size);
    bool flushFrames(); // false: the system takes nothing
    qint64 unsentFrames() const;
    void readFramesLater();
    void countControlFrames();
    // What was written goes out, then the connection ends. `isReadWhole`: nothing that matters is still to come.
    void finishFrames(bool isReadWhole);
    void dropFrames(); // at once

private:
    void readFrames();
    void process();
    bool fill();
    void onReader(RequestReader::State state);
    void handOn();
    std::optional<Failure> identifyClient(HttpRequest &request) const;
    void onReadyRead();
    void onBytesWritten(qint64 bytes);
    void onDisconnected();
    void transmit(HttpReply reply);
    void finishSending();
    void askForPiece();
    void onPiece(const BodyPieces::Piece &piece);
    void flush();
    void linger();
    void sayGoodbye();
    void endHandshake(bool isDone);
    void cut();
    void end();
    void setPhase(Phase phase, qint64 deadlineMs);
    void refuseStopping();
    void noteSizes();
    void setHeld(qint64 bytes);

    QTcpSocket *m_socket;
    QSslSocket *m_tls = nullptr; // the same socket, when the connection is encrypted
    TcpGate &m_gate;
    GateTarget &m_target;
    const GateLimits m_limits;
    RequestReader m_reader;
    QPointer<GateSocket> m_facade;
    QPointer<FrameSocket> m_frames;
    const QByteArray m_network;
    QByteArray m_upgradeHead; // of the request that is being handled
    QByteArray m_input;       // read from the socket, not yet understood; at most inputLimit()
    HttpRequest m_request;
    std::weak_ptr<HttpResponder::Slot> m_slot;
    std::shared_ptr<BodyPieces> m_pieces; // of the answer that is being sent; none once the last one has come
    bool m_isPieceAsked = false;
    Phase m_phase = Phase::Idle;
    qint64 m_deadlineMs;
    qint64 m_held = 0; // of the gate's budget
    qint64 m_discarded = 0;
    bool m_first = true;
    bool m_close = false;
    bool m_isHandshaking = false;
    bool m_isReadWhole = false; // nothing of the last request is still to come
    bool m_saidGoodbye = false;
    bool m_isHttp2 = false;
    bool m_processing = false;
};

} // namespace entvas
