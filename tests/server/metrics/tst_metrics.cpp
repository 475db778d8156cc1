#include "server/metrics/metrics.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// GET /metrics as a whole; tst_limits reaches the limits.
class MetricsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isWellFormed();
    void countsEvents();
    void countsRequestsByRoute();
    void needsTheRightToRead();
    void answersWithoutDatabase();
    void timesAnswersAndDeltas();
    void promtoolFindsNothing();
    void pageNamesEveryLimit();
    void keepsOldNamesForOneRelease();

private:
    static bool isOldName(const MetricsText &metrics, const QByteArray &family)
    {
        return metrics.helps.value(family).startsWith("Old name of ");
    }
};

void MetricsTest::isWellFormed()
{
    TestServer server;
    QVERIFY(server.startCore());
    const HttpAnswer answer = server.get(u"/metrics"_s);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    const MetricsText metrics(answer.body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.types.value("entvas_store_commit_duration_seconds"), "histogram");
    QCOMPARE(metrics.types.value("entvas_ingest_events_total"), "counter");
    QVERIFY(metrics.types.size() > 80);
    QCOMPARE(metrics.value("entvas_database_available"), 1.0);
    QCOMPARE(metrics.value("entvas_serving"), 1.0);
    QCOMPARE(metrics.value("entvas_build_info{version=\"" ENTVAS_VERSION "\",qt=\"" + QByteArray(qVersion()) +
                           "\",store=\"sqlite\"}"),
             1.0);
    QVERIFY(metrics.value("process_open_fds") > 3);
    QVERIFY(metrics.value("process_resident_memory_bytes") > 1'000'000);
    const double started = metrics.value("process_start_time_seconds");
    QVERIFY(std::abs(started - double(server.clock.nowMs()) / 1000) < 300);
    QVERIFY(server.get(u"/"_s).json().value(u"endpoints"_s).toObject().contains(u"GET /metrics"_s));
}

void MetricsTest::countsEvents()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray event = R"({"eventType":"a","userId":"b","id":"k"})";
    QCOMPARE(server.post("[" + event + "," + eventJson("c") + ",{}]").status, 200);
    QCOMPARE(server.post(event).status, 200);
    QCOMPARE(server.post("nonsense").status, 400);
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.value("entvas_ingest_events_total{result=\"accepted\"}"), 2.0);
    QCOMPARE(metrics.value("entvas_ingest_events_total{result=\"duplicate\"}"), 1.0);
    QCOMPARE(metrics.value("entvas_ingest_events_total{result=\"rejected\"}"), 2.0);
    QCOMPARE(metrics.value("entvas_ingest_events_total{result=\"refused\"}"), 0.0);
    QCOMPARE(metrics.value("entvas_store_commit_duration_seconds_count"), 3.0); // two with events, one that only counts
    QCOMPARE(metrics.value("entvas_store_batch_events_sum"), 3.0);
    QCOMPARE(metrics.value("entvas_store_batch_events_bucket{le=\"2\"}"), 3.0);
    QCOMPARE(metrics.value("entvas_cube_series{project=\"default\"}"), 2.0);
    QVERIFY(metrics.value("entvas_cube_bytes{project=\"default\"}") > 0);
}

void MetricsTest::countsRequestsByRoute()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.get(u"/events/stats"_s).status, 200);
    QCOMPARE(server.call("DELETE", u"/events"_s).status, 405);
    QCOMPARE(server.get(u"/wp-login.php"_s).status, 404);
    QCOMPARE(server.get(u"/a\"b\\c"_s).status, 404);
    LiveClient client;
    QVERIFY(client.open(server.url));
    RawClient raw(quint16(server.url.port()));
    raw.send("nonsense\r\n\r\n");
    QCOMPARE(raw.untilClosed().value(0).status, 400);
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    const auto count = [&](const QByteArray &route, const QByteArray &status) {
        return metrics.value("entvas_http_requests_total{route=\"" + route + "\",status=\"" + status + "\"}");
    };
    QCOMPARE(count("/events/stats", "2xx"), 1.0);
    QCOMPARE(count("/events", "4xx"), 1.0);
    QCOMPARE(count("other", "4xx"), 2.0);
    QCOMPARE(count("none", "4xx"), 1.0);
    QCOMPARE(count("/ws", "1xx"), 1.0);
    QCOMPARE(metrics.value("entvas_http_requests_in_flight"), 1.0); // this one
}

