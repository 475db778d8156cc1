#pragma once

#include "app/feed/feed.h"
#include "app/feed/wsfeed.h"

#include <QTimer>

class QWebSocket;

namespace entvas {

// WsFeed's end in its own thread: the socket, its reconnects, and the order of messages. All functions are to be called
// in that thread. Puts into the queue only what a reader can apply as it comes.
class WsLink final : public QObject
{
    Q_OBJECT
public:
    WsLink(const WsFeedOptions &options, std::shared_ptr<MessageQueue> queue);
    ~WsLink() override;

    void open();
    void close();
    void retryNow();
    void resync(); // asks for a snapshot; deltas before it are dropped

Q_SIGNALS:
    void stateChanged(const entvas::FeedState &state);
    void waiting(); // the queue wants to be read

private:
    void connectNow();
    void dropSocket();
    void onSocketGone();
    void onBytes(const QByteArray &bytes, wire::Format format);
    void hand(wire::ServerMessage message, qint64 bytes); // to the reader
    // Each says whether the reader can apply the message now.
    bool on(const wire::Hello &hello);
    bool on(const wire::Snapshot &snapshot);
    bool on(const wire::Delta &delta);
    bool on(const wire::Heartbeat &heartbeat);
    bool on(const wire::Error &error);
    bool on(const wire::Tail &tail) { return tail.project == m_project; }
    void subscribe(const std::optional<wire::Since> &since);
    void stayWithout(const QString &project);
    void goLive();
    void lose(const QString &reason);                       // tries again by itself
    void stay(FeedState::Kind kind, const QString &reason); // until told
    void tell();
    QString address() const { return m_options.server.toString(); }

    WsFeedOptions m_options;
    std::shared_ptr<MessageQueue> m_queue;
    QWebSocket *m_socket = nullptr;
    FeedState m_state;
    QTimer m_retry;   // next attempt
    QTimer m_silence; // no message for too long
    QTimer m_ping;
    QTimer m_stable; // a connection that lasts ends the row of failures
    int m_failures = 0;

    int m_heartbeatMs = 0;
    QString m_project; // that is shown; empty before the first hello
    QString m_epoch;
    qint64 m_seq = 0;
    bool m_greeted = false; // hello has come on this socket
    bool m_synced = false;  // the reader holds everything up to m_epoch, m_seq
    int m_resyncs = 0;      // since deltas last followed each other
    QString m_lastError;    // the server's own words before it closed
};

} // namespace entvas
