#include "app/feed/wslink.h"

#include "core/cube/usersketch.h"
#include "core/file/gzip.h"

#include <algorithm>
#include <QWebSocket>

// The order of messages: what a reader can apply as it comes, and what to ask for when it can't.

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kMinHeartbeatMs = 100; // what a hello may ask for
constexpr int kMaxHeartbeatMs = 120'000;
constexpr int kMaxResyncs = 3;    // in a row; then the connection is of no use
constexpr int kPictureMs = 1'500; // until a picture is said to be on its way
constexpr qsizetype kMaxNameChars = 100;

// Whether the screen's thread may apply it: few enough additions, close enough together in time.
bool isSmall(const wire::Delta &delta)
{
    qint64 first = std::numeric_limits<qint64>::max();
    qint64 last = 0;
    qsizetype additions = delta.cells.size();
    for (const Cell &cell : delta.cells) {
        first = std::min(first, cell.epochSecond);
        last = std::max(last, cell.epochSecond);
    }
    for (const UserAddition &users : delta.users) {
        first = std::min(first, users.epochSecond);
        last = std::max(last, users.epochSecond);
        additions += users.hashes.size() / kUserHashBytes;
    }
    return additions == 0 || (additions <= WsFeed::kMaxDeltaCells && last - first <= WsFeed::kMaxDeltaSeconds);
}

} // namespace

void WsLink::onFrame(bool isLast)
{
    if (isLast) {
        m_message.invalidate();
        return; // the message follows at once
    }
    if (!m_message.isValid())
        m_message.start();
    if (m_message.hasExpired(WsFeed::kMaxMessageMs))
        lose(tr("%1 took too long to send one message.").arg(address()));
    else if (m_greeted)
        m_silence.start(silenceMs());
}

void WsLink::onBytes(const QByteArray &bytes)
{
    QByteArray plain = bytes;
    if (isGzip(bytes)) {
        Result<QByteArray> unpacked = gunzip(bytes, WsFeed::kMaxMessageBytes);
        if (!unpacked)
            return lose(nonsense(unpacked.failure().text));
        plain = std::move(unpacked.value());
    }
    Result<wire::ServerMessage> message = wire::decodeServer(plain, wire::Format::Cbor);
    if (!message) {
        lose(nonsense(message.failure().text));
        return;
    }
    const bool isHello = std::holds_alternative<wire::Hello>(message.value());
    const bool isError = std::holds_alternative<wire::Error>(message.value());
    if (isHello == m_greeted && !isError) {
        lose(tr("%1 sent an unexpected message.").arg(address()));
        return;
    }
    auto *snapshot = std::get_if<wire::Snapshot>(&message.value());
    auto picture = std::make_unique<Picture>();
    if (snapshot && m_greeted && snapshot->project == m_project) {
        if (const Result<void> built = picture->cube.apply(std::exchange(snapshot->cube, {})); !built)
            return lose(nonsense(built.failure().text));
        picture->applyUsers(std::exchange(snapshot->users, {}));
    }
    const bool wanted = std::visit([this](const auto &m) { return on(m); }, message.value());
    if (m_socket && m_greeted) // else the message was reason enough to leave
        heard();
    if (!wanted)
        return;
    if (snapshot) {
        picture->told = std::move(*snapshot);
        hand(std::move(picture), plain.size());
    } else {
        hand(std::move(message.value()), plain.size());
    }
}

void WsLink::hand(FeedItem item, qint64 bytes)
{
    switch (m_queue->push(std::move(item), bytes)) {
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
        const QString both = tr("%1 uses protocol version %2, this program version %3.")
                                 .arg(address(), QString::number(hello.version), QString::number(wire::kVersion));
        stay(FeedState::Kind::Incompatible,
             both + u' ' +
                 (hello.version > wire::kVersion ? tr("A newer Entvas is needed on this computer.")
                                                 : tr("A newer Entvas is needed on the server.")));
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
    m_quiet.start(kPictureMs);
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
    m_synced = m_hasPicture = true;
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
    if (!isSmall(delta)) {
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
    m_lastCode = error.code;
    const bool isOurProject = m_greeted && error.code == u"unknown_project" && error.ref == m_project;
    if (isOurProject)
        stayWithout(m_project); // which says it better
    return !isOurProject;
}

void WsLink::stayWithout(const QString &project)
{
    m_synced = false;
    stay(FeedState::Kind::NoProject,
         m_options.token.isEmpty()
             ? tr("%1 has no project “%2”, or it requires a token.").arg(address(), project.left(kMaxNameChars))
             : tr("%1 has no project “%2”, or this token gives no access to it.")
                   .arg(address(), project.left(kMaxNameChars)));
}

void WsLink::resync()
{
    m_synced = false;
    if (!m_socket || !m_greeted)
        return; // the next connection asks for a snapshot
    if (++m_resyncs > kMaxResyncs) {
        lose(tr("%1 sent messages out of sequence.").arg(address()));
        return;
    }
    subscribe(std::nullopt);
}

void WsLink::subscribe(const std::optional<wire::Since> &since)
{
    m_socket->sendBinaryMessage(encode(wire::Subscribe{m_project, since, m_options.tail}, wire::Format::Cbor));
}

} // namespace entvas