void MetricsTest::needsTheRightToRead()
{
    TestServer server;
    server.settings.viewerToken = u"secret-of-the-viewers"_s;
    QVERIFY(server.startCore());
    const HttpAnswer denied = server.get(u"/metrics"_s);
    QCOMPARE(denied.status, 401);
    QCOMPARE(denied.header("www-authenticate"), "Bearer realm=\"entvas\"");
    QVERIFY(!denied.body.contains("entvas_"));
    QCOMPARE(server.get(u"/metrics"_s, {{"Authorization", "Bearer secret-of-the-viewers"}}).status, 200);
    QCOMPARE(server.call("HEAD", u"/metrics"_s, {}, {{"Authorization", "Bearer secret-of-the-viewers"}}).status, 200);

    TestServer open;
    QVERIFY(open.startCore());
    QCOMPARE(open.get(u"/metrics"_s, {{"Origin", "http://elsewhere.example"}}).status, 403);
}

void MetricsTest::answersWithoutDatabase()
{
    TestServer server;
    QTcpServer holder; // a port that nobody answers on
    QVERIFY(holder.listen(QHostAddress::LocalHost));
    server.settings.database.kind = DatabaseUrl::Kind::Postgres;
    server.settings.database.host = u"127.0.0.1"_s;
    server.settings.database.port = holder.serverPort();
    holder.close();
    QVERIFY(holder.listen(QHostAddress::LocalHost));
    server.settings.port = holder.serverPort();
    holder.close();
    server.core = std::make_unique<ServerCore>(server.settings, &server.clock);
    server.core->start();
    server.url = QUrl(u"http://127.0.0.1:%1"_s.arg(server.settings.port));
    QCOMPARE(server.get(u"/ready"_s).status, 503);
    const HttpAnswer answer = server.get(u"/metrics"_s);
    QCOMPARE(answer.status, 200);
    const MetricsText metrics(answer.body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.value("entvas_database_available"), 0.0);
    QCOMPARE(metrics.value("entvas_serving"), 0.0);
    QVERIFY(!metrics.types.contains("entvas_cube_series"));
    QVERIFY(metrics.types.contains("entvas_live_clients"));
}

