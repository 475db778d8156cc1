#include "tests/app/whole/hostileserver.h"

#include <QCborArray>
#include <QCborMap>
#include <QCoreApplication>
#include <QDateTime>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

constexpr int kPauseMs = 10;
constexpr int kMostPauses = 2'000; // until it no longer waits for the other end to take something
const QString kEpoch = u"hostileServer"_s;

QByteArray cbor(const QCborMap &map)
{
    return QCborValue(map).toCbor();
}

QCborMap typed(const QString &type)
{
    return {{u"type"_s, type}, {u"project"_s, kDefaultProject}};
}

} // namespace

HostileServer::HostileServer(quint32 seed, int messages)
    : m_random(seed), m_messages(messages), m_nowMs(QDateTime::currentMSecsSinceEpoch())
{
}

HostileServer::~HostileServer() = default;

QString HostileServer::doing() const
{
    return QString::fromLatin1(m_doing.load());
}

void HostileServer::listen()
{
    m_server = std::make_unique<QWebSocketServer>(QString(), QWebSocketServer::NonSecureMode);
    m_server->listen(QHostAddress::LocalHost);
    connect(m_server.get(), &QWebSocketServer::newConnection, this, &HostileServer::onConnection);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &HostileServer::wait);
    port = m_server->serverPort();
}

void HostileServer::stop()
{
    m_pause.stop();
    if (QWebSocket *socket = std::exchange(m_socket, nullptr)) {
        socket->disconnect(this);
        delete socket;
    }
    m_server.reset();
    moveToThread(QCoreApplication::instance()->thread());
}

void HostileServer::onConnection()
{
    while (QWebSocket *socket = m_server->nextPendingConnection()) {
        if (QWebSocket *old = std::exchange(m_socket, nullptr)) { // abort() may tell that it is gone at once
            old->disconnect(this);
            old->abort();
            old->deleteLater();
        }
        m_socket = socket;
        m_pause.stop();
        ++connections;
        connect(socket, &QWebSocket::binaryMessageReceived, this, &HostileServer::onSubscribed);
        connect(socket, &QWebSocket::disconnected, socket, [this, socket] {
            if (m_socket == socket) {
                m_socket = nullptr;
                m_pause.stop();
            }
            socket->deleteLater();
        });
        if (!isGood && m_random.bounded(20) == 0) {
            greetings();
            continue;
        }
        wire::Hello hello;
        hello.epoch = isGood ? u"good"_s : kEpoch;
        hello.serverTimeMs = m_nowMs;
        hello.projects = {{kDefaultProject, u"Default"_s}};
        say(hello);
    }
}

