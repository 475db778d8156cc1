#include "tests/bench/sockets.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas::bench {

void giveUp(const char *what)
{
    std::fprintf(stderr, "benchmark: %s (%s)\n", what, std::strerror(errno));
    std::exit(1);
}

int connectTo(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || ::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        giveUp("can't connect");
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

void sendAll(int descriptor, const QByteArray &bytes)
{
    if (::send(descriptor, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) != bytes.size())
        giveUp("can't send");
}

bool readSome(int descriptor, QByteArray &into)
{
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (size > 0)
        into.append(buffer.data(), size);
    return size > 0;
}

int openDashboard(quint16 port, const QByteArray &project)
{
    const int descriptor = connectTo(port);
    sendAll(descriptor, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZW50dmFzIGJlbmNobWFyaw==\r\n\r\n");
    QByteArray answer;
    while (!answer.contains("\r\n\r\n"))
        if (!readSome(descriptor, answer))
            giveUp("the upgrade was refused");
    // One text frame, masked as a client's must be; a mask of zeros changes nothing.
    const QByteArray subscribe = "{\"type\":\"subscribe\",\"project\":\"" + project + "\"}";
    sendAll(descriptor, QByteArray("\x81") + char(0x80 | subscribe.size()) + QByteArray(4, '\0') + subscribe);
    return descriptor;
}

qint64 numberAfter(const QByteArray &text, const char *key)
{
    const qsizetype at = text.lastIndexOf(key);
    return at < 0 ? -1 : std::strtoll(text.constData() + at + qsizetype(std::strlen(key)), nullptr, 10);
}

qint64 takeTotal(QByteArray &received)
{
    constexpr qsizetype kEnough = 256; // longer than the piece that holds the totals
    qint64 total = -1;
    const qsizetype at = received.lastIndexOf("\"totals\":{");
    const qsizetype end = at < 0 ? -1 : received.indexOf('}', at);
    if (end > 0) {
        total = numberAfter(received.mid(at, end - at), "\"events\":");
        received.remove(0, end);
    }
    if (at < 0 && received.size() > kEnough)
        received = received.last(kEnough);
    return total;
}

} // namespace entvas::bench
