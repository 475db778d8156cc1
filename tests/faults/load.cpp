#include "tests/faults/load.h"

#include "core/model/settings.h"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

qint64 nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

constexpr int kRetryMs = 30; // after a refusal or a lost connection

} // namespace

struct Load::Connection {
    quint16 port = 0;
    int socket = -1;
    bool isConnecting = false;
    QByteArray unsent;
    QByteArray received;
    QList<QByteArray> users; // of the request under way; empty = none
    bool isArray = false;
    qint64 sentMs = 0;
    qint64 waitUntilMs = 0;
};

Load::Load(Options options) : m_options(std::move(options)) {}

Load::~Load()
{
    stop(0);
}

void Load::start()
{
    m_stop = false;
    m_thread = std::thread([this] { run(); });
}

void Load::stop(int ms)
{
    m_deadlineMs = nowMs() + ms;
    m_stop = true;
    if (m_thread.joinable())
        m_thread.join();
}

void Load::prepare(Connection &connection)
{
    ++m_number;
    connection.isArray = m_number % 8 == 0;
    for (int i = 0; i < (connection.isArray ? 4 : 1); ++i) {
        Posted event;
        event.user = m_options.name + '-' + QByteArray::number(m_number) + '-' + QByteArray::number(i);
        if ((m_number + i) % 2 == 0)
            event.key = "key-" + event.user;
        connection.users << event.user;
        m_events.insert(event.user, event);
    }
}

