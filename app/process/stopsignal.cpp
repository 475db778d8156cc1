#include "app/process/stopsignal.h"

#include <QSocketNotifier>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace entvas {

namespace {

// A signal handler can reach nothing but this.
std::atomic<int> s_writeFd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

constexpr int kStopSignals[] = {SIGTERM, SIGINT};

void restoreDefaults()
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    for (const int number : kStopSignals)
        sigaction(number, &action, nullptr);
}

// Async-signal-safe functions only.
void onStopSignal(int number)
{
    const int savedErrno = errno;
    restoreDefaults();
    const auto byte = static_cast<unsigned char>(number);
    if (write(s_writeFd.load(), &byte, 1) != 1)
        _exit(128 + number); // there is no event loop any more
    errno = savedErrno;
}

} // namespace

StopSignal::StopSignal(QObject *parent) : QObject(parent)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, m_fds) != 0)
        qFatal("no socket pair for signals");
    s_writeFd = m_fds[0];
    m_notifier = std::make_unique<QSocketNotifier>(m_fds[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &StopSignal::read);

    struct sigaction action = {};
    action.sa_handler = onStopSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int number : kStopSignals)
        sigaddset(&action.sa_mask, number);
    for (const int number : kStopSignals)
        sigaction(number, &action, nullptr);
}

StopSignal::~StopSignal()
{
    restoreDefaults();
    s_writeFd = -1;
    m_notifier.reset();
    close(m_fds[0]);
    close(m_fds[1]);
}

void StopSignal::read()
{
    unsigned char number = 0;
    if (::read(m_fds[1], &number, 1) == 1)
        Q_EMIT requested(number);
}

} // namespace entvas
