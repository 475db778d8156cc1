#include "tests/bench/loadclients.h"

#include "core/model/settings.h"
#include "tests/bench/httpload.h"
#include "tests/bench/sockets.h"

#include <cstdio>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace entvas::bench {

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
    sendAll(m_socket, postRequest(sampleEvent(number), kDevelopmentKey));
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

Dashboard::Dashboard(quint16 port) : m_socket(openDashboard(port))
{
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

void Dashboard::read()
{
    QByteArray kept;
    while (readSome(m_socket, kept)) {
        const auto now = std::chrono::steady_clock::now();
        if (const qint64 total = takeTotal(kept); total >= 0) {
            m_changed = now;
            m_total = total;
            m_total.notify_all();
        }
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