void MetricsTest::timesAnswersAndDeltas()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(server.get(u"/ready"_s).status, 200);
    MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.value("entvas_http_request_duration_seconds_count{route=\"/webhook\"}"), 1.0);
    // A post takes as long as its commit at least.
    QVERIFY(metrics.value("entvas_http_request_duration_seconds_sum{route=\"/webhook\"}") >=
            metrics.value("entvas_store_commit_duration_seconds_sum"));
    QCOMPARE(metrics.value("entvas_live_delta_delay_seconds_count"), 0.0); // nobody looked
    QCOMPARE(metrics.value("entvas_degraded"), 0.0);
    QVERIFY(metrics.value("entvas_database_size_bytes") > 0);
    QVERIFY(metrics.value("entvas_database_disk_free_bytes") > 0);
    QVERIFY(metrics.value("entvas_log_records_total{level=\"info\"}") > 0);

    LiveClient client;
    QVERIFY(client.open(server.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(client.waitForEvents(2));
    QCOMPARE(server.post(R"({"eventType":"a","userId":"b","id":"k"})").status, 200);
    QCOMPARE(server.post(R"({"eventType":"a","userId":"b","id":"k"})").status, 200); // a duplicate is no news
    QVERIFY(client.waitForEvents(3));
    metrics = MetricsText(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.value("entvas_live_delta_delay_seconds_count"), 2.0);
    QCOMPARE(metrics.value("entvas_live_deltas_sent_total"), 2.0);
    QVERIFY(metrics.value("entvas_live_snapshots_sent_total") >= 1);
    QVERIFY(metrics.value("entvas_live_delta_delay_seconds_sum") > 0);
}

// With everything on that has families of its own.
void MetricsTest::promtoolFindsNothing()
{
    const QString promtool = QStandardPaths::findExecutable(u"promtool"_s);
    if (promtool.isEmpty())
        QSKIP("promtool is not here (Debian: package prometheus)");
    TestServer server;
    server.settings.issuer = u"http://127.0.0.1:9/"_s;
    server.settings.audience = u"nobody"_s;
    server.settings.ownerToken = u"the-token-of-its-owner"_s;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(eventJson()).status, 200);
    const HttpAnswer answer = server.get(u"/metrics"_s, {{"Authorization", "Bearer the-token-of-its-owner"}});
    QCOMPARE(answer.status, 200);
    QProcess check;
    check.start(promtool, {u"check"_s, u"metrics"_s});
    check.write(answer.body);
    check.closeWriteChannel();
    QVERIFY(check.waitForFinished(20'000));
    const QByteArray said = check.readAllStandardError() + check.readAllStandardOutput();
    QVERIFY2(said.isEmpty() && check.exitCode() == 0, said.constData());
}

void MetricsTest::pageNamesEveryLimit()
{
    QFile page(QString::fromUtf8(ENTVAS_SOURCE_DIR "/docs/metrics-and-limits.md"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QByteArray text = page.readAll();
    TestServer server;
    QVERIFY(server.startCore());
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    int limits = 0;
    for (auto it = metrics.types.cbegin(); it != metrics.types.cend(); ++it) {
        if (!it.key().endsWith("_limit_reached_total") || isOldName(metrics, it.key()))
            continue;
        ++limits;
        const QByteArray name = it.key().chopped(qsizetype(qstrlen("_limit_reached_total")));
        QVERIFY2(text.contains("`" + name + "`"), name.constData());
    }
    QVERIFY(limits > 25);
}

void MetricsTest::keepsOldNamesForOneRelease()
{
    const QList<std::pair<QByteArray, QByteArray>> renamed{
        {"entvas_access_guesses", "entvas_auth_failures"},
        {"entvas_access_guesses_limit", "entvas_auth_failures_limit"},
        {"entvas_access_guesses_limit_reached_total", "entvas_auth_failures_limit_reached_total"},
        {"entvas_access_guessers", "entvas_auth_tracked_addresses"},
        {"entvas_access_guessers_limit", "entvas_auth_tracked_addresses_limit"},
        {"entvas_access_guessers_limit_reached_total", "entvas_auth_tracked_addresses_limit_reached_total"},
        {"entvas_live_strangers", "entvas_live_unauthenticated"},
        {"entvas_live_strangers_limit", "entvas_live_unauthenticated_limit"},
        {"entvas_live_strangers_limit_reached_total", "entvas_live_unauthenticated_limit_reached_total"},
        {"entvas_live_pictures_sent_total", "entvas_live_snapshots_sent_total"},
        {"entvas_rejected_events_forgotten_total", "entvas_rejected_events_dropped_total"}};
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "wrong"}}).status, 401);
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    QVERIFY(metrics.value("entvas_access_guesses") > 0.9);
    for (const auto &[before, now] : renamed) {
        QVERIFY2(isOldName(metrics, before), before.constData());
        QCOMPARE(metrics.types.value(before), metrics.types.value(now));
        QCOMPARE(metrics.value(before), metrics.value(now));
    }
    const auto old = std::count_if(metrics.types.keyBegin(), metrics.types.keyEnd(),
                                   [&](const QByteArray &family) { return isOldName(metrics, family); });
    QCOMPARE(old, renamed.size());
}

QTEST_GUILESS_MAIN(MetricsTest)
#include "tst_metrics.moc"
