#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QHash>
#include <QTcpSocket>
#include <QTimer>

namespace entvas::test {

// One reply as it came over the wire. Header names are lower case.
struct Answer {
    int status = 0;
    QHash<QByteArray, QByteArray> headers;
    QByteArray body;
};

// Splits what a server sent into replies; the tail that is no whole reply is left out. `head` says which of them (by
// index) answers a HEAD request and has no body.
inline QList<Answer> answersIn(QByteArray bytes, int head = -1)
{
    QList<Answer> answers;
    for (;;) {
        const auto end = bytes.indexOf("\r\n\r\n");
        if (end < 0)
            return answers;
        const auto lines = bytes.first(end).split('\n');
        Answer answer;
        answer.status = lines.first().split(' ').value(1).toInt();
        for (const auto &line : lines.sliced(1)) {
            const auto colon = line.indexOf(':');
            answer.headers.insert(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
        }
        const auto size = answers.size() == head ? 0 : answer.headers.value("content-length").toLongLong();
        if (bytes.size() < end + 4 + size)
            return answers;
        answer.body = bytes.sliced(end + 4, size);
        bytes = bytes.sliced(end + 4 + size);
        answers.append(answer);
    }
}

// Runs the event loop until `done` holds, at most `ms`; true when it held.
template <class Condition>
bool spinUntil(Condition done, int ms = 5'000)
{
    QElapsedTimer timer;
    timer.start();
    QTimer look; // for what another thread changes; processEvents() with a time would not sleep but spin
    look.start(5);
    while (!done()) {
        if (timer.elapsed() > ms)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

// A plain socket to a server on this machine, driven by the same event loop as the server.
class RawClient
{
public:
    explicit RawClient(quint16 port)
    {
        QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [this] { received += socket.readAll(); });
        bool connected = false; // the server may have closed again before anybody looks
        const auto watch =
            QObject::connect(&socket, &QTcpSocket::connected, &socket, [&connected] { connected = true; });
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        spinUntil([&connected] { return connected; });
        QObject::disconnect(watch);
    }
    void send(const QByteArray &bytes)
    {
        socket.write(bytes);
        socket.flush();
    }
    QList<Answer> waitForAnswers(qsizetype count, int head = -1)
    {
        spinUntil([&] { return answersIn(received, head).size() >= count || isClosed(); });
        return answersIn(received, head);
    }
    // Everything until the server closes; isClosed() says whether it did.
    QList<Answer> untilClosed(int head = -1)
    {
        spinUntil([this] { return isClosed(); });
        return answersIn(received, head);
    }
    bool isClosed() const { return socket.state() == QAbstractSocket::UnconnectedState; }

    QTcpSocket socket;
    QByteArray received;
};

} // namespace entvas::test
