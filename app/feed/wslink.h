#pragma once

#include "app/feed/feed.h"
#include "app/feed/wsfeed.h"

#include <QElapsedTimer>
#include <QTimer>

class QWebSocket;

namespace entvas {

// WsFeed's end in its own thread: the socket, its reconnects, and the order of messages. All functions are to be called
// in that thread. Puts into the queue only what a reader can apply as it comes.
// More than 25 functions: one for each kind of message and each way that a connection can end.
class WsLink final : public QObject
{
    Q_OBJECT
public:
    WsLink(const WsFeedOptions &options, std::shared_ptr<MessageQueue> queue);
    ~WsLink() override;

    void open();
    void close();
    void retryNow();
    void setToken(const QString &token);
    void resync(); // asks for a snapshot; deltas before it are dropped

Q_SIGNALS:
    void stateChanged(const entvas::FeedState &state);
    void waiting(); // the queue wants to be read

private:
    void connectNow();
    void dropSocket();
    void onSocketGone();
    void onFrame(bool isLast);
    void onBytes(const QByteArray &bytes);
    void hand(FeedItem item, qint64 bytes); // to the reader
    // Each says whether the reader can apply the message now.
    bool on(const wire::Hello &hello);
    bool on(const wire::Snapshot &snapshot);
    bool on(const wire::Delta &delta);
    bool on(const wire::Heartbeat &heartbeat);
    bool on(const wire::Error &error);
    bool on(const wire::Authenticated &) { return true; }
    bool on(const wire::Tail &tail) { return tail.project == m_project; }
    void subscribe(const std::optional<wire::Since> &since);
    void stayWithout(const QString &project);
    void goLive();
    void heard(); // a message that is worth waiting for has come
    void onQuiet();
    void lose(const QString &reason); // tries again by itself
    void stay(FeedState::Kind kind, const QString &reason, FeedState::Refusal refusal = FeedState::Refusal::None);
    void tell();
    QString address() const { return m_options.server.toString(); }
    QString nonsense(const QString &why) const;
    int silenceMs() const { return int(m_heartbeatMs * 2.5); } // then nobody is there

    WsFeedOptions m_options;
    std::shared_ptr<MessageQueue> m_queue;
    QWebSocket *m_socket = nullptr;
    FeedState m_state;
    QTimer m_retry;   // next attempt
    QTimer m_silence; // nothing at all for too long
    QTimer m_quiet;   // no message for longer than a healthy server takes
    QTimer m_ping;
    QTimer m_stable;         // a connection that lasts ends the row of failures
    QElapsedTimer m_message; // since the first frame of a message that is not whole yet
    int m_failures = 0;

    int m_heartbeatMs = 0;
    QString m_project; // that is shown; empty before the first hello
    QString m_epoch;
    qint64 m_seq = 0;
    bool m_greeted = false;    // hello has come on this socket
    bool m_synced = false;     // the reader holds everything up to m_epoch, m_seq
    bool m_hasPicture = false; // the reader has been given one since open()
    bool m_awaitsPong = false;
    int m_resyncs = 0;    // since deltas last followed each other
    QString m_lastError;  // the server's own words before it closed
    QString m_lastCode;   // likewise
    QString m_tlsTrouble; // with its certificate
};

} // namespace entvas
