#include "tests/bench/loadclients.h"

#include "core/settings.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas::bench {

namespace {

constexpr std::array kTypes{"page_view", "user_joined", "user_disconnect", "log", "user_message"};
constexpr std::array kPages{"home", "dashboard", "profile", "settings"};
constexpr std::array kBrowsers{"chrome", "firefox", "safari", "edge"};
constexpr int kTimeoutMs = 30'000;

[[noreturn]] void giveUp(const char *what)
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

// Appends what has come. False when the other side has closed.
bool readSome(int descriptor, QByteArray &into)
{
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (size > 0)
        into.append(buffer.data(), size);
    return size > 0;
}

QByteArray request(int number)
{
    const auto of = [number](const auto &names, int divisor) {
        return QByteArray(names[size_t(number / divisor) % names.size()]);
    };
    const QByteArray body = "{\"eventType\":\"" + of(kTypes, 1) + "\",\"userId\":\"" +
                            QByteArray::number(number % 999 + 1) + "\",\"metadata\":{\"page\":\"" + of(kPages, 5) +
                            "\",\"browser\":\"" + of(kBrowsers, 20) + "\"}}";
    return "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-API-Key: " +
           QByteArray(kDevelopmentKey) + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

qint64 numberAfter(const QByteArray &text, const char *key)
{
    const qsizetype at = text.lastIndexOf(key);
    return at < 0 ? -1 : std::strtoll(text.constData() + at + qsizetype(std::strlen(key)), nullptr, 10);
}

} // namespace

Sender::Sender(quint16 port) : m_socket(connectTo(port)) {}

Sender::Sender(Sender &&other) noexcept
    : m_socket(std::exchange(other.m_socket, -1)), m_answer(std::move(other.m_answer))
{
}

Sender::~Sender()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

void Sender::send(int number) const
{
    sendAll(m_socket, request(number));
}

bool Sender::receive()
{
    if (!readSome(m_socket, m_answer))
        giveUp("the server closed a connection");
    const qsizetype head = m_answer.indexOf("\r\n\r\n");
    if (head < 0)
        return false;
    const qint64 length = numberAfter(m_answer.left(head).toLower(), "content-length: ");
    if (m_answer.size() < head + 4 + length)
        return false;
    if (!m_answer.startsWith("HTTP/1.1 200")) {
        std::fprintf(stderr, "%s\n", m_answer.constData());
        giveUp("an event was refused");
    }
    m_answer.clear();
    return true;
}

double postMany(quint16 port, int connections, int requests)
{
    std::vector<Sender> senders;
    std::vector<pollfd> waiting;
    for (int i = 0; i < connections; ++i) {
        senders.emplace_back(port);
        waiting.push_back({senders.back().descriptor(), POLLIN, 0});
    }
    const auto start = std::chrono::steady_clock::now();
    int sent = 0;
    int answered = 0;
    for (const Sender &sender : senders)
        sender.send(sent++);
    while (answered < requests) {
        if (::poll(waiting.data(), waiting.size(), kTimeoutMs) <= 0)
            giveUp("no answer");
        for (size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0 || !senders[i].receive())
                continue;
            ++answered;
            if (sent < requests)
                senders[i].send(sent++);
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Dashboard::Dashboard(quint16 port) : m_socket(connectTo(port))
{
    sendAll(m_socket, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZW50dmFzIGJlbmNobWFyaw==\r\n\r\n");
    QByteArray answer;
    while (!answer.contains("\r\n\r\n"))
        if (!readSome(m_socket, answer))
            giveUp("the upgrade was refused");
    // One text frame, masked as a client's must be; a mask of zeros changes nothing.
    const QByteArray subscribe = "{\"type\":\"subscribe\",\"project\":\"default\"}";
    sendAll(m_socket, QByteArray("\x81") + char(0x80 | subscribe.size()) + QByteArray(4, '\0') + subscribe);
    m_thread = std::thread([this] { read(); });
    waitForTotal(0);
}

Dashboard::~Dashboard()
{
    m_stop = true;
    ::shutdown(m_socket, SHUT_RDWR);
    m_thread.join();
    ::close(m_socket);
}

// Totals only grow, and a delta carries them in one short piece: it is enough to look for the newest in what came.
void Dashboard::read()
{
    QByteArray kept;
    while (readSome(m_socket, kept)) {
        const auto now = std::chrono::steady_clock::now();
        const qsizetype at = kept.lastIndexOf("\"totals\":{");
        const qsizetype end = at < 0 ? -1 : kept.indexOf('}', at);
        if (end > 0) {
            m_changed = now;
            m_total = numberAfter(kept.mid(at, end - at), "\"events\":");
            m_total.notify_all();
            kept = kept.mid(end);
        }
        constexpr qsizetype kEnough = 256; // longer than the piece that holds the totals
        if (at < 0 && kept.size() > kEnough)
            kept = kept.last(kEnough);
    }
    if (!m_stop)
        giveUp("the server closed a dashboard");
}

std::chrono::steady_clock::time_point Dashboard::waitForTotal(qint64 events) const
{
    for (qint64 total = m_total; total < events; total = m_total)
        m_total.wait(total);
    return m_changed;
}

} // namespace entvas::bench
