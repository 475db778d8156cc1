#include "core/store/events/storereader.h"
#include "server/http/reply.h"
#include "server/ingest/rejections.h"
#include "server/live/liveprojects.h"
#include "server/metrics/metrics.h"
#include "tests/server/gzip.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"

#include <QFile>
#include <QMetaMethod>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>
#include <semaphore>
#include <sys/resource.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kReached = "_limit_reached_total";

// Limits that were seen to be reached in this run, for everyLimitIsReached().
QSet<QByteArray> g_reached;
double note(const QByteArray &limit, double reached)
{
    if (reached > 0)
        g_reached.insert(limit);
    return reached;
}

// Limits that are reached by tests of the part that has them: by file, and words that stand there.
struct Elsewhere {
    QByteArray limit;
    QByteArray file;
    QByteArray words;
};
const QList<Elsewhere> kElsewhere{
    {"entvas_gate_address_connections", "gate/tst_shares.cpp", "entvas_gate_address_connections_limit_reached_total"},
    {"entvas_gate_handshakes", "gate/tst_tls.cpp", "entvas_gate_handshakes_limit_reached_total"},
    {"entvas_gate_address_handshakes", "gate/tst_shares.cpp", "entvas_gate_address_handshakes_limit_reached_total"},
    {"entvas_gate_control_frames", "gate/tst_frames.cpp", "entvas_gate_control_frames_limit_reached_total"},
    {"entvas_live_address_clients", "gate/tst_shares.cpp", "entvas_live_address_clients_limit_reached_total"},
    {"entvas_live_unauthenticated", "live/tst_livehub.cpp", "stats().unauthenticated.reached"},
    {"entvas_auth_failures", "access/tst_auththrottle.cpp", "entvas_auth_failures_limit_reached_total"},
    {"entvas_auth_tracked_addresses", "access/tst_auththrottle.cpp", "stats.addresses.reached"},
    {"entvas_logins_waiting", "access/tst_issuer.cpp", "entvas_logins_waiting_limit_reached_total"},
    {"entvas_ingest_early_posts", "ingest/tst_earlyposts.cpp", "entvas_ingest_early_posts_limit_reached_total"},
    {"entvas_ingest_early", "ingest/tst_earlyposts.cpp", "entvas_ingest_early_limit_reached_total"},
    {"entvas_exports_running", "query/tst_exports.cpp", "entvas_exports_running_limit_reached_total"},
};

// Holds the right to write a SQLite file: the server's writer waits, its queue grows. For 5 s at most.
class WriteLock
{
public:
    explicit WriteLock(const QString &path)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"lock"_s);
        database.setDatabaseName(path);
        taken = database.open() && QSqlQuery(database).exec(u"BEGIN IMMEDIATE"_s);
    }
    ~WriteLock()
    {
        QSqlDatabase::database(u"lock"_s).close();
        QSqlDatabase::removeDatabase(u"lock"_s);
    }
    bool taken = false;
};

// The gate alone, which counts into /metrics of its own.
struct FrontBench {
    explicit FrontBench(const GateLimits &limits) : front(limits)
    {
        front.route("POST", u"/echo"_s, [](const HttpRequest &request, const HttpResponder &responder) {
            HttpReply reply;
            reply.body = request.body;
            responder.send(reply);
        });
        front.route("GET", u"/large"_s, [](const HttpRequest &, const HttpResponder &responder) {
            HttpReply reply;
            reply.body = QByteArray(15 * 1024 * 1024, 'x');
            responder.send(reply);
        });
        front.route("GET", u"/metrics"_s, [this](const HttpRequest &, const HttpResponder &responder) {
            ServerStats stats;
            stats.front = front.stats();
            responder.send(metricsReply(stats));
        });
        port = front.listen(u"127.0.0.1"_s, 0).value();
        reader = std::make_unique<RawClient>(port);
    }
    MetricsText metrics()
    {
        if (reader->isClosed())
            reader = std::make_unique<RawClient>(port);
        reader->received.clear();
        reader->send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        return MetricsText(reader->waitForAnswers(1).value(0).body);
    }
    double reached(const QByteArray &limit) { return note(limit, metrics().value(limit + kReached.toByteArray())); }
    HttpFront front;
    quint16 port = 0;
    std::unique_ptr<RawClient> reader;
};

