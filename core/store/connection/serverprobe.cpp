#include "core/store/connection/serverprobe.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <netdb.h>
#include <poll.h>
#include <QElapsedTimer>
#include <QFile>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// https://www.postgresql.org/docs/15/protocol-message-formats.html: SSLRequest. The server answers with one byte,
// whether or not it encrypts.
constexpr std::array<unsigned char, 8> kRequest{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};

bool isFolder(const QString &host)
{
    return host.startsWith(u'/') || host.startsWith(u'@'); // '@': a socket that has a name and no file
}

} // namespace

ServerProbe::ServerProbe(const DatabaseUrl &url)
{
    const QString addresses = url.options.value(u"hostaddr"_s);
    const QString hosts = addresses.isEmpty() ? url.host : addresses;
    const QStringList ports = url.options.value(u"port"_s, QString::number(url.port)).split(u','); // or one for all
    m_isKnown = !hosts.isEmpty() && url.port > 0;
    if (!m_isKnown)
        return;
    const QStringList names = hosts.split(u',');
    for (qsizetype i = 0; i < names.size(); ++i) {
        if (names[i].isEmpty())
            m_isKnown = false;
        else
            connectTo(names[i], ports.value(i, ports.first()));
    }
}

ServerProbe::~ServerProbe()
{
    for (const int socket : m_sockets)
        ::close(socket);
}

std::optional<std::chrono::milliseconds> ServerProbe::patience(const DatabaseUrl &url, std::chrono::seconds standard)
{
    constexpr std::chrono::seconds kLeast{2}; // of libpq
    bool isNumber = false;
    const int given = url.options.value(u"connect_timeout"_s).toInt(&isNumber);
    if (!isNumber)
        return standard;
    return given <= 0 ? std::nullopt : std::optional(std::max(std::chrono::seconds(given), kLeast));
}

void ServerProbe::connectTo(const QString &host, const QString &port)
{
    if (isFolder(host)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray path = QFile::encodeName(host) + "/.s.PGSQL." + port.toLatin1();
        if (std::size_t(path.size()) >= sizeof address.sun_path)
            return;
        std::copy(path.cbegin(), path.cend(), address.sun_path);
        if (host.startsWith(u'@'))
            address.sun_path[0] = '\0';
        return connectTo(AF_UNIX, &address, unsigned(offsetof(sockaddr_un, sun_path)) + unsigned(path.size()));
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(host.toUtf8().constData(), port.toLatin1().constData(), &hints, &found) != 0)
        return;
    for (const addrinfo *one = found; one; one = one->ai_next)
        connectTo(one->ai_family, one->ai_addr, one->ai_addrlen);
    freeaddrinfo(found);
}

void ServerProbe::connectTo(int family, const void *address, unsigned length)
{
    if (m_sockets.size() >= kMaxAddresses)
        return;
    const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return;
    const bool isUnderWay =
        ::connect(socket, static_cast<const sockaddr *>(address), length) == 0 || errno == EINPROGRESS;
    if (!isUnderWay) {
        ::close(socket);
        return;
    }
    m_sockets.push_back(socket);
    m_hasAsked.push_back(false);
}

bool ServerProbe::ask(int socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 &&
           ::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) == ssize_t(kRequest.size());
}

ServerProbe::Outcome ServerProbe::run(int wakeFd, std::optional<std::chrono::milliseconds> patience)
{
    if (!m_isKnown)
        return Outcome::Answered;
    QElapsedTimer since;
    since.start();
    while (!m_sockets.empty()) {
        std::vector<pollfd> waiting{{wakeFd, POLLIN, 0}};
        for (std::size_t i = 0; i < m_sockets.size(); ++i)
            waiting.push_back({m_sockets[i], short(m_hasAsked[i] ? POLLIN : POLLOUT), 0});
        const qint64 left = patience ? patience->count() - since.elapsed() : -1;
        if (patience && left <= 0)
            return Outcome::Silent;
        if (::poll(waiting.data(), nfds_t(waiting.size()), int(left)) < 0 && errno != EINTR)
            return Outcome::Failed;
        if (waiting.front().revents != 0)
            return Outcome::Interrupted;
        for (std::size_t i = waiting.size() - 1; i > 0; --i) {
            const auto at = std::ptrdiff_t(i - 1);
            if (waiting[i].revents == 0)
                continue;
            if (m_hasAsked[i - 1])
                return Outcome::Answered; // also by closing the connection: it is awake
            if (ask(waiting[i].fd)) {
                m_hasAsked[i - 1] = true;
                continue;
            }
            ::close(waiting[i].fd);
            m_sockets.erase(m_sockets.begin() + at);
            m_hasAsked.erase(m_hasAsked.begin() + at);
        }
    }
    return Outcome::Failed;
}

} // namespace entvas
