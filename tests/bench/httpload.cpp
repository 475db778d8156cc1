#include "tests/bench/httpload.h"

#include "tests/bench/sockets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTimeoutMs = 60'000;
constexpr std::array kTypes{"page_view", "user_joined", "user_disconnect", "log", "user_message"};
constexpr std::array kPages{"home", "dashboard", "profile", "settings"};
constexpr std::array kBrowsers{"chrome", "firefox", "safari", "edge"};

struct Connection {
    int descriptor = -1;
    qsizetype have = 0; // of the answer under way
    qsizetype need = -1;
    Clock::time_point since;
    QByteArray head;
};

// The bytes of the whole answer of which `bytes` is the start; -1 while its head is not whole.
qsizetype answerSize(const QByteArray &bytes)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return -1;
    const char *const at = strcasestr(bytes.constData(), "\r\ncontent-length:");
    if (!at || at > bytes.constData() + end)
        giveUp("an answer has no length");
    return end + 4 + std::strtoll(at + std::strlen("\r\ncontent-length:"), nullptr, 10);
}

// True once the answer is whole.
bool take(Connection &connection)
{
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(connection.descriptor, buffer.data(), buffer.size(), 0);
    if (size <= 0)
        giveUp("the server closed a connection");
    if (connection.need < 0) {
        connection.head.append(buffer.data(), size);
        if (connection.head.size() >= 12 && !connection.head.startsWith("HTTP/1.1 200")) {
            std::fprintf(stderr, "%s\n", connection.head.constData());
            giveUp("a request was refused");
        }
        connection.need = answerSize(connection.head);
    }
    connection.have += size;
    if (connection.need < 0 || connection.have < connection.need)
        return false;
    connection.have = 0;
    connection.need = -1;
    connection.head.clear();
    return true;
}

class Crowd
{
public:
    Crowd(quint16 port, int count) : m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_connections(std::size_t(count))
    {
        for (std::size_t i = 0; i < m_connections.size(); ++i) {
            m_connections[i].descriptor = connectTo(port);
            epoll_event wanted{};
            wanted.events = EPOLLIN;
            wanted.data.u64 = i;
            ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_connections[i].descriptor, &wanted);
        }
    }
    ~Crowd()
    {
        for (const Connection &connection : m_connections)
            ::close(connection.descriptor);
        ::close(m_epoll);
    }
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    std::vector<Connection> &connections() { return m_connections; }

    // Calls `answered` for each connection whose answer has come; waits at most `ms`. False: nothing came.
    template <class Answered>
    bool wait(int ms, const Answered &answered)
    {
        std::array<epoll_event, 64> events;
        const int count = ::epoll_wait(m_epoll, events.data(), int(events.size()), ms);
        for (int i = 0; i < count; ++i)
            if (Connection &connection = m_connections[std::size_t(events[std::size_t(i)].data.u64)]; take(connection))
                answered(connection);
        return count > 0;
    }

private:
    int m_epoll;
    std::vector<Connection> m_connections;
};

void note(LoadFigures &figures, Clock::time_point since)
{
    figures.delaysMs.push_back(std::chrono::duration<float, std::milli>(Clock::now() - since).count());
    ++figures.answered;
}

} // namespace

double LoadFigures::delayMs(double share) const
{
    if (delaysMs.empty())
        return 0;
    return double(delaysMs[std::min(delaysMs.size() - 1, std::size_t(double(delaysMs.size()) * share))]);
}

QByteArray getRequest(const QByteArray &path)
{
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

QByteArray postRequest(const QByteArray &body, const QByteArray &key)
{
    return "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-API-Key: " + key +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray sampleEvent(int number)
{
    const auto of = [number](const auto &names, int divisor) {
        return QByteArray(names[std::size_t(number / divisor) % names.size()]);
    };
    return "{\"eventType\":\"" + of(kTypes, 1) + "\",\"userId\":\"" + QByteArray::number(number % 999 + 1) +
           "\",\"metadata\":{\"page\":\"" + of(kPages, 5) + "\",\"browser\":\"" + of(kBrowsers, 20) + "\"}}";
}

QByteArray sampleArray(int first, int events)
{
    QByteArray body("[");
    for (int i = 0; i < events; ++i)
        body += (i ? "," : "") + sampleEvent(first + i);
    return body + ']';
}

LoadFigures loadFor(double seconds, quint16 port, int connections, const std::vector<QByteArray> &requests)
{
    Crowd crowd(port, connections);
    LoadFigures figures;
    std::size_t next = 0;
    const auto send = [&](Connection &connection) {
        connection.since = Clock::now();
        sendAll(connection.descriptor, requests[next++ % requests.size()]);
    };
    const auto start = Clock::now();
    const auto end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    for (Connection &connection : crowd.connections())
        send(connection);
    for (int waiting = connections; waiting > 0;) {
        const bool any = crowd.wait(kTimeoutMs, [&](Connection &connection) {
            note(figures, connection.since);
            if (Clock::now() < end)
                send(connection);
            else
                --waiting;
        });
        if (!any)
            giveUp("no answer");
    }
    figures.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::sort(figures.delaysMs.begin(), figures.delaysMs.end());
    return figures;
}

LoadFigures loadAtRate(double perSecond, double seconds, quint16 port, int connections,
                       const std::vector<QByteArray> &requests)
{
    Crowd crowd(port, connections);
    LoadFigures figures;
    std::deque<Connection *> idle;
    for (Connection &connection : crowd.connections())
        idle.push_back(&connection);
    const auto total = qint64(perSecond * seconds);
    const auto start = Clock::now();
    const auto dueAt = [&](qint64 number) {
        return start +
               std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(double(number) / perSecond));
    };
    qint64 sent = 0;
    while (figures.answered < total) {
        while (sent < total && !idle.empty() && dueAt(sent) <= Clock::now()) {
            idle.front()->since = dueAt(sent);
            sendAll(idle.front()->descriptor, requests[std::size_t(sent) % requests.size()]);
            idle.pop_front();
            ++sent;
        }
        const bool hasMore = sent < total && !idle.empty();
        const auto untilDue = std::chrono::ceil<std::chrono::milliseconds>(dueAt(sent) - Clock::now()).count();
        const bool any =
            crowd.wait(hasMore ? int(std::max<qint64>(0, untilDue)) : kTimeoutMs, [&](Connection &connection) {
                note(figures, connection.since);
                idle.push_back(&connection);
            });
        if (!any && !hasMore)
            giveUp("no answer");
    }
    figures.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::sort(figures.delaysMs.begin(), figures.delaysMs.end());
    return figures;
}

} // namespace entvas::bench