void HostileServer::onSubscribed()
{
    if (!m_socket)
        return;
    wire::Snapshot picture = scene(isGood ? kGoodEvents : 10 + m_random.bounded(1'000));
    m_seq = picture.seq;
    if (isGood)
        picture.epoch = u"good"_s;
    say(picture);
    if (isGood || m_pause.isActive())
        return;
    m_waited = 0;
    m_pause.start();
}

// The next thing follows when the last was taken.
void HostileServer::wait()
{
    if (m_socket && m_socket->bytesToWrite() > 0 && ++m_waited < kMostPauses)
        return m_pause.start();
    next();
}

void HostileServer::next()
{
    if (said >= m_messages && !isGood) {
        isGood = true;
        m_doing = "good";
        if (m_socket)
            m_socket->abort();
        return;
    }
    using Act = void (HostileServer::*)();
    static constexpr std::pair<const char *, Act> kActs[]{{"damage", &HostileServer::damage},
                                                          {"wrong types", &HostileServer::wrongTypes},
                                                          {"numbers", &HostileServer::numbers},
                                                          {"depth", &HostileServer::depth},
                                                          {"uneven columns", &HostileServer::unevenColumns},
                                                          {"names", &HostileServer::names},
                                                          {"tail", &HostileServer::tail},
                                                          {"tiny deltas", &HostileServer::tinyDeltas},
                                                          {"times", &HostileServer::times},
                                                          {"control frames", &HostileServer::control},
                                                          {"errors", &HostileServer::errors},
                                                          {"pictures", &HostileServer::pictures},
                                                          {"unfinished", &HostileServer::unfinished},
                                                          {"leaving", &HostileServer::leave},
                                                          {"a large delta", &HostileServer::largeDelta},
                                                          {"users", &HostileServer::users}};
    ++said;
    ++m_turn;
    if (m_turn % 60 == 0) {
        m_doing = "huge";
        huge();
    } else {
        const auto &[name, act] = kActs[m_random.bounded(int(std::size(kActs)))];
        m_doing = name;
        (this->*act)();
    }
    m_waited = 0;
    if (m_socket)
        m_pause.start();
}

void HostileServer::say(const QByteArray &bytes)
{
    if (m_socket)
        m_socket->sendBinaryMessage(bytes);
}

void HostileServer::say(const wire::ServerMessage &message)
{
    say(encode(message, wire::Format::Cbor));
}

// A picture as a good server has it, small.
wire::Snapshot HostileServer::scene(qint64 events) const
{
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    const SeriesIndex series = cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s});
    const Cell cell{m_nowMs / 1'000 - 2, series, quint32(events)};
    cube.add({&cell, 1});
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.epoch = kEpoch;
    snapshot.seq = m_seq + 1;
    snapshot.serverTimeMs = m_nowMs;
    snapshot.totals = {events, 0};
    snapshot.cube = cube.snapshot();
    return snapshot;
}

// Letters of many scripts, signs that turn the direction of writing, control characters, tags, combining marks.
QString HostileServer::longText(qsizetype length)
{
    static const QStringList kPieces{u"<b>bold</b>"_s,
                                     u"<img src=\"/etc/passwd\">"_s,
                                     u"&lt;&amp;"_s,
                                     u"\u202e\u2066\u200f"_s,
                                     u"مرحبا"_s,
                                     u"שלום"_s,
                                     u"नमस्ते"_s,
                                     u"日本語"_s,
                                     u"𝄞👩‍👩‍👧‍👦"_s,
                                     u"a\u0301\u0302\u0303\u0304\u0305\u0306"_s,
                                     u"\n\r\t\u0001\u0007\u001b[31m"_s,
                                     u"\u2028\u2029\ufeff\ufffe"_s,
                                     u"plain words with spaces "_s};
    QString text;
    while (text.size() < length)
        text += kPieces[m_random.bounded(int(kPieces.size()))];
    text.truncate(length);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    return text;
}

QByteArray HostileServer::someMessage()
{
    switch (m_random.bounded(5)) {
    case 0: return encode(wire::ServerMessage(scene(7)), wire::Format::Cbor);
    case 1: {
        wire::Delta delta{kDefaultProject, m_seq + 1, {12, 1}, {{u"a"_s, u"b"_s, u"c"_s}}, {}};
        delta.cells = {{m_nowMs / 1'000, 0, 1}};
        return encode(wire::ServerMessage(delta), wire::Format::Cbor);
    }
    case 2: {
        wire::Tail tail{kDefaultProject, {}, 1};
        tail.events.append({u"id"_s, u"page_view"_s, u"42"_s, m_nowMs, m_nowMs, R"({"page":"home"})"});
        return encode(wire::ServerMessage(tail), wire::Format::Cbor);
    }
    case 3: return encode(wire::ServerMessage(wire::Heartbeat{m_seq, m_nowMs, {}}), wire::Format::Cbor);
    default: return encode(wire::ServerMessage(wire::Error{u"a"_s, u"b"_s, u"c"_s}), wire::Format::Cbor);
    }
}

void HostileServer::damage()
{
    QByteArray bytes = someMessage();
    if (m_random.bounded(2) == 0)
        bytes.truncate(m_random.bounded(int(bytes.size())));
    else
        for (int n = m_random.bounded(1, 9); n > 0; --n)
            bytes[m_random.bounded(int(bytes.size()))] = char(m_random.bounded(256));
    say(bytes);
}

void HostileServer::wrongTypes()
{
    QCborMap map = QCborValue::fromCbor(someMessage()).toMap();
    const QCborValue wrong[]{QCborValue(),
                             QCborValue(-1),
                             QCborValue(1.5e300),
                             QCborValue(true),
                             QCborValue(u"text"_s),
                             QCborValue(QByteArray("bytes")),
                             QCborArray{1, u"x"_s, QCborArray()},
                             QCborMap{{1, 2}}};
    const auto at = std::next(map.begin(), m_random.bounded(int(map.size())));
    map.insert(at.key(), wrong[m_random.bounded(int(std::size(wrong)))]);
    say(cbor(map));
}

void HostileServer::numbers()
{
    const qint64 extreme[]{std::numeric_limits<qint64>::min(), -1, 0, 1LL << 31, (1LL << 53) - 1, 1LL << 53,
                           std::numeric_limits<qint64>::max()};
    const auto any = [&] { return extreme[m_random.bounded(int(std::size(extreme)))]; };
    QCborMap map;
    switch (m_random.bounded(4)) {
    case 0:
        map = typed(u"delta"_s);
        map[u"seq"_s] = m_random.bounded(2) ? any() : m_seq + 1;
        map[u"totals"_s] = QCborMap{{u"events"_s, any()}, {u"invalid"_s, any()}};
        map[u"newSeries"_s] = QCborArray();
        map[u"cells"_s] = QCborArray{QCborArray{any(), 0, any()}, QCborArray{m_nowMs / 1'000, any(), 1}};
        break;
    case 1:
        map = typed(u"heartbeat"_s);
        map[u"seq"_s] = any();
        map[u"serverTime"_s] = any();
        break;
    case 2:
        map = QCborValue::fromCbor(encode(wire::ServerMessage(scene(9)), wire::Format::Cbor)).toMap();
        map[u"totals"_s] = QCborMap{{u"events"_s, any()}, {u"invalid"_s, any()}};
        map[u"serverTime"_s] = any();
        break;
    default: {
        // Sums that overflow what they are added up in.
        wire::Snapshot snapshot = scene(9);
        for (TierColumns &tier : snapshot.cube.tiers)
            for (qint64 &count : tier.count)
                count = (1LL << 53) - 1;
        snapshot.totals = {(1LL << 53) - 1, (1LL << 53) - 1};
        m_seq = snapshot.seq;
        return say(snapshot);
    }
    }
    say(cbor(map));
}

void HostileServer::depth()
{
    const int levels = 1 << m_random.bounded(4, 21);
    const QByteArray open = m_random.bounded(2) ? QByteArray("\x81") : QByteArray("\xa1\x61\x61");
    say(QByteArray("\xa1\x64type") + open.repeated(levels) + '\0');
}

void HostileServer::unevenColumns()
{
    wire::Snapshot snapshot = scene(5);
    TierColumns &tier = snapshot.cube.tiers[m_random.bounded(4)];
    switch (m_random.bounded(5)) {
    case 0: tier.bucket.append(QList<qint32>(m_random.bounded(1, 5'000), 1)); break;
    case 1: tier.count.clear(); break;
    case 2: tier.series.append(4'095); break;
    case 3: tier.fromMs += 1; break;
    default:
        tier.stepMs = 7;
        tier.bucket = QList<qint32>(100'000, 2'000'000'000);
        tier.series = QList<SeriesIndex>(100'000, 0);
        tier.count = QList<qint64>(100'000, 1);
        break;
    }
    say(snapshot);
}

// As many series as there may be, with names as long as they may be.
void HostileServer::names()
{
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    const int series = m_random.bounded(2) ? LiveCube::kMaxSeries - 1 : 200;
    QList<Cell> cells;
    for (int i = 0; i < series; ++i) {
        const QString number = QString::number(i);
        const SeriesKey key{number + longText(500), number + longText(500), longText(30)};
        cells.append(
            {m_nowMs / 1'000 - m_random.bounded(500'000), cube.intern(key), quint32(m_random.bounded(1, 999))});
    }
    cube.add(cells);
    wire::Snapshot snapshot = scene(1);
    snapshot.cube = cube.snapshot();
    if (m_random.bounded(3) == 0) {
        // And as many dimensions.
        snapshot.cube = CubeSnapshot();
        for (int d = 0; d < 64; ++d)
            snapshot.cube.dimensions.append(longText(500) + QString::number(d));
        for (int i = 0; i < 400; ++i) {
            SeriesKey key;
            for (int d = 0; d < 64; ++d)
                key.append(QString::number(i * d) + longText(40));
            snapshot.cube.series.append(key);
        }
        for (const qint64 step : kTierStepMs) {
            TierColumns tier{step, (m_nowMs / step - 50) * step, {}, {}, {}};
            for (int i = 0; i < 400; ++i) {
                tier.bucket.append(i % 50);
                tier.series.append(SeriesIndex(i));
                tier.count.append(1 + i);
            }
            snapshot.cube.tiers.append(tier);
        }
    }
    m_seq = snapshot.seq;
    say(snapshot);
}

void HostileServer::tail()
{
    wire::Tail tail{kDefaultProject, {}, m_random.bounded(1'000'000)};
    const bool many = m_random.bounded(2);
    for (int i = many ? 10'000 : 400; i > 0; --i) {
        wire::TailEvent event{longText(many ? 20 : 500),         longText(many ? 30 : 500),
                              longText(many ? 30 : 500),         m_nowMs,
                              m_random.bounded(2) ? m_nowMs : 0, {}};
        event.metadata = many ? QByteArray(R"({"page":"home"})")
                              : R"({"a":")" + QByteArray(m_random.bounded(60'000), 'x') + R"(","b":[[[[[[[1]]]]]]]})";
        tail.events.append(event);
    }
    say(tail);
}

void HostileServer::tinyDeltas()
{
    for (int i = 0; i < 3'000; ++i) {
        wire::Delta delta{kDefaultProject, ++m_seq, {i, i}, {}, {}};
        delta.cells = {{m_nowMs / 1'000 + i % 3, 0, 1}};
        say(delta);
    }
}

void HostileServer::times()
{
    const qint64 faraway[]{0, 1'000, 86'400'000, 4'000'000'000'000, 253'402'300'000'000, (1LL << 53) - 1};
    const auto any = [&] { return faraway[m_random.bounded(int(std::size(faraway)))]; };
    wire::Snapshot snapshot = scene(3);
    snapshot.serverTimeMs = any();
    for (TierColumns &tier : snapshot.cube.tiers)
        if (m_random.bounded(2))
            tier.fromMs = any() / tier.stepMs * tier.stepMs;
    m_seq = snapshot.seq;
    say(snapshot);
    for (int i = 0; i < 20; ++i) {
        wire::Delta delta{kDefaultProject, ++m_seq, {3 + i, 0}, {}, {}};
        const qint64 second = any() / 1'000;
        for (int n = 0; n < 1'000; ++n)
            delta.cells.append({second + n * m_random.bounded(80), 0, 1});
        say(delta);
        say(wire::Heartbeat{m_seq, any(), {}});
    }
}

void HostileServer::huge()
{
    constexpr qsizetype kMost = 60 * 1024 * 1024;
    switch (m_turn / 60 % 6) {
    case 0: return say(QByteArray(kMost, '\x41'));
    case 1: return say(QByteArray(70 * 1024 * 1024, '\x41'));
    case 2: // one small number after another
        return say(QByteArray("\xa2\x64type\x65"
                              "delta\x65"
                              "cells\x9f",
                              19) +
                   QByteArray(kMost, '\1') + '\xff');
    case 3: // empty arrays, which take most room in memory
        return say(QByteArray("\xa1\x66series\x9f", 9) + QByteArray(kMost, '\x80') + '\xff');
    case 4: // one text
        return say(QByteArray("\xa1\x64type\x7b\0\0\0\0\3\0\0\0", 15) + QByteArray(3 << 24, 'x'));
    default: break;
    }
    // A picture that is in order, as large as any may be.
    wire::Snapshot snapshot = scene(1);
    snapshot.cube.series.clear();
    for (int i = 0; i < LiveCube::kMaxSeries; ++i)
        snapshot.cube.series.append(
            {longText(20) + QString::number(i), QString::number(i % 97), QString::number(i % 7)});
    snapshot.cube.tiers.clear();
    for (std::size_t t = 0; t < kTierStepMs.size(); ++t) {
        const qint64 step = kTierStepMs[t];
        const qint64 buckets = std::min<qint64>(kTierBuckets[t], LiveCube::kMaxSnapshotCells / LiveCube::kMaxSeries);
        TierColumns tier{step, (m_nowMs / step - buckets + 1) * step, {}, {}, {}};
        for (qint64 b = 0; b < buckets; ++b)
            for (int i = 0; i < LiveCube::kMaxSeries; ++i) {
                tier.bucket.append(qint32(b));
                tier.series.append(SeriesIndex(i));
                tier.count.append(1 + i % 5);
            }
        snapshot.cube.tiers.append(tier);
    }
    m_seq = snapshot.seq;
    say(snapshot);
}

void HostileServer::control()
{
    if (!m_socket)
        return;
    for (int i = 0; i < 5'000; ++i)
        m_socket->ping(QByteArray(100, 'p'));
    if (m_random.bounded(2))
        m_socket->sendTextMessage(longText(100'000));
}

// Sketches that are none, buckets out of order and far away, and more new users than there are people.
void HostileServer::users()
{
    const auto anyBytes = [&](qsizetype size) {
        QByteArray bytes(size, Qt::Uninitialized);
        for (char &byte : bytes)
            byte = char(m_random.bounded(256));
        if (!bytes.isEmpty())
            bytes[0] = char(m_random.bounded(4));
        return bytes;
    };
    wire::Snapshot snapshot = scene(4);
    snapshot.users.emplace();
    for (const qint64 step : kTierStepMs) {
        UserTier tier{
            step, 0, m_random.bounded(2) ? (m_nowMs / step - 9'000) * step : m_random.bounded(1'000'000), {}, {}};
        for (int i = m_random.bounded(9'000); i > 0; --i) {
            tier.bucket.append(m_random.bounded(10'000));
            tier.sketch.append(anyBytes(m_random.bounded(200)));
        }
        snapshot.users->tiers.append(tier);
    }
    m_seq = snapshot.seq;
    say(snapshot);
    say(scene(5));
    wire::Delta delta{kDefaultProject, m_seq + 2, {6, 0}, {}, {}};
    m_seq += 2;
    const int seconds = m_random.bounded(1, 600);
    for (int i = 0; i < seconds; ++i)
        delta.users.append(
            {m_nowMs / 1'000 + i * (m_random.bounded(2) ? 1 : 100'000), anyBytes(5 * m_random.bounded(160))});
    say(delta);
}

void HostileServer::errors()
{
    for (int i = 0; i < 300; ++i)
        say(wire::Error{longText(500), longText(4'000), longText(500)});
    if (m_random.bounded(4) == 0)
        say(wire::Error{u"unknown_project"_s, longText(500), kDefaultProject});
}

void HostileServer::pictures()
{
    for (int i = 0; i < 100; ++i) {
        const wire::Snapshot picture = scene(m_random.bounded(100'000)); // the numbers go up and down
        m_seq = picture.seq;
        say(picture);
    }
}

void HostileServer::greetings()
{
    m_doing = "greetings";
    ++said;
    wire::Hello hello;
    hello.epoch = kEpoch;
    hello.serverTimeMs = m_nowMs;
    switch (m_random.bounded(5)) {
    case 0: hello.version = m_random.bounded(2, 1'000'000); break;
    case 1:
        for (int i = 0; i < 10'000; ++i)
            hello.projects.append({QString::number(i) + longText(400), longText(500)});
        break;
    case 2: hello.heartbeatMs = 1; break;
    case 3: say(someMessage()); break;
    default: m_socket->close(QWebSocketProtocol::CloseCodePolicyViolated, longText(40)); return;
    }
    say(hello);
}

// Frame after frame of a message that has no end.
void HostileServer::unfinished()
{
    if (!m_socket)
        return;
    m_socket->setOutgoingFrameSize(512);
    QByteArray bytes = encode(wire::ServerMessage(scene(5)), wire::Format::Cbor);
    bytes += QByteArray(2'000'000, '\0');
    say(bytes);
    if (m_socket && m_random.bounded(2))
        m_socket->abort();
}

void HostileServer::leave()
{
    if (m_random.bounded(2))
        m_socket->abort();
    else
        m_socket->close(m_random.bounded(2) ? QWebSocketProtocol::CloseCodeGoingAway
                                            : QWebSocketProtocol::CloseCodePolicyViolated,
                        longText(40));
}

void HostileServer::largeDelta()
{
    wire::Delta delta{kDefaultProject, ++m_seq, {5, 5}, {}, {}};
    const int cells = m_random.bounded(2) ? 19'000 : 300'000;
    const qint64 apart = m_random.bounded(2) ? 4 : 691'000; // eight days: every cell moves the window of minutes
    for (int i = 0; i < cells; ++i)
        delta.cells.append({m_nowMs / 1'000 + i % 300'000 * apart, 0, 1});
    for (int i = 0; i < 100; ++i)
        delta.newSeries.append({longText(500) + QString::number(i), longText(500), longText(500)});
    say(delta);
}

} // namespace entvas::test
