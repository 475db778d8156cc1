#pragma once

#include <QTcpSocket>

namespace entvas {

// What QHttpServer sees of a connection: a socket without a descriptor that delivers one short request at a time,
// written by us. Whatever is written to it is dropped: answers go to the real socket (see HttpFront). Lives in the
// server's thread; QHttpServer deletes it after hangUp().
class GateSocket : public QTcpSocket
{
    Q_OBJECT
public:
    GateSocket(const QHostAddress &peer, quint16 port, QObject *parent);
    ~GateSocket() override;

    // Hands `request` to the receiver of readyRead(), before it returns. What was not read before is forgotten.
    void deliver(const QByteArray &request);
    virtual void hangUp();

    qint64 bytesAvailable() const override;
    bool canReadLine() const override;
    bool isSequential() const override { return true; }
    void close() override;
    void disconnectFromHost() override;

protected:
    QByteArray unread() const { return m_request.sliced(m_position); }

    qint64 readData(char *data, qint64 maxSize) override;
    qint64 readLineData(char *data, qint64 maxSize) override;
    qint64 skipData(qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_request;
    qsizetype m_position = 0;
};

} // namespace entvas
