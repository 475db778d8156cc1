#pragma once

#include "core/base/clock.h"
#include "core/base/qtcompat.h"
#include "core/cube/liveusers.h"
#include "core/model/settings.h"
#include "core/wire/wire.h"
#include "server/api/server.h"
#include "server/api/servercore.h"
#include "tests/server/rawclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QWebSocket>

namespace entvas::test {

using namespace Qt::StringLiterals;

struct HttpAnswer {
    int status = 0;
    QByteArray body;
    QList<QNetworkReply::RawHeaderPair> headers;
    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    QJsonObject data() const { return json().value(u"data"_s).toObject(); }
    QByteArray header(const QByteArray &name) const
    {
        for (const auto &[key, value] : headers)
            if (key.compare(name, Qt::CaseInsensitive) == 0)
                return value;
        return {};
    }
};
using Headers = QList<std::pair<QByteArray, QByteArray>>;

// A whole server on a free port of this machine with a database file of its own.
class TestServer
{
public:
    TestServer()
    {
        settings.port = 0;
        settings.database.path = directory.filePath(u"entvas.db"_s);
    }
    ~TestServer() { stop(); }

    // Through the facade, in threads of its own, as the program runs it.
    bool start()
    {
        server = std::make_unique<Server>(settings);
        QObject::connect(server.get(), &Server::ready, server.get(), [this](const QUrl &at) { url = at; });
        QObject::connect(server.get(), &Server::failed, server.get(), [this](const Failure &why) { failure = why; });
        server->start();
        return waitForReady();
    }
    // In this thread, with other limits or another clock.
    bool startCore(const LiveHubLimits &limits = {}, const Clock *otherClock = nullptr,
                   const ServerLimits &serverLimits = {})
    {
        core = std::make_unique<ServerCore>(settings, otherClock ? otherClock : &clock, limits, serverLimits);
        QObject::connect(core.get(), &ServerCore::ready, core.get(), [this](const QUrl &at) { url = at; });
        QObject::connect(core.get(), &ServerCore::failed, core.get(), [this](const Failure &why) { failure = why; });
        core->start();
        return waitForReady();
    }
    bool stop()
    {
        bool stopped = false;
        if (server) {
            QObject::connect(server.get(), &Server::stopped, server.get(), [&] { stopped = true; });
            server->stop();
        } else if (core) {
            QObject::connect(core.get(), &ServerCore::stopped, core.get(), [&] { stopped = true; });
            core->stop();
        } else {
            return true;
        }
        const bool inTime = spinUntil([&] { return stopped; }, 10'000);
        server.reset();
        core.reset();
        url.clear();
        return inTime;
    }

    HttpAnswer call(const QByteArray &method, const QString &path, const QByteArray &body = {},
                    const Headers &headers = {})
    {
        QNetworkRequest request(QUrl(url.toString() + path));
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        if (!body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        for (const auto &[name, value] : headers)
            request.setRawHeader(name, value);
        // A custom "HEAD" would wait for the body that Content-Length speaks of.
        QNetworkReply *reply = method == "HEAD" ? http.head(request) : http.sendCustomRequest(request, method, body);
        spinUntil([=] { return reply->isFinished(); }, 20'000);
        HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        answer.headers = reply->rawHeaderPairs();
        reply->deleteLater();
        return answer;
    }
    HttpAnswer get(const QString &path, const Headers &headers = {}) { return call("GET", path, {}, headers); }
    HttpAnswer post(const QByteArray &body, const Headers &more = {})
    {
        return call("POST", u"/webhook"_s, body, Headers{{"X-API-Key", key}} + more);
    }

    QTemporaryDir directory;
    Settings settings;
    SystemClock clock;
    QByteArray key = kDevelopmentKey;
    QUrl url;
    std::optional<Failure> failure;
    std::unique_ptr<Server> server;
    std::unique_ptr<ServerCore> core;
    QNetworkAccessManager http;

private:
    bool waitForReady()
    {
        return spinUntil([this] { return url.isValid() || failure; }, 20'000) && !failure;
    }
};

// A dashboard: keeps every message, and the cube and totals that they add up to.
class LiveClient
{
public:
    explicit LiveClient(wire::Format how = wire::Format::Json) : format(how)
    {
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) {
            if (format == wire::Format::Json)
                take(text.toUtf8());
            else
                broken = u"text frame in CBOR"_s;
        });
        QObject::connect(&socket, &QWebSocket::binaryMessageReceived, &socket, [this](const QByteArray &bytes) {
            if (format == wire::Format::Cbor)
                take(bytes);
            else
                broken = u"binary frame in JSON"_s;
        });
        QObject::connect(&socket, &QWebSocket::disconnected, &socket, [this] { closed = true; });
        socket.setMaxAllowedIncomingFrameSize(256 * 1024 * 1024);
        socket.setMaxAllowedIncomingMessageSize(256 * 1024 * 1024);
    }

    // True once `hello` is here.
    bool open(const QUrl &server, const Headers &headers = {}, bool waitForHello = true)
    {
        QUrl at = server;
        at.setScheme(server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
        at.setPath(u"/ws"_s);
        if (format == wire::Format::Cbor)
            at.setQuery(u"format=cbor"_s);
        QNetworkRequest request(at);
        for (const auto &[name, value] : headers)
            request.setRawHeader(name, value);
        closed = false;
        QObject::connect(&socket, qtcompat::webSocketError<QWebSocket>(), &socket, [this] { failed = true; });
        socket.open(request);
        return spinUntil([&] {
                   return failed ||
                          (waitForHello ? count<wire::Hello>() > 0 : socket.state() == QAbstractSocket::ConnectedState);
               }) &&
               !failed;
    }
    void send(const wire::ClientMessage &message)
    {
        const QByteArray bytes = wire::encode(message, format);
        if (format == wire::Format::Json)
            socket.sendTextMessage(QString::fromUtf8(bytes));
        else
            socket.sendBinaryMessage(bytes);
    }
    void subscribe(bool tail = false, std::optional<wire::Since> since = {})
    {
        send(wire::Subscribe{u"default"_s, since, tail});
    }
    bool waitForPicture()
    {
        const qsizetype had = count<wire::Snapshot>();
        return spinUntil([&] { return count<wire::Snapshot>() > had; }, 10'000);
    }
    bool waitForEvents(qint64 events, int ms = 10'000)
    {
        return spinUntil([&] { return totals.events >= events; }, ms);
    }
    bool waitForClose(int ms = 10'000)
    {
        return spinUntil([this] { return closed; }, ms);
    }

    template <class M>
    QList<M> all() const
    {
        QList<M> found;
        for (const wire::ServerMessage &message : messages)
            if (const auto *one = std::get_if<M>(&message))
                found.append(*one);
        return found;
    }
    template <class M>
    qsizetype count() const
    {
        return all<M>().size();
    }

    wire::Format format;
    QWebSocket socket;
    QList<wire::ServerMessage> messages;
    LiveCube cube;
    LiveUsers users;
    wire::Totals totals;
    QString epoch;
    qint64 seq = -1;
    QString broken; // what no client should ever see; empty = all was well
    bool closed = false;
    bool failed = false;

private:
    void take(const QByteArray &bytes)
    {
        const auto read = wire::decodeServer(bytes, format);
        if (!read) {
            broken = read.failure().text;
            return;
        }
        messages.append(read.value());
        if (const auto *hello = std::get_if<wire::Hello>(&read.value())) {
            epoch = hello->epoch;
        } else if (const auto *snapshot = std::get_if<wire::Snapshot>(&read.value())) {
            if (const auto applied = cube.apply(snapshot->cube); !applied)
                broken = applied.failure().text;
            if (const auto applied = users.apply(snapshot->users.value_or(UsersSnapshot())); !applied)
                broken = applied.failure().text;
            totals = snapshot->totals;
            seq = snapshot->seq;
        } else if (const auto *delta = std::get_if<wire::Delta>(&read.value())) {
            if (delta->seq != seq + 1)
                broken = u"delta %1 after %2"_s.arg(delta->seq).arg(seq);
            if (const auto applied = cube.apply(delta->newSeries, delta->cells); !applied)
                broken = applied.failure().text;
            if (const auto applied = users.apply(delta->users); !applied)
                broken = applied.failure().text;
            totals = delta->totals;
            seq = delta->seq;
        }
    }
};

// Every count of a cube by tier, bucket and series: equal when two cubes count the same.
inline QMap<QString, qint64> countsOf(const LiveCube &cube)
{
    QMap<QString, qint64> counts;
    const CubeSnapshot snapshot = cube.snapshot();
    for (const TierColumns &tier : snapshot.tiers)
        for (qsizetype i = 0; i < tier.bucket.size(); ++i)
            counts[u"%1 %2 %3"_s.arg(tier.stepMs)
                       .arg(tier.fromMs + tier.bucket[i] * tier.stepMs)
                       .arg(snapshot.series[tier.series[i]].join(u'/'))] += tier.count[i];
    return counts;
}

inline QByteArray eventJson(const QByteArray &type = "page_view", const QByteArray &user = "u1")
{
    return "{\"eventType\":\"" + type + "\",\"userId\":\"" + user +
           "\",\"metadata\":{\"page\":\"home\",\"browser\":\"chrome\"}}";
}

} // namespace entvas::test
