#pragma once

#include "server/gate/framereader.h"
#include "server/gate/gatesocket.h"

#include <QPointer>

namespace entvas {

class GateConnection;
struct GateLimits;

// What QWebSocket sees of an upgraded connection: the upgrade's head, then whole messages that keep to the RFC. Pings
// are answered here: at most one pong is unsent, the latest ping's (RFC 6455, 5.5.3), where QWebSocket would queue one
// for each. What QWebSocket writes goes to the connection, which keeps the real socket with its limits and deadlines.
// Lives in the server's thread; belongs to its QWebSocket.
class FrameSocket final : public GateSocket
{
    Q_OBJECT
public:
    // `client`: as far as trusted proxies say.
    FrameSocket(GateConnection &connection, const QHostAddress &client, quint16 port, const GateLimits &limits);
    ~FrameSocket() override;

    // The answer to the upgrade has been written, and QWebSocket listens: frames may come.
    bool isReady() const { return m_isReady; }
    bool isWriting() const { return m_isWriting; } // TLS may read meanwhile; nothing may be signalled before it is done
    // All of `input`, as it came from the peer.
    void take(const QByteArray &input);
    // The peer has taken so much of what was written.
    void noteTaken(qint64 bytes);
    // Out with what the system takes; false when it took nothing.
    bool flushNow();
    double controlFramesTaken() const; // of GateLimits::controlFrames, now

    void hangUp() override;
    qint64 bytesToWrite() const override;
    void close() override;
    void disconnectFromHost() override { close(); }

protected:
    qint64 writeData(const char *data, qint64 size) override;

private:
    void answerPing();
    bool takeToken();
    void refuse(quint16 closeCode, const char *text);
    void write(FrameReader::Opcode opcode, QByteArrayView payload);

    QPointer<GateConnection> m_connection;
    FrameReader m_reader;
    const int m_burst;
    double m_tokens;
    qint64 m_tokensMs;
    std::optional<QByteArray> m_ping; // the latest without a pong
    qint64 m_untilPong = 0;           // bytes that the peer has to take until it has the last pong
    bool m_isReady = false;
    bool m_isWriting = false;
    bool m_isGoodbye = false; // a close frame was written last
};

} // namespace entvas
