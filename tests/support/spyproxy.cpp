#include "tests/support/spyproxy.h"

#include <QTcpSocket>

namespace entvas::test {

SpyProxy::SpyProxy(quint16 server, QObject *parent) : QObject(parent), m_target(server)
{
    connect(&m_server, &QTcpServer::newConnection, this, &SpyProxy::onConnection);
}

void SpyProxy::onConnection()
{
    while (QTcpSocket *client = m_server.nextPendingConnection()) {
        auto *server = new QTcpSocket(client);
        connect(server, &QTcpSocket::readyRead, client, [this, server, client] {
            const QByteArray bytes = server->readAll();
            m_answers += bytes;
            client->write(bytes);
        });
        connect(client, &QTcpSocket::readyRead, server, [this, server, client] {
            const QByteArray bytes = client->readAll();
            m_requests += bytes;
            server->write(bytes); // kept until it is connected
        });
        connect(server, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        connect(client, &QTcpSocket::disconnected, server, &QTcpSocket::disconnectFromHost);
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        server->connectToHost(QHostAddress::LocalHost, m_target);
    }
}

} // namespace entvas::test
