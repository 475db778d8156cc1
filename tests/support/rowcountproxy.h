#pragma once

#include "core/model/settings.h"

#include <atomic>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtEndian>
#include <QThread>

namespace entvas::test {

// Stands between a client and a PostgreSQL on this machine, and says of every INSERT, UPDATE and DELETE that it changed
// `count` rows, as some distributed databases do of an INSERT … ON CONFLICT DO NOTHING. In a thread of its own.
class RowCountProxy
{
public:
    RowCountProxy(const DatabaseUrl &database, int count) : m_url(database), m_count(count)
    {
        auto *server = new QTcpServer;
        server->listen(QHostAddress::LocalHost);
        m_url.port = server->serverPort();
        m_url.options.insert(QStringLiteral("sslmode"), QStringLiteral("disable"));
        m_url.options.insert(QStringLiteral("gssencmode"), QStringLiteral("disable"));
        server->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, server, &QObject::deleteLater);
        QObject::connect(server, &QTcpServer::newConnection, server, [this, server, port = quint16(database.port)] {
            while (QTcpSocket *client = server->nextPendingConnection())
                join(client, port);
        });
        m_thread.start();
    }
    ~RowCountProxy()
    {
        m_thread.quit();
        m_thread.wait();
    }
    RowCountProxy(const RowCountProxy &) = delete;
    RowCountProxy &operator=(const RowCountProxy &) = delete;

    const DatabaseUrl &url() const { return m_url; }
    void setCount(int count) { m_count = count; }
    int changed() const { return m_changed; } // answers that were not as the database gave them

private:
    void join(QTcpSocket *client, quint16 port)
    {
        auto *database = new QTcpSocket(client);
        auto *pending = new QByteArray; // goes with the client, below
        QObject::connect(client, &QObject::destroyed, [pending] { delete pending; });
        QObject::connect(database, &QTcpSocket::readyRead, client, [=, this] {
            *pending += database->readAll();
            client->write(wholeMessages(*pending));
        });
        QObject::connect(client, &QTcpSocket::readyRead, database, [=] {
            QByteArray bytes = client->readAll();
            if (bytes.startsWith(kWantsEncryption)) {
                client->write("N"); // there is none
                bytes.remove(0, kWantsEncryption.size());
            }
            database->write(bytes);
        });
        QObject::connect(database, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        database->connectToHost(QHostAddress::LocalHost, port);
    }

    // A message is a type, its length with the four bytes of that, and the rest.
    QByteArray wholeMessages(QByteArray &pending)
    {
        QByteArray out;
        while (pending.size() >= 5) {
            const auto size = qFromBigEndian<qint32>(pending.constData() + 1) + 1;
            if (pending.size() < size)
                break;
            const QByteArray message = pending.first(size);
            pending.remove(0, size);
            const QByteArray tag = message.sliced(5).chopped(1);
            const bool isCount = tag.startsWith("INSERT ") || tag.startsWith("UPDATE ") || tag.startsWith("DELETE ");
            if (message[0] != 'C' || !isCount) {
                out += message;
                continue;
            }
            const QByteArray text = tag.first(tag.lastIndexOf(' ') + 1) + QByteArray::number(m_count) + '\0';
            QByteArray length(4, '\0');
            qToBigEndian<qint32>(qint32(text.size() + 4), length.data());
            out += 'C' + length + text;
            ++m_changed;
        }
        return out;
    }

    // SSLRequest: 8 bytes, before any message.
    static inline const QByteArray kWantsEncryption = QByteArray::fromHex("0000000804d2162f");
    DatabaseUrl m_url;
    std::atomic<int> m_count;
    std::atomic<int> m_changed = 0;
    QThread m_thread;
};

} // namespace entvas::test
