#include "tests/faults/cutproxy.h"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace entvas::test {

namespace {

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

struct Pair {
    int client = -1;
    int target = -1;
};

// False when one side has closed.
bool pass(int from, int to, bool drop)
{
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(from, buffer.data(), buffer.size(), 0);
    if (size <= 0)
        return false;
    for (ssize_t sent = 0; !drop && sent < size;) {
        const ssize_t n = ::send(to, buffer.data() + sent, size_t(size - sent), MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        sent += n;
    }
    return true;
}

} // namespace

CutProxy::CutProxy(quint16 target) : m_target(target)
{
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    ::bind(m_listener, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    ::listen(m_listener, 64);
    socklen_t size = sizeof address;
    ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { run(); });
}

CutProxy::~CutProxy()
{
    m_stop = true;
    m_thread.join();
    ::close(m_listener);
}

void CutProxy::cut(bool swallowAnswers)
{
    m_cut = swallowAnswers ? 2 : 1;
    while (m_cut != 0 && !m_stop)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void CutProxy::run()
{
    constexpr auto kSwallow = std::chrono::milliseconds(20);
    std::vector<Pair> pairs;
    std::chrono::steady_clock::time_point swallowUntil{};
    const auto closeAll = [&] {
        for (const Pair &pair : pairs) {
            ::close(pair.client);
            ::close(pair.target);
        }
        pairs.clear();
    };
    while (!m_stop) {
        const bool swallow = m_cut == 2;
        if (swallow && swallowUntil == std::chrono::steady_clock::time_point{})
            swallowUntil = std::chrono::steady_clock::now() + kSwallow;
        if (m_cut == 1 || (swallow && std::chrono::steady_clock::now() > swallowUntil)) {
            closeAll();
            swallowUntil = {};
            m_cut = 0;
        }
        std::vector<pollfd> waiting{{m_listener, POLLIN, 0}};
        for (const Pair &pair : pairs) {
            waiting.push_back({pair.client, POLLIN, 0});
            waiting.push_back({pair.target, POLLIN, 0});
        }
        ::poll(waiting.data(), waiting.size(), 2);
        for (std::size_t i = pairs.size(); i-- > 0;) {
            const bool asked = waiting[1 + 2 * i].revents != 0;
            const bool answered = waiting[2 + 2 * i].revents != 0;
            if ((asked && !pass(pairs[i].client, pairs[i].target, false)) ||
                (answered && !pass(pairs[i].target, pairs[i].client, swallow))) {
                ::close(pairs[i].client);
                ::close(pairs[i].target);
                pairs.erase(pairs.begin() + std::ptrdiff_t(i));
            }
        }
        if (waiting[0].revents & POLLIN) {
            Pair pair{::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC),
                      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
            const sockaddr_in address = loopback(m_target);
            if (::connect(pair.target, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
                pairs.push_back(pair);
            } else {
                ::close(pair.client);
                ::close(pair.target);
            }
        }
        m_connections = int(pairs.size());
    }
    closeAll();
}

} // namespace entvas::test
