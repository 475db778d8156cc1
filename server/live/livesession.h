#pragma once

#include "core/wire/wire.h"
#include "server/access/readaccess.h"
#include "server/live/outmessage.h"

#include <memory>
#include <optional>
#include <QHostAddress>
#include <QObject>
#include <QWebSocket>
#include <vector>

namespace entvas {

class Channel;

inline constexpr auto kTryAgainLater = QWebSocketProtocol::CloseCode(1013); // Qt has no name for it

// One WebSocket client: its frames in, bounded; its messages out, with an eye on what it has not taken yet. What it is
// sent and when is its channels' business. Owns the socket. Lives in the server's thread.
class LiveSession : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxMessageBytes = 64 * 1024;   // from a client; more is answered with `error` and 1009
    static constexpr quint64 kMaxFrameBytes = 128 * 1024;   // Qt itself cuts beyond this, without our `error`
    static constexpr int kMessageBurst = 60;                // client messages at once …
    static constexpr int kMessagesPerSecond = 10;           // … and in the long run
    static constexpr quint64 kTextFrameBytes = 1ULL << 30;  // Qt would cut text inside a character at frame borders
    static constexpr quint64 kBinaryFrameBytes = 64 * 1024; // each is a sign of life on a slow line
    static constexpr int kMaxMissedPongs = 2;
    static constexpr qint64 kAnswersTaken = 16 * 1024; // unsent up to here: its answers count as taken
    static constexpr int kMaxAnswers = kMessageBurst;  // that it has not taken
    static constexpr std::size_t kMaxSubscriptions = 16;
    enum class Bound { MessageBytes, MessageRate };

    // `packs`: the client takes large snapshots packed.
    LiveSession(QWebSocket *socket, wire::Format format, bool packs, QObject *parent);
    ~LiveSession() override;

    // What others know about this client. Milliseconds are of the steady clock.
    struct State {
        QByteArray network;            // of the client, see networkOf()
        std::optional<Reader> reader;  // none: it has not authenticated yet
        bool isAuthenticating = false; // a token of its is being checked
        qint64 authenticateByMs = 0;
        qint64 lastTakenMs = 0;          // when it last took anything, or had nothing to take
        std::vector<Channel *> channels; // that it is subscribed to; at most kMaxSubscriptions
    };
    State state;
    void leaveChannels();

    void send(const OutMessage &message);
    // To a message of its own: a client that keeps asking and takes none of its answers is refused.
    void answer(const OutMessage &message);
    // For a snapshot: its size is not held against the client until it has had the time to take it.
    void sendSnapshot(const OutMessage &message);
    qint64 unsent() const { return m_socket->bytesToWrite(); }
    // Unsent bytes beyond those of a snapshot that is still on its way.
    qint64 backlog();
    // More than `bytes` of backlog that the system does not take either: what waits for the event loop only is not the
    // client's fault.
    bool isBehind(qint64 bytes);
    QHostAddress client() const; // as far as trusted proxies say
    QString peer() const { return client().toString(); }

    // `error`, then the close frame; nothing that still comes from the client is read.
    void refuse(QWebSocketProtocol::CloseCode closeCode, const QString &code, const QString &message);
    void close(QWebSocketProtocol::CloseCode closeCode, const QString &reason);
    bool isClosing() const { return m_closing; }
    void abort();                                              // for a client that does not even take a close frame
    qint64 largestMessage() const { return m_largestMessage; } // from this client, within the limit
    int missedPongs() const { return m_missedPongs; }
    double messagesTaken() const; // of kMessageBurst, now
    // False: the last pings had no answer.
    bool ping();

Q_SIGNALS:
    void taken(); // some of what was sent
    void received(const entvas::wire::ClientMessage &message);
    void gone();
    void reached(entvas::LiveSession::Bound bound); // it is refused for that

private:
    void onMessage(const QByteArray &bytes, wire::Format format);
    bool takeToken();

    std::unique_ptr<QWebSocket, void (*)(QWebSocket *)> m_socket;
    wire::Format m_format;
    bool m_packs;
    bool m_closing = false;
    int m_missedPongs = 0;
    int m_answers = 0; // since it had taken all
    qint64 m_snapshotBytes = 0;
    qint64 m_largestMessage = 0;
    double m_tokens = kMessageBurst;
    qint64 m_tokensMs = 0; // on the steady clock
};

} // namespace entvas