const QByteArray kPost = "POST /echo HTTP/1.1\r\nHost: a\r\n";

} // namespace

// Every limit reached over a real socket: the answer that docs/metrics-and-limits.md promises, and the counter that
// tells of it.
class LimitsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_ran.insert(QTest::currentTestFunction()); }
    void gate_data();
    void gate();
    void connections();
    void pipelined();
    void answerNotTaken();
    void descriptors();
    void ingest_data();
    void ingest();
    void queue_data();
    void queue();
    void heldRejections();
    void minutesOfRejections();
    void questions();
    void questionTime();
    void projects();
    void liveClients();
    void liveMessages_data();
    void liveMessages();
    void liveAuthentication();
    void missedPongs();
    void slowReader();
    void unsentOfAll();
    void tail();
    void series();
    void ring();
    void users();
    void everyLimitIsReached(); // the last

private:
    static double value(TestServer &server, const QByteArray &name)
    {
        const MetricsText metrics(server.get(u"/metrics"_s).body);
        return metrics.error.isEmpty() ? metrics.value(name) : -1;
    }
    static double reached(TestServer &server, const QByteArray &limit)
    {
        return note(limit, value(server, limit + kReached.toByteArray()));
    }
    QSet<QByteArray> m_ran;
    static QByteArray bulk(int events)
    {
        const QByteArray one = eventJson().replace("home", QByteArray(10'000, 'x'));
        return "[" + (one + ",").repeated(events - 1) + one + "]";
    }
};

void LimitsTest::gate_data()
{
    QTest::addColumn<QByteArray>("limit");
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status"); // 0 = closed without a word
    const auto row = [](const char *limit, const QByteArray &request, int status) {
        QTest::newRow(QByteArray(limit) + ' ' + QByteArray::number(status)) << QByteArray(limit) << request << status;
    };
    row("entvas_gate_request_line", "GET /" + QByteArray(300, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
    row("entvas_gate_head", kPost + "X: " + QByteArray(600, 'a') + "\r\n\r\n", 431);
    row("entvas_gate_headers", kPost + "A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", 431);
    row("entvas_gate_body", kPost + "Content-Length: 400001\r\n\r\n", 413);
    row("entvas_gate_head_time", "GET /", 408);
    row("entvas_gate_head_time", "", 0);
    row("entvas_gate_body_time", kPost + "Content-Length: 10\r\n\r\nabc", 408);
    row("entvas_gate_idle_time", kPost + "Content-Length: 2\r\n\r\nok", 200);
    row("entvas_gate_answer", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", 500);
    row("entvas_gate_held", kPost + "Content-Length: 300000\r\n\r\n" + QByteArray(200'000, 'a'), 503);
    row("entvas_gate_input", kPost + "Transfer-Encoding: chunked\r\n\r\n5;" + QByteArray(100'000, 'a'), 400);
}

void LimitsTest::gate()
{
    QFETCH(QByteArray, limit);
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    GateLimits limits;
    limits.requestLineBytes = 200;
    limits.headBytes = 500;
    limits.headers = 5;
    limits.bodyBytes = 400'000;
    limits.headMs = 100;
    limits.bodyMs = 100;
    limits.idleMs = limit == "entvas_gate_idle_time" ? 100 : 15'000;
    limits.unsentBytes = 1'000'000;
    limits.heldBytes = 100'000;
    FrontBench bench(limits);
    const MetricsText before = bench.metrics();
    QCOMPARE(before.error, QByteArray());
    QCOMPARE(before.value(limit + kReached.toByteArray()), 0.0);
    RawClient client(bench.port);
    client.send(request);
    const auto answers = client.untilClosed();
    if (status != 500) // the connection stays
        QVERIFY(client.isClosed());
    QCOMPARE(answers.value(0).status, status);
    QVERIFY(bench.reached(limit) >= 1.0);
    // Nobody else is blamed.
    const MetricsText after = bench.metrics();
    for (auto it = after.samples.cbegin(); it != after.samples.cend(); ++it)
        if (it.key().endsWith(kReached) && !it.key().startsWith(limit))
            QVERIFY2(it.value() == before.value(it.key()), it.key().constData());
}

void LimitsTest::connections()
{
    GateLimits limits;
    limits.connections = 2;
    FrontBench bench(limits);
    RawClient second(bench.port);
    second.send(kPost + "Content-Length: 0\r\n\r\n");
    QCOMPARE(second.waitForAnswers(1).value(0).status, 200);
    RawClient third(bench.port);
    QCOMPARE(third.untilClosed().value(0).status, 503);
    const MetricsText metrics = bench.metrics();
    QCOMPARE(metrics.value("entvas_gate_connections"), 2.0);
    QCOMPARE(metrics.value("entvas_gate_connections_limit"), 2.0);
    QCOMPARE(note("entvas_gate_connections", metrics.value("entvas_gate_connections_limit_reached_total")), 1.0);
}

void LimitsTest::pipelined()
{
    FrontBench bench({});
    RawClient client(bench.port);
    const QByteArray request = kPost + "Content-Length: 0\r\n\r\n";
    client.send(request + request + request);
    QCOMPARE(client.waitForAnswers(3).size(), 3);
    QCOMPARE(bench.reached("entvas_gate_connection_requests"), 2.0);
}

void LimitsTest::answerNotTaken()
{
    GateLimits limits;
    limits.sendMs = 200;
    FrontBench bench(limits);
    RawClient client(bench.port);
    client.socket.setReadBufferSize(1'000);
    QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(spinUntil([&] { return bench.reached("entvas_gate_send_time") == 1; }));
}

void LimitsTest::descriptors()
{
    FrontBench bench({});
    QCOMPARE(bench.metrics().value("entvas_gate_descriptors_exhausted_total"), 0.0);
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
    QTcpSocket client;
    client.bind(QHostAddress(QHostAddress::LocalHost)); // takes its descriptor now
    const int next = ::dup(0);
    ::close(next);
    rlimit tight = before;
    tight.rlim_cur = rlim_t(next);
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &tight), 0);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.port);
    const bool counted =
        spinUntil([&] { return bench.metrics().value("entvas_gate_descriptors_exhausted_total") >= 1; });
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY(counted);
}

void LimitsTest::ingest_data()
{
    QTest::addColumn<QByteArray>("limit");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<int>("status");
    QByteArray many = "[";
    for (int i = 0; i <= 10'000; ++i)
        many += "{},";
    many.back() = ']';
    QTest::newRow("rate") << QByteArray("entvas_ingest_rate_events")
                          << QByteArray("[" + eventJson() + "," + eventJson() + "]") << Headers() << 429;
    QTest::newRow("events") << QByteArray("entvas_ingest_body_events") << many << Headers() << 413;
    QTest::newRow("unpacked") << QByteArray("entvas_ingest_unpacked") << gzip(QByteArray(200'000, ' '))
                              << Headers{{"Content-Encoding", "gzip"}} << 413;
    QTest::newRow("answer") << QByteArray("entvas_rejections_answer") << QByteArray(many.first(1 + 3 * 3'000) + "{}]")
                            << Headers() << 400;
}

void LimitsTest::ingest()
{
    QFETCH(QByteArray, limit);
    QFETCH(QByteArray, body);
    QFETCH(Headers, headers);
    QFETCH(int, status);
    TestServer server;
    server.settings.maxBodyBytes = 100'000;
    server.settings.rateLimit = limit == "entvas_ingest_rate_events" ? 2 : 0;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(reached(server, limit), 0.0);
    QCOMPARE(server.post(body, headers).status, status);
    QCOMPARE(reached(server, limit), 1.0);
}

void LimitsTest::queue_data()
{
    QTest::addColumn<QByteArray>("limit");
    QTest::newRow("events") << QByteArray("entvas_store_queue_events");
    QTest::newRow("bytes") << QByteArray("entvas_store_queue");
}

void LimitsTest::queue()
{
    QFETCH(QByteArray, limit);
    ServerLimits limits;
    (limit == "entvas_store_queue" ? limits.writer.queueBytes : limits.writer.queueEvents) = 20;
    if (limit == "entvas_store_queue")
        limits.writer.queueBytes = 5'000;
    TestServer server;
    QVERIFY(server.startCore({}, nullptr, limits));
    {
        const WriteLock lock(server.settings.database.path);
        QVERIFY(lock.taken);
        // The first is in the writer's hands, the second waits: an array larger than the queue passes only an empty
        // one.
        std::vector<std::unique_ptr<RawClient>> waiting;
        const QByteArray inFlight = "entvas_http_requests_in_flight";
        const double before = value(server, inFlight);
        for (int i = 0; i < 2; ++i) {
            waiting.push_back(std::make_unique<RawClient>(quint16(server.url.port())));
            waiting.back()->send("POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + server.key +
                                 "\r\nContent-Length: " + QByteArray::number(eventJson().size()) + "\r\n\r\n" +
                                 eventJson());
            QVERIFY(spinUntil(
                [&] {
                    return value(server, inFlight) == before + i + 1 && value(server, "entvas_store_queue_events") == i;
                },
                1'000));
        }
        QByteArray body = "[";
        for (int i = 0; i < 21; ++i)
            body += eventJson() + ",";
        body.back() = ']';
        QCOMPARE(server.post(body).status, 503);
        QCOMPARE(reached(server, limit), 1.0);
        QCOMPARE(value(server, "entvas_ingest_events_total{result=\"refused\"}"), 21.0);
    }
    QCOMPARE(server.post(eventJson()).status, 200);
}

void LimitsTest::heldRejections()
{
    TestServer server;
    QVERIFY(server.startCore());
    std::vector<std::unique_ptr<RawClient>> clients;
    int answered = 0;
    const WriteLock lock(server.settings.database.path);
    QVERIFY(lock.taken);
    // The first is on its way to the database, the next ones wait for it.
    for (int i = 0; i < 1 + int(Rejections::kMaxHeld) + 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(quint16(server.url.port())));
        clients.back()->send("POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + server.key +
                             "\r\nContent-Length: 2\r\n\r\n{}");
    }
    QVERIFY(spinUntil(
        [&] {
            answered = int(std::count_if(clients.cbegin(), clients.cend(),
                                         [](const auto &c) { return answersIn(c->received).size() == 1; }));
            return answered >= 3;
        },
        4'000));
    QCOMPARE(answered, 3);
    QCOMPARE(reached(server, "entvas_rejections_held"), 3.0);
    QCOMPARE(value(server, "entvas_rejections_held"), double(Rejections::kMaxHeld));
}

void LimitsTest::minutesOfRejections()
{
    ManualClock clock{1'767'268'800'000};
    TestServer server;
    QVERIFY(server.startCore({}, &clock));
    const QByteArray request =
        "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + server.key + "\r\nContent-Length: 2\r\n\r\n{}";
    const QByteArray limit = "entvas_rejections_unstored";
    const WriteLock lock(server.settings.database.path);
    QVERIFY(lock.taken);
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (int i = 0; i < 1 + int(Rejections::kMaxHeld); ++i) {
        clock.advance(60'000);
        waiting.push_back(std::make_unique<RawClient>(quint16(server.url.port())));
        waiting.back()->send(request);
        QVERIFY(spinUntil([&] { return value(server, "entvas_ingest_events_total{result=\"rejected\"}") == i + 1; }));
    }
    // Answered at once; on a slow machine the writer gives up in between, and a minute or two are counted after all.
    RawClient next(quint16(server.url.port()));
    constexpr qsizetype kEnough = Rejections::kMaxMinutes + 2;
    for (qsizetype i = Rejections::kMaxHeld; i < kEnough || (i < kEnough + 50 && reached(server, limit) < 2); ++i) {
        clock.advance(60'000);
        next.received.clear();
        next.send(request);
        QVERIFY(spinUntil([&] { return answersIn(next.received).value(0).status == 400; }, 20'000));
    }
    QCOMPARE(value(server, limit), double(Rejections::kMaxMinutes));
    QCOMPARE(reached(server, limit), 2.0);
}

void LimitsTest::questions()
{
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"a.db"_s);
    StoreReader reader([url] { return makeStore(url, u"w"_s); });
    std::binary_semaphore release(0);
    HttpFront front({});
    front.route("POST", u"/ask"_s, [&](const HttpRequest &, const HttpResponder &responder) {
        const bool taken = reader.ask<int>(
            &reader,
            [&](EventStore &) -> Result<int> {
                release.acquire();
                release.release();
                return 1;
            },
            [responder](const Result<int> &) { responder.send({}); });
        if (!taken)
            responder.send(failureReply({Fault::Busy, u"Too many questions"_s}));
    });
    const quint16 port = front.listen(u"127.0.0.1"_s, 0).value();
    std::vector<std::unique_ptr<RawClient>> clients;
    const auto count = [&](int status) {
        return std::count_if(clients.cbegin(), clients.cend(),
                             [=](const auto &c) { return answersIn(c->received).value(0).status == status; });
    };
    for (int i = 0; i < StoreReader::kMaxWaiting + 5; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
        clients.back()->send("POST /ask HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    QVERIFY(spinUntil([&] { return count(503) >= 4; })); // one is being answered and waits no more
    ServerStats stats;
    stats.reader = {reader.waiting(), reader.time()};
    const MetricsText metrics(metricsReply(stats).body);
    QCOMPARE(note("entvas_store_questions", metrics.value("entvas_store_questions_limit_reached_total")),
             double(count(503)));
    QCOMPARE(metrics.value("entvas_store_questions"), double(StoreReader::kMaxWaiting));
    release.release();
    QVERIFY(spinUntil([&] { return count(503) + count(200) == qsizetype(clients.size()); }));
}

void LimitsTest::questionTime()
{
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"a.db"_s);
    StoreReader reader([url] { return makeStore(url, u"w"_s); });
    std::binary_semaphore release(0);
    std::optional<Fault> answered;
    const bool taken = reader.ask<int>(
        &reader,
        [&](EventStore &) -> Result<int> {
            release.acquire();
            return 1;
        },
        [&](const Result<int> &answer) { answered = answer ? Fault::Internal : answer.failure().kind; },
        std::chrono::milliseconds(50));
    QVERIFY(taken);
    QVERIFY(spinUntil([&] { return answered.has_value(); }));
    release.release();
    QCOMPARE(*answered, Fault::Unavailable);
    ServerStats stats;
    stats.reader = {reader.waiting(), reader.time()};
    const MetricsText metrics(metricsReply(stats).body);
    QCOMPARE(note("entvas_store_question_time", metrics.value("entvas_store_question_time_limit_reached_total")), 1.0);
}

// More projects than a server opens come from other means than ours only: the counter by itself.
void LimitsTest::projects()
{
    ServerStats stats;
    stats.projectUse = {2, double(LiveProjects::kMaxProjects), 1};
    const MetricsText metrics(metricsReply(stats).body);
    QCOMPARE(metrics.value("entvas_projects_limit"), double(LiveProjects::kMaxProjects));
    QCOMPARE(note("entvas_projects", metrics.value("entvas_projects_limit_reached_total")), 1.0);
}

void LimitsTest::liveClients()
{
    LiveHubLimits limits;
    limits.clients = 1;
    TestServer server;
    QVERIFY(server.startCore(limits));
    LiveClient first;
    QVERIFY(first.open(server.url));
    LiveClient second;
    QUrl at = server.url;
    at.setScheme(u"ws"_s);
    at.setPath(u"/ws"_s);
    second.socket.open(at);
    QVERIFY(second.waitForClose());
    QCOMPARE(second.all<wire::Error>().value(0).code, u"too_many_clients"_s); // Qt does not know 1013
    QCOMPARE(reached(server, "entvas_live_clients"), 1.0);
    QCOMPARE(value(server, "entvas_live_clients"), 1.0);
}

void LimitsTest::liveMessages_data()
{
    QTest::addColumn<QByteArray>("limit");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("messages");
    QTest::addColumn<int>("code");
    QTest::newRow("size") << QByteArray("entvas_live_message") << 70'000 << 1 << 1009;
    QTest::newRow("size that Qt refuses") << QByteArray("entvas_live_message") << 200'000 << 1 << 1009;
    QTest::newRow("rate") << QByteArray("entvas_live_message_burst") << 10 << 100 << 1008;
}

void LimitsTest::liveMessages()
{
    QFETCH(QByteArray, limit);
    QFETCH(int, bytes);
    QFETCH(int, messages);
    QFETCH(int, code);
    TestServer server;
    QVERIFY(server.startCore());
    LiveClient client;
    QVERIFY(client.open(server.url));
    for (int i = 0; i < messages; ++i)
        client.socket.sendTextMessage(u"{\"type\":\"unsubscribe\",\"project\":\"default\"}"_s + QString(bytes, u' '));
    QVERIFY(client.waitForClose());
    QCOMPARE(int(client.socket.closeCode()), code);
    QVERIFY(spinUntil([&] { return reached(server, limit) == 1; }));
}

void LimitsTest::liveAuthentication()
{
    LiveHubLimits limits;
    limits.authenticateMs = 100;
    TestServer server;
    server.settings.viewerToken = u"secret-of-the-viewers"_s;
    QVERIFY(server.startCore(limits));
    LiveClient client;
    QVERIFY(client.open(server.url, {}, false));
    QVERIFY(client.waitForClose());
    QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    const MetricsText metrics(server.get(u"/metrics"_s, {{"Authorization", "Bearer secret-of-the-viewers"}}).body);
    QCOMPARE(note("entvas_live_authenticate_time", metrics.value("entvas_live_authenticate_time_limit_reached_total")),
             1.0);
    QCOMPARE(metrics.value("entvas_live_authenticate_time_limit_seconds"), 0.1);
}

namespace {

// A dashboard that shook hands, and neither reads nor answers from then on.
class DeafClient
{
public:
    explicit DeafClient(const QUrl &url)
    {
        m_socket.setReadBufferSize(4'096);
        m_socket.connectToHost(url.host(), quint16(url.port()));
        m_socket.write("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        spinUntil([this] { return m_socket.bytesAvailable() > 150; }); // the answer and `hello`
        const QByteArray text = wire::encode(wire::Subscribe{u"default"_s, {}, true}, wire::Format::Json);
        m_socket.write(QByteArray("\x81") + char(0x80 | text.size()) + QByteArray(4, '\0') + text);
    }

private:
    QTcpSocket m_socket;
};

} // namespace

void LimitsTest::missedPongs()
{
    LiveHubLimits limits;
    limits.pingMs = 50;
    TestServer server;
    QVERIFY(server.startCore(limits));
    const DeafClient client(server.url);
    QVERIFY(spinUntil([&] { return reached(server, "entvas_live_missed_pongs") == 1; }));
    QCOMPARE(value(server, "entvas_live_clients"), 0.0);
}

void LimitsTest::slowReader()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.slowBytes = 100'000;
    limits.drainedBytes = 1'000;
    limits.stalledMs = 2'000;
    TestServer server;
    QVERIFY(server.startCore(limits));
    const DeafClient client(server.url);
    for (int i = 0; i < 40 && reached(server, "entvas_live_backlog") < 1; ++i)
        QCOMPARE(server.post(bulk(100)).status, 200);
    QCOMPARE(reached(server, "entvas_live_backlog"), 1.0); // one client stopped getting deltas once
    QVERIFY(value(server, "entvas_live_backlog_bytes") > 100'000);
    QVERIFY(spinUntil([&] { return reached(server, "entvas_live_stalled_time") == 1; }, 15'000));
    QCOMPARE(value(server, "entvas_live_clients"), 0.0);
}

void LimitsTest::unsentOfAll()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.totalUnsentBytes = 50'000;
    TestServer server;
    QVERIFY(server.startCore(limits));
    const DeafClient deaf(server.url);
    for (int i = 0; i < 40 && value(server, "entvas_live_unsent_bytes") <= 50'000; ++i)
        QCOMPARE(server.post(bulk(100)).status, 200);
    QVERIFY(value(server, "entvas_live_unsent_bytes") > 50'000);
    LiveClient next; // has to wait for its picture
    QVERIFY(next.open(server.url));
    next.subscribe();
    QVERIFY(spinUntil([&] { return reached(server, "entvas_live_unsent") >= 1; }));
    QCOMPARE(next.count<wire::Snapshot>(), 0);
}

void LimitsTest::tail()
{
    LiveHubLimits limits;
    limits.tailEvents = 2;
    TestServer server;
    QVERIFY(server.startCore(limits));
    LiveClient client;
    QVERIFY(client.open(server.url));
    client.subscribe(true);
    QVERIFY(client.waitForPicture());
    QCOMPARE(server.post("[" + eventJson() + "," + eventJson() + "," + eventJson() + "]").status, 200);
    QVERIFY(spinUntil([&] { return client.count<wire::Tail>() > 0; }));
    QCOMPARE(client.all<wire::Tail>().first().skipped, 1);
    QCOMPARE(reached(server, "entvas_live_tail_events"), 1.0);
}

void LimitsTest::series()
{
    TestServer server;
    QVERIFY(server.startCore());
    for (int i = 0; i < 5; ++i) {
        QByteArray body = "[";
        for (int j = 0; j < 1'000; ++j)
            body += eventJson("t" + QByteArray::number(i * 1'000 + j)) + ",";
        body.back() = ']';
        QCOMPARE(server.post(body).status, 200);
    }
    const double reached = value(server, "entvas_cube_series_limit_reached_total{project=\"default\"}");
    QVERIFY(note("entvas_cube_series", reached) >= 900);
    QVERIFY(value(server, "entvas_cube_series{project=\"default\"}") <= LiveCube::kMaxSeries);
}

void LimitsTest::ring()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    TestServer server;
    QVERIFY(server.startCore(limits));
    const QByteArray name = "entvas_live_ring_deltas_limit_reached_total{project=\"default\"}";
    QCOMPARE(value(server, name), 0.0);
    LiveClient client;
    QVERIFY(client.open(server.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    const qint64 first = client.seq;
    while (client.seq < first + qint64(LiveProject::kRingDeltas) + 5) {
        const qint64 seq = client.seq;
        QCOMPARE(server.post(eventJson()).status, 200);
        QVERIFY(spinUntil([&] { return client.seq > seq; }));
    }
    QVERIFY(note("entvas_live_ring_deltas", value(server, name)) >= 5);
    // Cells by the number of a minute's busiest series would take long: the same bookkeeping, told directly.
    LiveProject project({u"default"_s, u"D"_s}, u"epoch"_s, {u"eventType"_s});
    for (qint64 second = 0; project.stats().ringCells.reached == 0 && second < 300; ++second) {
        CommittedJob job;
        for (int i = 0; i < 4'000; ++i) {
            Event event;
            event.receivedAtMs = second * 1'000;
            event.series = {u"t%1"_s.arg(i)};
            job.job.events.append(event);
            job.outcomes.append({AppendOutcome::Status::Accepted, {}, event.receivedAtMs});
        }
        project.add(job);
        project.step();
    }
    QCOMPARE(note("entvas_live_ring_cells", double(project.stats().ringCells.reached)), 1.0);
    QVERIFY(project.stats().ringCells.used <= double(LiveProject::kRingCells));
}

// The sketches themselves are filled in tst_liveusers: the counter by itself.
void LimitsTest::users()
{
    ServerStats stats;
    LiveProject::Stats project;
    project.users = {1, double(LiveUsers::kMaxBytes), 3};
    stats.projects.append({u"default"_s, project});
    const MetricsText metrics(metricsReply(stats).body);
    QCOMPARE(note("entvas_users", metrics.value("entvas_users_limit_reached_total{project=\"default\"}")), 3.0);
}

// A limit that nothing reaches may not exist: a new one fails here until a test reaches it.
void LimitsTest::everyLimitIsReached()
{
    int slotCount = 0;
    for (int i = metaObject()->methodOffset(); i < metaObject()->methodCount(); ++i) {
        const QByteArray name = metaObject()->method(i).name();
        slotCount += !name.endsWith("_data") && name != "init";
    }
    if (m_ran.size() < slotCount)
        QSKIP("only together with all the others");
    TestServer server;
    server.settings.issuer = u"http://127.0.0.1:9/"_s;
    server.settings.audience = u"none"_s;
    server.settings.ownerToken = u"the-token-of-its-owner"_s;
    QVERIFY(server.startCore());
    const MetricsText metrics(server.get(u"/metrics"_s, {{"Authorization", "Bearer the-token-of-its-owner"}}).body);
    QCOMPARE(metrics.error, QByteArray());
    for (const Elsewhere &one : kElsewhere) {
        QFile file(QStringLiteral(ENTVAS_SOURCE_DIR "/tests/server/") + QString::fromLatin1(one.file));
        QVERIFY2(file.open(QIODevice::ReadOnly) && file.readAll().contains(one.words), one.limit.constData());
        QVERIFY2(metrics.types.contains(one.limit + kReached.toByteArray()), one.limit.constData());
        g_reached.insert(one.limit);
    }
    int limits = 0;
    for (auto it = metrics.types.cbegin(); it != metrics.types.cend(); ++it) {
        if (!it.key().endsWith(kReached) || metrics.helps.value(it.key()).startsWith("Old name of "))
            continue;
        ++limits;
        QVERIFY2(g_reached.contains(it.key().chopped(kReached.size())), it.key().constData());
    }
    QVERIFY(limits > 40);
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "tst_limits.moc"
