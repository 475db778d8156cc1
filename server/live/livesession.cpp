#include "server/live/livesession.h"

#include "server/gate/websockets.h"
#include "server/live/channel.h"

#include <algorithm>
#include <QElapsedTimer>
#include <QHostAddress>
#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

qint64 steadyMs()
{
    QElapsedTimer timer;
    timer.start();
    return timer.msecsSinceReference();
}

// A close frame holds at most 123 bytes of reason: whole characters of it.
QString closeReason(const QString &text)
{
    constexpr qsizetype kMost = 123;
    QByteArray utf8 = text.toUtf8();
    if (utf8.size() <= kMost)
        return text;
    qsizetype end = kMost;
    while (end > 0 && (uchar(utf8[end]) & 0xC0) == 0x80)
        --end;
    utf8.truncate(end);
    return QString::fromUtf8(utf8);
}

} // namespace

LiveSession::LiveSession(QWebSocket *socket, wire::Format format, bool packs, QObject *parent)
    // Its own signals may be what ends the session, so that it must not be deleted inside them.
    : QObject(parent),
      m_socket(socket, [](QWebSocket *s) { s->deleteLater(); }),
      m_format(format),
      m_packs(packs),
      m_tokensMs(steadyMs())
{
    socket->setParent(nullptr);
    socket->setMaxAllowedIncomingFrameSize(kMaxFrameBytes);
    socket->setMaxAllowedIncomingMessageSize(kMaxFrameBytes);
    socket->setOutgoingFrameSize(format == wire::Format::Cbor ? kBinaryFrameBytes : kTextFrameBytes);
    connect(socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { onMessage(text.toUtf8(), wire::Format::Json); });
    connect(socket, &QWebSocket::binaryMessageReceived, this,
            [this](const QByteArray &bytes) { onMessage(bytes, wire::Format::Cbor); });
    connect(socket, &QWebSocket::bytesWritten, this, &LiveSession::taken);
    connect(socket, &QWebSocket::pong, this, [this] { m_missedPongs = 0; });
    connect(socket, &QWebSocket::disconnected, this, [this] {
        // Qt itself closes on what is larger still.
        if (!m_closing && m_socket->closeCode() == QWebSocketProtocol::CloseCodeTooMuchData)
            Q_EMIT reached(Bound::MessageBytes);
        Q_EMIT gone();
    });
}

void LiveSession::leaveChannels()
{
    for (Channel *channel : std::exchange(state.channels, {}))
        channel->unsubscribe(*this);
}

LiveSession::~LiveSession()
{
    leaveChannels();
    m_socket->disconnect(this);
    m_socket->abort();
}

void LiveSession::send(const OutMessage &message)
{
    if (!m_closing)
        message.sendTo(*m_socket, m_format);
}

void LiveSession::answer(const OutMessage &message)
{
    if (unsent() <= kAnswersTaken)
        m_answers = 0;
    if (m_answers++ < kMaxAnswers)
        return send(message);
    if (m_closing)
        return;
    Q_EMIT reached(Bound::MessageRate);
    close(QWebSocketProtocol::CloseCodePolicyViolated, u"Too many messages without taking their answers"_s);
}

void LiveSession::sendSnapshot(const OutMessage &message)
{
    if (!m_closing)
        m_snapshotBytes += message.sendTo(*m_socket, m_format, m_packs);
}

qint64 LiveSession::backlog()
{
    // What is written first is taken first: the snapshot's share can only shrink.
    m_snapshotBytes = std::min(m_snapshotBytes, unsent());
    return unsent() - m_snapshotBytes;
}

bool LiveSession::isBehind(qint64 bytes)
{
    return backlog() > bytes && (!flushNow(*m_socket) || backlog() > bytes);
}

QHostAddress LiveSession::client() const
{
    return clientOf(*m_socket);
}

void LiveSession::refuse(QWebSocketProtocol::CloseCode closeCode, const QString &code, const QString &message)
{
    if (m_closing)
        return;
    send(OutMessage(wire::Error{code, message, {}}));
    close(closeCode, message);
}

void LiveSession::close(QWebSocketProtocol::CloseCode closeCode, const QString &reason)
{
    if (m_closing)
        return;
    m_closing = true;
    m_socket->close(closeCode, closeReason(reason));
}

void LiveSession::abort()
{
    m_closing = true;
    m_socket->abort();
}

bool LiveSession::ping()
{
    if (m_missedPongs >= kMaxMissedPongs)
        return false;
    ++m_missedPongs;
    m_socket->ping();
    return true;
}

void LiveSession::onMessage(const QByteArray &bytes, wire::Format format)
{
    if (m_closing)
        return;
    m_missedPongs = 0; // a client that sends is alive
    if (bytes.size() > kMaxMessageBytes) {
        Q_EMIT reached(Bound::MessageBytes);
        return refuse(QWebSocketProtocol::CloseCodeTooMuchData, u"too_large"_s,
                      u"A message may have at most %1 bytes"_s.arg(kMaxMessageBytes));
    }
    m_largestMessage = std::max<qint64>(m_largestMessage, bytes.size());
    if (!takeToken()) {
        Q_EMIT reached(Bound::MessageRate);
        return refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"too_many_messages"_s,
                      u"At most %1 messages per second"_s.arg(kMessagesPerSecond));
    }
    if (format != m_format)
        return refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"bad_message"_s,
                      m_format == wire::Format::Json ? u"This connection speaks JSON in text frames"_s
                                                     : u"This connection speaks CBOR in binary frames"_s);
    const auto message = wire::decodeClient(bytes, format);
    if (!message)
        return refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"bad_message"_s, message.failure().text);
    Q_EMIT received(message.value());
}

double LiveSession::messagesTaken() const
{
    const double back = double(steadyMs() - m_tokensMs) * kMessagesPerSecond / 1000.0;
    return std::max(0.0, kMessageBurst - m_tokens - back);
}

bool LiveSession::takeToken()
{
    const qint64 now = steadyMs();
    m_tokens = std::min(double(kMessageBurst), m_tokens + double(now - m_tokensMs) * kMessagesPerSecond / 1000.0);
    m_tokensMs = now;
    if (m_tokens < 1)
        return false;
    m_tokens -= 1;
    return true;
}

} // namespace entvas
