#include "app/reloadsignal.h"

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

// Async-signal-safe functions only. When the pair is full, somebody is about to read it anyway.
void onSignal(int)
{
    const int savedErrno = errno;
    const unsigned char byte = 1;
    [[maybe_unused]] const auto written = write(s_writeFd.load(), &byte, 1);
    errno = savedErrno;
}

void handleWith(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, nullptr);
}

} // namespace

ReloadSignal::ReloadSignal(QObject *parent) : QObject(parent)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, m_fds) != 0)
        qFatal("no socket pair for signals");
    s_writeFd = m_fds[0];
    m_notifier = std::make_unique<QSocketNotifier>(m_fds[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &ReloadSignal::read);
    handleWith(onSignal);
}

ReloadSignal::~ReloadSignal()
{
    handleWith(SIG_DFL);
    s_writeFd = -1;
    m_notifier.reset();
    close(m_fds[0]);
    close(m_fds[1]);
}

void ReloadSignal::read()
{
    unsigned char bytes[64];
    bool any = false;
    while (::read(m_fds[1], bytes, sizeof bytes) > 0)
        any = true;
    if (any)
        Q_EMIT requested();
}

} // namespace entvas
