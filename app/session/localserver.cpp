#include "app/session/localserver.h"

#include "server/api/server.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kProbeMs = 1'500;
constexpr qint64 kMaxProbeBytes = 64 * 1024;
// A window counts in its own cube: its database is written and seldom read. A server by itself lets SQLite take 32 MB a
// connection, which here would be half of what the whole desktop may need.
constexpr qint64 kDatabaseBytes = 16 * 1024 * 1024;

// A server that listens everywhere is reached here.
QString reachableHost(const QString &host)
{
    const QHostAddress address(host);
    if (address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::Any))
        return u"127.0.0.1"_s;
    if (address == QHostAddress(QHostAddress::AnyIPv6))
        return u"::1"_s;
    return host;
}

bool isTaken(const Settings &settings)
{
    if (settings.port == 0)
        return false;
    const bool named = settings.host == u"localhost"_s;
    const QHostAddress address = named ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(settings.host);
    QTcpServer probe;
    return !probe.listen(address, settings.port) && probe.serverError() == QAbstractSocket::AddressInUseError;
}

SessionProblem::Kind kindOf(Fault fault)
{
    switch (fault) {
    case Fault::Configuration:
    case Fault::BadInput: return SessionProblem::Kind::BadSettings;
    case Fault::Storage:
    case Fault::Unavailable:
    case Fault::Denied:
    case Fault::Unauthenticated:
    case Fault::NotFound: return SessionProblem::Kind::StoreFailed;
    case Fault::TooLarge:
    case Fault::Busy:
    case Fault::Internal: return SessionProblem::Kind::Other;
    }
    return SessionProblem::Kind::Other;
}

bool isEntvas(const QByteArray &answer)
{
    const QJsonObject body = QJsonDocument::fromJson(answer).object();
    const QJsonObject data = body.value(u"data"_s).toObject();
    const QString name = (data.isEmpty() ? body : data).value(u"name"_s).toString();
    return name.startsWith(u"entvas"_s, Qt::CaseInsensitive);
}

} // namespace

// Another program there may send a byte now and then for ever, or more than we want to hold.
LocalServer::LocalServer(QObject *parent) : QObject(parent), m_client({kMaxProbeBytes, kProbeMs, kProbeMs}) {}

LocalServer::~LocalServer() = default;

void LocalServer::start(const Settings &settings)
{
    if (m_server)
        return;
    m_settings = settings;
    m_server = new Server(settings, this);
    m_server->setDatabaseMemory(kDatabaseBytes);
    connect(m_server, &Server::ready, this, [this](const QUrl &url, const QString &store) {
        m_url = url;
        m_url.setHost(reachableHost(url.host()));
        m_store = store;
        Q_EMIT ready();
    });
    connect(m_server, &Server::failed, this, &LocalServer::onFailed);
    connect(m_server, &Server::stopped, this, [this] {
        drop();
        Q_EMIT stopped();
    });
    m_server->start();
}

void LocalServer::stop()
{
    if (m_server)
        m_server->stop();
    else
        QMetaObject::invokeMethod(this, &LocalServer::stopped, Qt::QueuedConnection);
}

void LocalServer::drop()
{
    m_url = QUrl();
    m_store.clear();
    if (Server *server = std::exchange(m_server, nullptr)) {
        server->disconnect(this);
        server->deleteLater();
    }
}

void LocalServer::onFailed(const Failure &failure)
{
    drop();
    SessionProblem problem{kindOf(failure.kind), failure, m_settings.port};
    if (isTaken(m_settings)) {
        problem.kind = SessionProblem::Kind::PortTaken;
        askWhoIsThere(problem);
        return;
    }
    Q_EMIT failed(problem);
}

void LocalServer::askWhoIsThere(const SessionProblem &problem)
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(reachableHost(m_settings.host));
    url.setPort(m_settings.port);
    url.setPath(u"/"_s);
    m_client.get(url, {}, [this, problem](const RestAnswer &answer) {
        SessionProblem known = problem;
        if (answer.isWhole() && isEntvas(answer.body))
            known.kind = SessionProblem::Kind::PortTakenByEntvas;
        Q_EMIT failed(known);
    });
}

} // namespace entvas
