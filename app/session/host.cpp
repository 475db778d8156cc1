#include "app/session/host.h"

#include "core/base/log.h"
#include "core/base/randombytes.h"

#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace entvas {

namespace {
constexpr auto kStopDeadline = 10s; // the server promises as much; the windows must not hang on it

// 256 bits that only this process knows.
QString makeOwnerToken()
{
    return QString::fromLatin1(randomBytes(kMostRandomBytes).toHex());
}
} // namespace

Host::Host(Result<Settings> settings, QObject *parent) : QObject(parent), m_settings(std::move(settings))
{
    if (m_settings)
        m_settings->ownerToken = makeOwnerToken();
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kStopDeadline);
    connect(&m_deadline, &QTimer::timeout, this, &Host::endShutdown);
    connect(&m_server, &LocalServer::ready, this, [this] {
        m_starting = false;
        m_problem.reset();
        if (!m_stopping)
            Q_EMIT ready();
    });
    connect(&m_server, &LocalServer::failed, this, &Host::fail);
    connect(&m_server, &LocalServer::stopped, this, [this] {
        if (m_stopping)
            endShutdown();
        else
            start(); // it was stopped to change the port
    });
}

Host::~Host() = default;

void Host::start()
{
    if (m_stopping || m_starting)
        return;
    m_wanted = true;
    if (!m_settings) {
        fail({SessionProblem::Kind::BadSettings, m_settings.failure(), 0});
        return;
    }
    if (m_server.isRunning()) {
        Q_EMIT ready();
        return;
    }
    m_starting = true;
    m_server.start(m_settings.value());
}

void Host::startOnPort(quint16 port)
{
    if (m_settings && !m_stopping && !m_starting) {
        const bool moves = m_server.isRunning() && (port == 0 || m_settings->port != port);
        m_settings->port = port;
        if (moves) {
            Q_EMIT leaving();
            m_server.stop();
            return;
        }
    }
    start();
}

void Host::fail(const SessionProblem &problem)
{
    m_starting = false;
    log::error("desktop", problem.failure.text);
    m_problem = problem;
    m_isClaimed = false;
    Q_EMIT failed(problem);
}

void Host::shutdown()
{
    if (m_stopping)
        return;
    m_stopping = true;
    Q_EMIT leaving();
    m_deadline.start();
    m_server.stop();
}

void Host::endShutdown()
{
    m_deadline.stop();
    m_server.disconnect(this); // told once, even if the server stops after the deadline
    Q_EMIT stopped();
}

} // namespace entvas
