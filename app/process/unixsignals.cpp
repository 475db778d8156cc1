#include "app/process/unixsignals.h"

#include <QSocketNotifier>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas {

namespace {

// A signal handler can reach nothing but this. By number; -1: nobody listens to it.
constexpr std::size_t kNumbers = 65;
std::array<std::atomic<int>, kNumbers> s_writeFds{};
static_assert(std::atomic<int>::is_always_lock_free);

// Async-signal-safe functions only. When the pair is full, it is about to be read anyway.
void passOn(int number)
{
    const int savedErrno = errno;
    const auto byte = static_cast<unsigned char>(number);
    [[maybe_unused]] const auto written = write(s_writeFds[std::size_t(number)].load(), &byte, 1);
    errno = savedErrno;
}

void handleWith(int number, void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
}

} // namespace

UnixSignals::UnixSignals(const QList<int> &numbers, QObject *parent) : QObject(parent), m_numbers(numbers)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, m_fds) != 0)
        qFatal("no socket pair for signals");
    m_notifier = std::make_unique<QSocketNotifier>(m_fds[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &UnixSignals::read);
    for (const int number : m_numbers) {
        s_writeFds[std::size_t(number)] = m_fds[0];
        handleWith(number, passOn);
    }
}

UnixSignals::~UnixSignals()
{
    for (const int number : m_numbers) {
        handleWith(number, SIG_DFL);
        s_writeFds[std::size_t(number)] = -1;
    }
    m_notifier.reset();
    close(m_fds[0]);
    close(m_fds[1]);
}

void UnixSignals::read()
{
    std::array<unsigned char, 64> bytes;
    std::array<bool, kNumbers> came{};
    for (ssize_t got; (got = ::read(m_fds[1], bytes.data(), bytes.size())) > 0;)
        for (ssize_t i = 0; i < got; ++i)
            came[bytes[std::size_t(i)]] = true;
    for (const int number : m_numbers)
        if (came[std::size_t(number)])
            Q_EMIT caught(number);
}

} // namespace entvas
