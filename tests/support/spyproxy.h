#pragma once

#include <QObject>
#include <QTcpServer>

class QTcpSocket;

namespace entvas::test {

// Stands between a client and a server on this machine and keeps every byte that the server sends. Lives in a thread
// with an event loop.
class SpyProxy : public QObject
{
    Q_OBJECT
public:
    explicit SpyProxy(quint16 server, QObject *parent = nullptr);

    bool start() { return m_server.listen(QHostAddress::LocalHost); }
    quint16 port() const { return m_server.serverPort(); }
    const QByteArray &answers() const { return m_answers; }   // of all connections, as they came
    const QByteArray &requests() const { return m_requests; } // what the clients sent

private:
    void onConnection();

    quint16 m_target;
    QTcpServer m_server;
    QByteArray m_answers;
    QByteArray m_requests;
};

} // namespace entvas::test
