#include "app/feed/wslink.h"

#include "app/feed/serveraddress.h"
#include "core/qtcompat.h"

#include <QDateTime>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QWebSocket>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr double kSilentHeartbeats = 2.5;
constexpr int kMinHeartbeatMs = 100; // what a hello may ask for
constexpr int kMaxHeartbeatMs = 120'000;
constexpr int kStableMs = 5'000;
constexpr int kMaxResyncs = 3; // in a row; then the connection is of no use
constexpr qsizetype kMaxReasonChars = 300;

} // namespace

WsLink::WsLink(const WsFeedOptions &options, std::shared_ptr<MessageQueue> queue)
    : m_options(options), m_queue(std::move(queue)), m_retry(this), m_silence(this), m_ping(this), m_stable(this)
{
    for (QTimer *timer : {&m_retry, &m_silence, &m_stable})
        timer->setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &WsLink::connectNow);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        lose(m_greeted ? tr("%1 has gone silent.").arg(address()) : tr("%1 does not answer.").arg(address()));
    });
    connect(&m_ping, &QTimer::timeout, this, [this] {
        if (m_socket)
            m_socket->ping();
    });
    connect(&m_stable, &QTimer::timeout, this, [this] { m_failures = 0; });
}

WsLink::~WsLink()
{
    dropSocket();
}

void WsLink::open()
{
    if (m_socket || m_retry.isActive())
        return;
    m_failures = 0;
    m_state = FeedState{};
    connectNow();
}

void WsLink::close()
{
    dropSocket();
    m_retry.stop();
    m_queue->clear();
    m_synced = false;
    m_epoch.clear();
}

void WsLink::retryNow()
{
    if (m_socket)
        return;
    m_failures = 0;
    m_retry.stop();
    connectNow();
}

void WsLink::connectNow()
{
    const bool firstTry = m_state.kind == FeedState::Kind::Connecting;
    if (!m_options.token.isEmpty() && !m_options.sameMachine && !isPrivateWay(m_options.server)) {
        stay(FeedState::Kind::Refused,
             tr("A token is not sent to %1 without encryption: use an https address.").arg(address()));
        return;
    }
    QNetworkRequest request(socketUrl(m_options.server));
    if (!m_options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_options.token.toUtf8());

    m_greeted = false;
    m_resyncs = 0;
    m_lastError.clear();
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingFrameSize(WsFeed::kMaxMessageBytes);
    m_socket->setMaxAllowedIncomingMessageSize(WsFeed::kMaxMessageBytes);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this,
            [this](const QByteArray &bytes) { onBytes(bytes, wire::Format::Cbor); });
    connect(m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { onBytes(text.toUtf8(), wire::Format::Json); });
    connect(m_socket, &QWebSocket::pong, this, [this](quint64 elapsedMs, const QByteArray &) {
        m_state.latencyMs = int(std::min<quint64>(elapsedMs, kMaxHeartbeatMs));
        if (m_state.kind == FeedState::Kind::Live)
            tell();
    });
    // A refused upgrade tells an error and stays connected; a loss later on may tell the state only. Queued, so that
    // the socket has finished what it does, and whichever comes first ends it.
    const auto gone = [this, socket = m_socket] {
        if (socket == m_socket)
            onSocketGone();
    };
    connect(m_socket, qtcompat::webSocketError<QWebSocket>(), this, gone, Qt::QueuedConnection);
    connect(
        m_socket, &QWebSocket::stateChanged, this,
        [gone](QAbstractSocket::SocketState state) {
            if (state == QAbstractSocket::UnconnectedState)
                gone();
        },
        Qt::QueuedConnection);
    m_silence.start(m_options.connectMs);
    m_socket->open(request);
    if (firstTry)
        tell();
}

void WsLink::dropSocket()
{
    m_silence.stop();
    m_ping.stop();
    m_stable.stop();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater();
    m_socket = nullptr;
}

void WsLink::onSocketGone()
{
    const int status = qtcompat::upgradeStatus(m_socket->errorString());
    const bool wasOpen = m_greeted;
    if (status == 401 || status == 403) {
        stay(FeedState::Kind::Refused, m_options.token.isEmpty()
                                           ? tr("%1 asks for a token (%2).").arg(address()).arg(status)
                                           : tr("%1 does not accept this token (%2).").arg(address()).arg(status));
    } else if (m_socket->closeCode() == QWebSocketProtocol::CloseCodePolicyViolated) {
        const QString words = m_lastError.isEmpty() ? m_socket->closeReason() : m_lastError;
        stay(FeedState::Kind::Refused, tr("%1 closed the connection: %2").arg(address(), words.left(kMaxReasonChars)));
    } else if (status != 0) {
        lose(tr("%1 is no Entvas server, or not ready: it answered %2.").arg(address()).arg(status));
    } else if (m_socket->closeCode() == QWebSocketProtocol::CloseCodeGoingAway && wasOpen) {
        lose(tr("%1 was stopped.").arg(address()));
    } else if (m_socket->error() == QAbstractSocket::ConnectionRefusedError) {
        lose(tr("Nobody answers at %1.").arg(address()));
    } else {
        lose(tr("The connection to %1 broke: %2").arg(address(), m_socket->errorString().left(kMaxReasonChars)));
    }
}

void WsLink::lose(const QString &reason)
{
    dropSocket();
    const double most = std::min(double(m_options.maxRetryMs), m_options.firstRetryMs * std::pow(2.0, m_failures));
    m_failures = std::min(m_failures + 1, 30); // 2^30 is far beyond the cap
    // Full jitter: a thousand dashboards must not come back to a restarted server in the same instant.
    const int delayMs = QRandomGenerator::global()->bounded(int(most) + 1);
    m_retry.start(delayMs);
    m_state = {FeedState::Kind::Lost, reason, QDateTime::currentMSecsSinceEpoch() + delayMs, -1};
    tell();
}