void Load::open(Connection &connection)
{
    connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(connection.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::connect(connection.socket, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    connection.isConnecting = true;
    connection.received.clear();
    connection.unsent.clear();
}

// The request under way, if any, went unanswered: what has a key will be sent again.
void Load::drop(Connection &connection)
{
    ::close(connection.socket);
    connection.socket = -1;
    connection.waitUntilMs = nowMs() + kRetryMs;
    if (connection.users.isEmpty() || connection.sentMs == 0)
        return;
    ++m_lost;
    connection.sentMs = 0;
    QList<QByteArray> again;
    for (const QByteArray &user : std::as_const(connection.users))
        if (!m_events[user].key.isEmpty())
            again << user;
    connection.users = again;
}

void Load::onAnswer(Connection &connection, int status, const QByteArray &head, const QByteArray &body)
{
    m_longestMs = std::max(m_longestMs.load(), double(nowMs() - connection.sentMs));
    connection.sentMs = 0;
    connection.waitUntilMs = nowMs() + m_options.pauseMs;
    const QJsonObject data = QJsonDocument::fromJson(body).object().value(u"data"_s).toObject();
    // Of the latter nobody knows, and a proxy may have sent it to a server that died of it.
    const bool isKnown = status == 429 || status == 503;
    if (isKnown || status == 500 || status == 502 || status == 504) {
        ++m_refused;
        if (isKnown && !head.toLower().contains("retry-after:"))
            m_problems << "no Retry-After: " + head;
        connection.waitUntilMs = nowMs() + kRetryMs;
        QList<QByteArray> again;
        for (const QByteArray &user : std::as_const(connection.users)) {
            Posted &event = m_events[user];
            if (!event.key.isEmpty())
                again << user;
            else if (isKnown)
                event.fate = Posted::Fate::Refused;
        }
        connection.users = again;
        return;
    }
    const QJsonArray results = connection.isArray ? data.value(u"results"_s).toArray() : QJsonArray{data};
    if (status != 200 || results.size() != connection.users.size()) {
        m_problems << QByteArray::number(status) + ' ' + body;
        connection.users.clear();
        return;
    }
    for (qsizetype i = 0; i < results.size(); ++i) {
        const QJsonObject result = results[i].toObject();
        Posted &event = m_events[connection.users[i]];
        const QByteArray id = result.value(u"eventId"_s).toString().toLatin1();
        if (!event.eventId.isEmpty() && event.eventId != id)
            m_problems << "two ids for " + event.user;
        event.eventId = id;
        event.fate = Posted::Fate::Acknowledged;
        const bool isRepeat = result.value(u"duplicate"_s).toBool() || result.value(u"status"_s) == u"duplicate"_s;
        event.firsts += !isRepeat;
        ++m_acknowledged;
    }
    connection.users.clear();
}

void Load::take(Connection &connection)
{
    std::array<char, 16'384> buffer;
    const ssize_t size = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (size <= 0)
        return drop(connection);
    connection.received.append(buffer.data(), size);
    const qsizetype end = connection.received.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QByteArray head = connection.received.first(end);
    const qsizetype at = head.toLower().indexOf("content-length:");
    const qint64 length = at < 0 ? 0 : head.mid(at + 15).split('\r').first().trimmed().toLongLong();
    if (connection.received.size() < end + 4 + length)
        return;
    const QByteArray body = connection.received.mid(end + 4, length);
    connection.received.remove(0, end + 4 + length);
    onAnswer(connection, head.split(' ').value(1).toInt(), head, body);
    if (head.toLower().contains("connection: close"))
        drop(connection);
}

void Load::run()
{
    std::vector<Connection> connections(std::size_t(m_options.connections));
    for (std::size_t i = 0; i < connections.size(); ++i)
        connections[i].port = m_options.ports[qsizetype(i) % m_options.ports.size()];
    std::vector<pollfd> waiting(connections.size());
    while (true) {
        const qint64 now = nowMs();
        bool isIdle = true;
        for (std::size_t i = 0; i < connections.size(); ++i) {
            Connection &c = connections[i];
            if (m_stop && c.users.isEmpty()) {
                waiting[i] = {-1, 0, 0};
                continue;
            }
            isIdle = false;
            if (c.socket < 0 && now >= c.waitUntilMs)
                open(c);
            if (c.socket >= 0 && !c.isConnecting && c.sentMs == 0 && now >= c.waitUntilMs) {
                if (c.users.isEmpty())
                    prepare(c);
                QJsonArray events;
                for (const QByteArray &user : std::as_const(c.users)) {
                    Posted &event = m_events[user];
                    ++event.attempts;
                    QJsonObject object{{u"eventType"_s, u"page_view"_s},
                                       {u"userId"_s, QString::fromLatin1(user)},
                                       {u"metadata"_s, QJsonObject{{u"page"_s, u"home"_s}}}};
                    if (!event.key.isEmpty())
                        object.insert(u"id"_s, QString::fromLatin1(event.key));
                    events.append(object);
                }
                const QByteArray body = (c.isArray ? QJsonDocument(events) : QJsonDocument(events.first().toObject()))
                                            .toJson(QJsonDocument::Compact);
                c.unsent = "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " +
                           (m_options.key.isEmpty() ? QByteArray(kDevelopmentKey) : m_options.key) +
                           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
                c.sentMs = now;
            }
            const short events = short(POLLIN | (c.isConnecting || !c.unsent.isEmpty() ? POLLOUT : 0));
            waiting[i] = {c.socket, events, 0};
        }
        if ((m_stop && isIdle) || (m_stop && now > m_deadlineMs))
            break;
        ::poll(waiting.data(), waiting.size(), 10);
        for (std::size_t i = 0; i < connections.size(); ++i) {
            Connection &c = connections[i];
            if (waiting[i].fd < 0 || waiting[i].revents == 0)
                continue;
            if (waiting[i].revents & POLLOUT) {
                int error = 0;
                socklen_t size = sizeof error;
                ::getsockopt(c.socket, SOL_SOCKET, SO_ERROR, &error, &size);
                if (error != 0) {
                    drop(c);
                    continue;
                }
                c.isConnecting = false;
                const ssize_t sent = ::send(c.socket, c.unsent.constData(), size_t(c.unsent.size()), MSG_NOSIGNAL);
                if (sent > 0)
                    c.unsent.remove(0, sent);
            }
            if (waiting[i].revents & (POLLIN | POLLHUP | POLLERR))
                take(c);
        }
    }
    for (Connection &c : connections)
        if (c.socket >= 0)
            ::close(c.socket);
}

} // namespace entvas::test
