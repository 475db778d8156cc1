#pragma once

#include "core/wire/wire.h"

#include <atomic>
#include <QRandomGenerator>
#include <QTimer>
#include <QWebSocketServer>

class QWebSocket;

namespace entvas::test {

// A server that means harm: greets as a good one does, then says one bad thing after another, most of them more than
// once, always the same for the same seed. Lives in a thread of its own. Ends as a good server with one small picture.
class HostileServer : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kGoodEvents = 1'234;

    HostileServer(quint32 seed, int messages);
    ~HostileServer() override;
    void listen();
    void stop(); // in its thread, before that ends; then it belongs to the application's

    std::atomic<quint16> port = 0;
    std::atomic<int> said = 0; // of the messages
    std::atomic<bool> isGood = false;
    std::atomic<int> connections = 0;
    QString doing() const; // for who wonders; any thread

private:
    void onConnection();
    void onSubscribed();
    void next();
    void wait();

    void say(const QByteArray &bytes);
    void say(const wire::ServerMessage &message);
    QByteArray someMessage();
    wire::Snapshot scene(qint64 events) const;
    QString longText(qsizetype length);
    void damage();
    void wrongTypes();
    void numbers();
    void depth();
    void unevenColumns();
    void names();
    void tail();
    void tinyDeltas();
    void times();
    void huge();
    void control();
    void errors();
    void pictures();
    void greetings();
    void unfinished();
    void leave();
    void largeDelta();
    void users();

    QRandomGenerator m_random;
    const int m_messages;
    std::unique_ptr<QWebSocketServer> m_server;
    QWebSocket *m_socket = nullptr;
    QTimer m_pause{this};
    qint64 m_nowMs;
    qint64 m_seq = 0;
    int m_waited = 0;
    int m_turn = 0;
    std::atomic<const char *> m_doing = "nothing";
};

} // namespace entvas::test