void WsLink::stay(FeedState::Kind kind, const QString &reason)
{
    dropSocket();
    m_retry.stop();
    m_state = {kind, reason, 0, -1};
    tell();
}

void WsLink::goLive()
{
    if (m_state.kind == FeedState::Kind::Live)
        return;
    m_state = {FeedState::Kind::Live, {}, 0, -1};
    m_stable.start(kStableMs);
    m_ping.start(m_options.pingMs);
    m_socket->ping();
    tell();
}

void WsLink::tell()
{
    Q_EMIT stateChanged(m_state);
}

void WsLink::onBytes(const QByteArray &bytes, wire::Format format)
{
    Result<wire::ServerMessage> message = wire::decodeServer(bytes, format);
    if (!message) {
        lose(tr("%1 sent something that makes no sense: %2")
                 .arg(address(), message.failure().text.left(kMaxReasonChars)));
        return;
    }
    const bool isHello = std::holds_alternative<wire::Hello>(message.value());
    const bool isError = std::holds_alternative<wire::Error>(message.value());
    if (isHello == m_greeted && !isError) {
        lose(tr("%1 speaks out of turn.").arg(address()));
        return;
    }
    const bool wanted = std::visit([this](const auto &m) { return on(m); }, message.value());
    if (m_socket && m_greeted) // else the message was reason enough to leave
        m_silence.start(int(m_heartbeatMs * kSilentHeartbeats));
    if (wanted)
        hand(std::move(message.value()), bytes.size());
}

void WsLink::hand(wire::ServerMessage message, qint64 bytes)
{
    switch (m_queue->push(std::move(message), bytes)) {
    case MessageQueue::Push::Wake: Q_EMIT waiting(); break;
    case MessageQueue::Push::Queued: break;
    case MessageQueue::Push::Overflow:
        m_synced = false; // the reader asks for a snapshot when it has caught up
        break;
    }
}

bool WsLink::on(const wire::Hello &hello)
{
    if (hello.version != wire::kVersion) {
        stay(FeedState::Kind::Incompatible, tr("%1 speaks version %2 of the protocol, this program version %3.")
                                                .arg(address())
                                                .arg(hello.version)
                                                .arg(wire::kVersion));
        return false;
    }
    m_greeted = true;
    m_heartbeatMs = std::clamp(hello.heartbeatMs, kMinHeartbeatMs, kMaxHeartbeatMs);
    const auto offers = [&hello](const QString &id) {
        return std::any_of(hello.projects.cbegin(), hello.projects.cend(),
                           [&id](const wire::Project &project) { return project.id == id; });
    };
    if (!m_options.project.isEmpty() && !offers(m_options.project)) {
        stayWithout(m_options.project);
        return true; // the reader learns what there is instead
    }
    QString project = m_options.project;
    if (project.isEmpty() && offers(m_project))
        project = m_project; // not another one because the list has changed
    else if (project.isEmpty())
        project = hello.projects.isEmpty() ? kDefaultProject : hello.projects.first().id;
    const bool resumes = m_synced && project == m_project && hello.epoch == m_epoch;
    m_project = project;
    m_synced = resumes;
    subscribe(resumes ? std::optional(wire::Since{m_epoch, m_seq}) : std::nullopt);
    if (resumes)
        goLive(); // with nothing missed, nothing may come before the next heartbeat
    return true;
}

bool WsLink::on(const wire::Snapshot &snapshot)
{
    if (snapshot.project != m_project)
        return false;
    m_epoch = snapshot.epoch;
    m_seq = snapshot.seq;
    m_synced = true;
    goLive();
    return true;
}

bool WsLink::on(const wire::Delta &delta)
{
    if (!m_synced || delta.project != m_project || delta.seq <= m_seq)
        return false;
    if (delta.seq != m_seq + 1) {
        resync();
        return false;
    }
    m_seq = delta.seq;
    m_resyncs = 0;
    return true;
}

bool WsLink::on(const wire::Heartbeat &heartbeat)
{
    const bool isOurs = heartbeat.project.isEmpty() || heartbeat.project == m_project;
    if (m_synced && isOurs && heartbeat.seq > m_seq)
        resync(); // the last delta got lost, and no other has followed
    return true;
}

bool WsLink::on(const wire::Error &error)
{
    m_lastError = error.message;
    const bool isOurProject = m_greeted && error.code == u"unknown_project" && error.ref == m_project;
    if (isOurProject)
        stayWithout(m_project); // which says it better
    return !isOurProject;
}

void WsLink::stayWithout(const QString &project)
{
    m_synced = false;
    stay(FeedState::Kind::NoProject, m_options.token.isEmpty()
                                         ? tr("%1 has no project “%2”, or shows it only to those with a token.")
                                               .arg(address(), project.left(kMaxReasonChars))
                                         : tr("%1 has no project “%2”, or this token does not open it.")
                                               .arg(address(), project.left(kMaxReasonChars)));
}

void WsLink::resync()
{
    m_synced = false;
    if (!m_socket || !m_greeted)
        return; // the next connection asks for a snapshot
    if (++m_resyncs > kMaxResyncs) {
        lose(tr("%1 sends numbers that do not follow each other.").arg(address()));
        return;
    }
    subscribe(std::nullopt);
}

void WsLink::subscribe(const std::optional<wire::Since> &since)
{
    m_socket->sendBinaryMessage(encode(wire::Subscribe{m_project, since, m_options.tail}, wire::Format::Cbor));
}

} // namespace entvas
