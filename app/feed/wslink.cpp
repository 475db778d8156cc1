#include "app/feed/wslink.h"

#include "app/feed/reasons.h"
#include "app/feed/serveraddress.h"
#include "app/feed/tlswords.h"
#include "core/base/qtcompat.h"

#include <QDateTime>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QWebSocket>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr double kQuietHeartbeats = 1.15; // a coarse timer is 5 % late at most
constexpr qint64 kMaxUnsentBytes = 1024 * 1024;
constexpr int kMaxLatencyMs = 120'000;
constexpr int kStableMs = 5'000;

bool isAboutAccess(const QString &code)
{
    return code == u"unauthenticated" || code == u"denied" || code.startsWith(u"token_");
}

} // namespace

WsLink::WsLink(const WsFeedOptions &options, std::shared_ptr<MessageQueue> queue)
    : m_options(options),
      m_queue(std::move(queue)),
      m_retry(this),
      m_silence(this),
      m_quiet(this),
      m_ping(this),
      m_stable(this)
{
    for (QTimer *timer : {&m_retry, &m_silence, &m_quiet, &m_stable})
        timer->setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &WsLink::connectNow);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        lose(m_greeted ? tr("%1 has stopped responding.").arg(address()) : tr("%1 is not responding.").arg(address()));
    });
    m_quiet.setTimerType(Qt::PreciseTimer);
    connect(&m_quiet, &QTimer::timeout, this, &WsLink::onQuiet);
    connect(&m_ping, &QTimer::timeout, this, [this] {
        if (m_socket->bytesToWrite() > kMaxUnsentBytes) // answers to its pings, most likely
            return lose(tr("%1 requests replies and does not read them.").arg(address()));
        m_awaitsPong = true;
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
    m_hasPicture = false;
    m_epoch.clear();
}

void WsLink::retryNow()
{
    if (m_socket && m_state.kind != FeedState::Kind::Stale)
        return;
    dropSocket();
    m_failures = 0;
    m_retry.stop();
    if (m_state.kind != FeedState::Kind::Lost)
        m_state = FeedState{}; // whoever asked sees that it is tried
    connectNow();
}

void WsLink::setToken(const QString &token)
{
    m_options.token = token;
    if (m_socket && m_greeted && !token.isEmpty())
        m_socket->sendBinaryMessage(encode(wire::Authenticate{token}, wire::Format::Cbor));
}

void WsLink::connectNow()
{
    const bool firstTry = m_state.kind == FeedState::Kind::Connecting;
    if (!mayGo(m_options.server, m_options.sameMachine, m_options.allowsHttp)) {
        stay(FeedState::Kind::Refused,
             tr("%1 offers no encryption: anyone on the network path could read the data and alter what you see.")
                 .arg(address()),
             FeedState::Refusal::PlainHttp);
        return;
    }
    QNetworkRequest request(socketUrl(m_options.server));
    if (!m_options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_options.token.toUtf8());

    m_greeted = false;
    m_resyncs = 0;
    m_lastError.clear();
    m_lastCode.clear();
    m_tlsTrouble.clear();
    m_awaitsPong = false;
    m_message.invalidate();
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingFrameSize(WsFeed::kMaxMessageBytes);
    m_socket->setMaxAllowedIncomingMessageSize(WsFeed::kMaxMessageBytes);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &bytes) { onBytes(bytes); });
    connect(m_socket, &QWebSocket::binaryFrameReceived, this,
            [this](const QByteArray &, bool isLast) { onFrame(isLast); });
    // JSON takes thirty times its size in memory, and nobody asked for it.
    connect(m_socket, &QWebSocket::textFrameReceived, this,
            [this] { lose(tr("%1 replied in text although CBOR was requested.").arg(address())); });
    connect(m_socket, &QWebSocket::pong, this, [this](quint64 elapsedMs, const QByteArray &) {
        if (!std::exchange(m_awaitsPong, false))
            return;
        m_state.latencyMs = int(std::min<quint64>(elapsedMs, kMaxLatencyMs));
        if (m_state.kind == FeedState::Kind::Live)
            tell();
    });
    connect(m_socket, &QWebSocket::sslErrors, this,
            [this](const QList<QSslError> &errors) { m_tlsTrouble = tlsTrouble(errors, m_options.server.host()); });
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
    m_quiet.stop();
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
    if (!m_tlsTrouble.isEmpty()) {
        stay(FeedState::Kind::Refused, m_tlsTrouble, FeedState::Refusal::Untrusted);
    } else if (status == 401 || status == 403) {
        stay(FeedState::Kind::Refused,
             m_options.token.isEmpty()
                 ? tr("%1 requires a token (%2).").arg(address(), QString::number(status))
                 : tr("%1 does not accept this token (%2).").arg(address(), QString::number(status)),
             FeedState::Refusal::Access);
    } else if (m_socket->closeCode() == QWebSocketProtocol::CloseCodePolicyViolated ||
               m_lastCode.startsWith(u"too_many_")) { // 1013, "try again later", is no code to Qt
        const QString said = m_lastError.isEmpty() ? m_socket->closeReason() : m_lastError;
        const QString words = tr("%1 closed the connection: %2").arg(address(), said.left(kMaxReasonChars));
        if (!isAboutAccess(m_lastCode))
            return lose(words); // too many clients or messages: that passes
        const FeedState::Refusal refusal = m_lastCode == u"token_expired"_s   ? FeedState::Refusal::Expired
                                           : m_lastCode == u"token_revoked"_s ? FeedState::Refusal::Revoked
                                                                              : FeedState::Refusal::Access;
        stay(FeedState::Kind::Refused, words, refusal);
    } else if (status != 0) {
        lose(tr("%1 is not an Entvas server, or not ready: it replied %2.").arg(address(), QString::number(status)));
    } else if (m_socket->closeCode() == QWebSocketProtocol::CloseCodeGoingAway && wasOpen) {
        lose(tr("%1 was stopped.").arg(address()));
    } else if (m_socket->error() == QAbstractSocket::ConnectionRefusedError) {
        lose(tr("No response from %1.").arg(address()));
    } else {
        lose(tr("The connection to %1 was lost: %2").arg(address(), m_socket->errorString().left(kMaxReasonChars)));
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

void WsLink::stay(FeedState::Kind kind, const QString &reason, FeedState::Refusal refusal)
{
    dropSocket();
    m_retry.stop();
    m_state = {kind, reason, 0, -1, refusal};
    tell();
}

void WsLink::goLive()
{
    if (m_state.kind == FeedState::Kind::Live)
        return;
    m_state = {FeedState::Kind::Live, {}, 0, m_ping.isActive() ? m_state.latencyMs : -1};
    if (!m_ping.isActive()) {
        m_stable.start(kStableMs);
        m_ping.start(m_options.pingMs);
        m_awaitsPong = true;
        m_socket->ping();
    }
    tell();
}

// A line that only brings frames is not dead; a screen whose numbers they do not change yet is not live either.
void WsLink::heard()
{
    m_silence.start(silenceMs());
    if (!m_synced)
        return; // the numbers that are shown wait for a picture
    m_quiet.start(int(m_heartbeatMs * kQuietHeartbeats));
    if (m_state.kind == FeedState::Kind::Stale)
        goLive();
}

void WsLink::onQuiet()
{
    if (!m_hasPicture) {
        m_state = FeedState{};
        m_state.reason = tr("%1 has responded; loading data.").arg(address());
    } else {
        m_state.kind = FeedState::Kind::Stale;
        m_state.retryAtMs = 0;
        m_state.reason = m_synced ? tr("%1 stopped sending updates.").arg(address())
                                  : tr("%1 has responded; loading fresh data.").arg(address());
    }
    tell();
}

QString WsLink::nonsense(const QString &why) const
{
    return tr("%1 sent an invalid message: %2").arg(address(), why.left(kMaxReasonChars));
}

void WsLink::tell()
{
    Q_EMIT stateChanged(m_state);
}

} // namespace entvas
