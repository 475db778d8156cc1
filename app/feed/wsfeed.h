#pragma once

#include "app/feed/feed.h"
#include "app/feed/messagequeue.h"

#include <memory>
#include <QThread>
#include <QTimer>

namespace entvas {

class WsLink;

struct WsFeedOptions {
    QUrl server;              // http(s)://host:port
    QString token;            // empty = none
    QString project{};        // by id; empty = the first that the server offers, and that one from then on
    bool tail = false;        // the raw events too
    bool sameMachine = false; // the server is known to run here, whatever its address looks like
    bool allowsHttp = false;  // a person trusts the way there without encryption
    int firstRetryMs = 250;   // doubles with each failure in a row, with full jitter
    int maxRetryMs = 15'000;
    int connectMs = 10'000; // until hello
    int pingMs = 5'000;
};

// A server's messages over its WebSocket. Socket and decoding live in a thread of their own, so that neither a huge
// snapshot nor a hostile server holds up the screen.
class WsFeed final : public Feed
{
    Q_OBJECT
public:
    static constexpr quint64 kMaxMessageBytes = 64 * 1024 * 1024;
    static constexpr int kMaxMessageMs = 600'000; // from its first frame to its last, on a slow line
    // What the screen's thread applies itself; a larger step asks for a picture, which is built elsewhere.
    static constexpr qsizetype kMaxDeltaCells = 20'000; // and users
    static constexpr qint64 kMaxDeltaSeconds = 86'400;  // from its first to its last second
    static constexpr int kTurnMs = 5;                   // of messages; then clicks and painting have their turn

    explicit WsFeed(const WsFeedOptions &options, QObject *parent = nullptr);
    ~WsFeed() override;

    void open() override;
    void close() override; // no signal comes after it
    void retryNow() override;
    void setToken(const QString &token) override;
    QUrl server() const override { return m_server; }

private:
    void drain();
    void hand(FeedItem &item);

    QUrl m_server;
    std::shared_ptr<MessageQueue> m_queue;
    QThread m_thread;
    QTimer m_again;
    WsLink *m_link; // lives in m_thread, which destroys it
    bool m_open = false;
};

} // namespace entvas
