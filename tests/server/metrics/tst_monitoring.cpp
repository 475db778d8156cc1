#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>
#include <QUrlQuery>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

// Debian's Prometheus, scraping `ports` each second by the alerts of packaging/.
class Prometheus
{
public:
    bool start(const QString &program, const QList<int> &ports)
    {
        QStringList targets;
        for (const int port : ports)
            targets << u"'127.0.0.1:%1'"_s.arg(port);
        QFile config(m_directory.filePath(u"prometheus.yml"_s));
        if (!config.open(QIODevice::WriteOnly))
            return false;
        config.write(
            u"global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            "rule_files: ['%1']\n"
            "scrape_configs: [{job_name: entvas, static_configs: [{targets: [%2]}]}]\n"_s
                .arg(QString::fromUtf8(ENTVAS_SOURCE_DIR "/packaging/prometheus/alerts.yml"), targets.join(u','))
                .toUtf8());
        config.close();
        QTcpServer free;
        if (!free.listen(QHostAddress::LocalHost))
            return false;
        m_url = u"http://127.0.0.1:%1"_s.arg(free.serverPort());
        free.close();
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(program, {u"--config.file="_s + config.fileName(),
                                  u"--storage.tsdb.path="_s + m_directory.filePath(u"data"_s),
                                  u"--web.listen-address="_s + m_url.mid(7), u"--log.level=warn"_s});
        return spinUntil([this] { return get(u"/-/ready"_s).status == 200; }, 60'000);
    }
    ~Prometheus()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(20'000))
            m_process.kill();
        m_process.waitForFinished(5'000);
    }
    QByteArray said() { return m_process.readAll(); }

    HttpAnswer get(const QString &path, const QUrlQuery &query = {})
    {
        QUrl url(m_url + path);
        url.setQuery(query);
        QNetworkRequest request(url);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        QNetworkReply *reply = m_http.get(request);
        spinUntil([=] { return reply->isFinished(); }, 20'000);
        HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        reply->deleteLater();
        return answer;
    }
    // As Grafana asks for a panel: the last minute.
    QJsonObject ask(const QString &query)
    {
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        QUrlQuery asked;
        asked.addQueryItem(u"query"_s, QString::fromLatin1(QUrl::toPercentEncoding(query)));
        asked.addQueryItem(u"start"_s, QString::number(now - 60));
        asked.addQueryItem(u"end"_s, QString::number(now));
        asked.addQueryItem(u"step"_s, u"1"_s);
        return get(u"/api/v1/query_range"_s, asked).json();
    }

private:
    QTemporaryDir m_directory;
    QProcess m_process;
    QNetworkAccessManager m_http;
    QString m_url;
};

// What Grafana puts in for its variables.
QString withoutVariables(QString query)
{
    static const QRegularExpression labelValues(u"^label_values\\((.*),[^,]*\\)$"_s);
    if (const auto match = labelValues.match(query); match.hasMatch())
        query = match.captured(1);
    return query.replace(u"$__rate_interval"_s, u"1m"_s)
        .replace(u"$__interval"_s, u"15s"_s)
        .replace(u"$instance"_s, u".+"_s)
        .replace(u"$job"_s, u".+"_s);
}

qsizetype seriesOf(const QJsonObject &answer)
{
    return answer.value(u"data"_s)[u"result"_s].toArray().size();
}

} // namespace

// What packaging/ gives to Prometheus and Grafana speaks of nothing that the server does not show.
class MonitoringTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void dashboardIsWhole();
    void dashboardNamesOnlyWhatThereIs();
    void alertsNameOnlyWhatThereIs();
    void everyAlertSaysWhatToDo();
    void promtoolAgrees_data();
    void promtoolAgrees();
    void prometheusRunsEveryQuery();

private:
    static QByteArray readFile(const QString &path)
    {
        QFile file(QString::fromUtf8(ENTVAS_SOURCE_DIR "/packaging/") + path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void learn(TestServer &server);
    static QStringList alertQueries();
    // Names in a query that no server shows.
    QStringList unknownIn(const QString &query) const;
    static QStringList queriesOf(const QJsonValue &of);

    QSet<QString> m_known; // samples, by name
    bool m_knowsPostgres = false;
};

void MonitoringTest::learn(TestServer &server)
{
    const MetricsText metrics(server.get(u"/metrics"_s, {{"Authorization", "Bearer the-owner"}}).body);
    QCOMPARE(metrics.error, QByteArray());
    for (auto it = metrics.samples.cbegin(); it != metrics.samples.cend(); ++it)
        m_known.insert(QString::fromLatin1(it.key()).section(u'{', 0, 0));
}

// With everything on that has numbers of its own.
void MonitoringTest::initTestCase()
{
    TestServer server;
    server.settings.ownerToken = u"the-owner"_s;
    server.settings.issuer = u"http://127.0.0.1:9/"_s;
    server.settings.audience = u"nobody"_s;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(eventJson()).status, 200);
    learn(server);
    m_known.insert(u"up"_s);                                         // Prometheus' own
    m_known.insert(u"entvas_tls_certificate_expiry_time_seconds"_s); // with TLS, see tst_tls

    TemporaryPostgres postgres;
    if (const auto started = postgres.start(); !started)
        return qInfo("%s", qPrintable(started.failure().text));
    const auto url = postgres.createDatabase();
    QVERIFY(url.ok());
    TestServer shared;
    shared.settings.database = url.value();
    QVERIFY(shared.startCore());
    learn(shared);
    m_knowsPostgres = true;
}

QStringList MonitoringTest::unknownIn(const QString &query) const
{
    static const QRegularExpression name(u"\\b(?:entvas|process)_[a-z0-9_]+\\b|\\bup\\b"_s);
    static const QRegularExpression text(u"\"[^\"]*\""_s);
    QStringList unknown;
    for (auto it = name.globalMatch(QString(query).remove(text)); it.hasNext();) {
        const QString found = it.next().captured();
        if (found.startsWith(u"entvas_fanout_"_s) && !m_knowsPostgres)
            continue; // SQLite has nobody to hear
        if (!m_known.contains(found))
            unknown.append(found);
    }
    return unknown;
}

QStringList MonitoringTest::queriesOf(const QJsonValue &of)
{
    QStringList found;
    if (of.isArray())
        for (const QJsonValue &one : of.toArray())
            found += queriesOf(one);
    const QJsonObject object = of.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if ((it.key() == u"expr" || it.key() == u"definition") && it->isString())
            found.append(it->toString());
        found += queriesOf(*it);
    }
    return found;
}

// As much of Grafana's schema as a mistake would break.
void MonitoringTest::dashboardIsWhole()
{
    QJsonParseError error;
    const QJsonObject dashboard = QJsonDocument::fromJson(readFile(u"grafana/entvas.json"_s), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(dashboard.value(u"title"_s).toString(), u"Entvas"_s);
    QVERIFY(!dashboard.value(u"uid"_s).toString().isEmpty());
    QVERIFY(dashboard.value(u"schemaVersion"_s).toInt() >= 36);
    QStringList variables;
    for (const QJsonValue &variable : dashboard.value(u"templating"_s)[u"list"_s].toArray())
        variables << variable[u"name"_s].toString();
    QCOMPARE(variables, QStringList({u"datasource"_s, u"job"_s, u"instance"_s}));
    QSet<int> ids;
    QStringList rows;
    QList<QRect> places;
    for (const QJsonValue &panel : dashboard.value(u"panels"_s).toArray()) {
        const QString title = panel[u"title"_s].toString();
        const QByteArray name = title.toUtf8();
        QVERIFY(!title.isEmpty());
        QVERIFY2(!ids.contains(panel[u"id"_s].toInt()), name);
        ids.insert(panel[u"id"_s].toInt());
        const QJsonValue grid = panel[u"gridPos"_s];
        const QRect place(grid[u"x"_s].toInt(), grid[u"y"_s].toInt(), grid[u"w"_s].toInt(), grid[u"h"_s].toInt());
        QVERIFY2(place.isValid() && place.right() < 24, name);
        for (const QRect &other : std::as_const(places))
            QVERIFY2(!other.intersects(place), name);
        places << place;
        if (panel[u"type"_s] == u"row"_s) {
            rows << title;
            continue;
        }
        const QJsonArray targets = panel[u"targets"_s].toArray();
        QVERIFY2(!targets.isEmpty(), name);
        QVERIFY2(!panel[u"fieldConfig"_s][u"defaults"_s][u"unit"_s].toString().isEmpty(), name);
        QSet<QString> letters;
        for (const QJsonValue &target : targets) {
            QCOMPARE(target[u"datasource"_s][u"uid"_s].toString(), u"${datasource}"_s);
            QVERIFY2(target[u"expr"_s].toString().contains(u"instance=~\"$instance\""_s), name);
            letters.insert(target[u"refId"_s].toString());
        }
        QCOMPARE(letters.size(), targets.size());
    }
    QCOMPARE(rows, QStringList({u"Overview"_s, u"Ingest"_s, u"Live"_s, u"Database"_s, u"Limits"_s, u"Process"_s}));
}

void MonitoringTest::dashboardNamesOnlyWhatThereIs()
{
    const QStringList queries = queriesOf(QJsonDocument::fromJson(readFile(u"grafana/entvas.json"_s)).object());
    QVERIFY(queries.size() > 50);
    for (const QString &query : queries)
        QVERIFY2(unknownIn(query).isEmpty(), qPrintable(unknownIn(query).join(u' ') + u" in "_s + query));
}

QStringList MonitoringTest::alertQueries()
{
    const QString rules = QString::fromUtf8(readFile(u"prometheus/alerts.yml"_s));
    static const QRegularExpression query(u"expr:(?: >-\\n)?((?: .*\\n)(?: {10}.*\\n)*)"_s);
    QStringList found;
    for (auto it = query.globalMatch(rules); it.hasNext();)
        found << it.next().captured(1).trimmed();
    return found;
}

void MonitoringTest::alertsNameOnlyWhatThereIs()
{
    const QStringList queries = alertQueries();
    for (const QString &text : queries)
        QVERIFY2(unknownIn(text).isEmpty(), qPrintable(unknownIn(text).join(u' ') + u" in "_s + text));
    QCOMPARE(queries.size(), readFile(u"prometheus/alerts.yml"_s).count("- alert: "));
    QVERIFY(queries.size() >= 20);
    QVERIFY(unknownIn(u"rate(entvas_nothing_total[5m])"_s) == QStringList{u"entvas_nothing_total"_s});
}

void MonitoringTest::everyAlertSaysWhatToDo()
{
    QStringList alerts = QString::fromUtf8(readFile(u"prometheus/alerts.yml"_s)).split(u"- alert: "_s);
    alerts.removeFirst();
    for (const QString &alert : std::as_const(alerts))
        for (const QString &needed : {u"severity: "_s, u"summary: '"_s, u"description: '"_s, u"runbook: '"_s})
            QVERIFY2(alert.contains(needed), qPrintable(needed + u"in "_s + alert.section(u'\n', 0, 0)));
}

void MonitoringTest::promtoolAgrees_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("rules") << QStringList{u"check"_s, u"rules"_s, u"alerts.yml"_s};
    QTest::newRow("behaviour of rules") << QStringList{u"test"_s, u"rules"_s, u"alerts_test.yml"_s};
    QTest::newRow("configuration") << QStringList{u"check"_s, u"config"_s, u"prometheus.yml"_s};
}

void MonitoringTest::promtoolAgrees()
{
    QFETCH(QStringList, arguments);
    const QString promtool = QStandardPaths::findExecutable(u"promtool"_s);
    if (promtool.isEmpty())
        QSKIP("promtool is not here (Debian: package prometheus)");
    QProcess check;
    check.setWorkingDirectory(QString::fromUtf8(ENTVAS_SOURCE_DIR "/packaging/prometheus"));
    check.setProcessChannelMode(QProcess::MergedChannels);
    check.start(promtool, arguments);
    QVERIFY(check.waitForFinished(60'000));
    QVERIFY2(check.exitCode() == 0, check.readAll().constData());
}

// The queries as they are packaged, asked of a real Prometheus that scrapes real servers.
void MonitoringTest::prometheusRunsEveryQuery()
{
    const QString program = QStandardPaths::findExecutable(u"prometheus"_s);
    if (program.isEmpty())
        QSKIP("prometheus is not here (Debian: package prometheus)");
    TestServer server;
    QVERIFY(server.start());
    QList<int> ports{server.url.port()};
    TemporaryPostgres postgres;
    TestServer shared;
    if (postgres.start()) {
        const auto url = postgres.createDatabase();
        QVERIFY(url.ok());
        shared.settings.database = url.value();
        QVERIFY(shared.start());
        ports << shared.url.port();
    }
    Prometheus prometheus;
    QVERIFY2(prometheus.start(program, ports), prometheus.said().constData());
    // Two limits at least are reached again and again.
    const auto work = [&] {
        QCOMPARE(server.post(eventJson()).status, 200);
        QCOMPARE(server.get(u"/"_s + QString(9'000, u'a')).status, 414);
        Headers many;
        for (int i = 0; i < 70; ++i)
            many.append({"X-" + QByteArray::number(i), "x"});
        QCOMPARE(server.get(u"/"_s, many).status, 431);
    };

    const QStringList panels = queriesOf(QJsonDocument::fromJson(readFile(u"grafana/entvas.json"_s)).object());
    QVERIFY(panels.size() > 50);
    const auto isOfLimits = [](const QString &query) {
        return query.contains(u"__name__"_s) && query.contains(u"_limit_reached_total"_s);
    };
    QCOMPARE(std::count_if(panels.cbegin(), panels.cend(), isOfLimits), 1);
    const QString limits = *std::find_if(panels.cbegin(), panels.cend(), isOfLimits);
    QJsonObject reached;
    QVERIFY2(spinUntil(
                 [&] {
                     work();
                     reached = prometheus.ask(withoutVariables(limits));
                     return reached.value(u"status"_s) != u"success"_s || seriesOf(reached) >= 2;
                 },
                 90'000),
             "the limits that were reached do not show");
    QVERIFY2(reached.value(u"status"_s) == u"success"_s, QJsonDocument(reached).toJson().constData());

    // Those that show nothing here: what the server does not use, and what has to go wrong first.
    const auto mayBeEmpty = [&](const QString &query) {
        return query.contains(u"entvas_tls_"_s) || query.contains(u"entvas_issuer_"_s) || query.contains(u"> 0"_s) ||
               (query.contains(u"entvas_fanout_"_s) && ports.size() == 1);
    };
    for (const QString &query : panels) {
        const QJsonObject answer = prometheus.ask(withoutVariables(query));
        const QByteArray said = query.toUtf8() + '\n' + QJsonDocument(answer).toJson();
        QVERIFY2(answer.value(u"status"_s) == u"success"_s, said.constData());
        QVERIFY2(seriesOf(answer) > 0 || mayBeEmpty(query), said.constData());
    }
    for (const QString &query : alertQueries()) {
        const QJsonObject answer = prometheus.ask(query);
        QVERIFY2(answer.value(u"status"_s) == u"success"_s,
                 (query.toUtf8() + '\n' + QJsonDocument(answer).toJson()).constData());
    }
    // And as rules, the way they run.
    QJsonArray rules;
    QVERIFY(spinUntil(
        [&] {
            rules = prometheus.get(u"/api/v1/rules"_s).data().value(u"groups"_s)[0][u"rules"_s].toArray();
            return !rules.isEmpty() && std::none_of(rules.cbegin(), rules.cend(), [](const QJsonValue &rule) {
                return rule[u"health"_s] == u"unknown"_s;
            });
        },
        30'000));
    QCOMPARE(rules.size(), alertQueries().size());
    for (const QJsonValue &rule : std::as_const(rules)) {
        QVERIFY2(rule[u"health"_s] == u"ok"_s, QJsonDocument(rule.toObject()).toJson().constData());
        QVERIFY2(rule[u"state"_s] != u"firing"_s, QJsonDocument(rule.toObject()).toJson().constData());
    }
}

QTEST_GUILESS_MAIN(MonitoringTest)
#include "tst_monitoring.moc"
