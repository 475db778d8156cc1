#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

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

private:
    static QByteArray readFile(const QString &path)
    {
        QFile file(QString::fromUtf8(ENTVAS_SOURCE_DIR "/packaging/") + path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void learn(TestServer &server);
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

void MonitoringTest::alertsNameOnlyWhatThereIs()
{
    const QString rules = QString::fromUtf8(readFile(u"prometheus/alerts.yml"_s));
    static const QRegularExpression query(u"expr:((?: .*\\n)(?: {10}.*\\n)*)"_s);
    int queries = 0;
    for (auto it = query.globalMatch(rules); it.hasNext(); ++queries) {
        const QString text = it.next().captured(1);
        QVERIFY2(unknownIn(text).isEmpty(), qPrintable(unknownIn(text).join(u' ') + u" in "_s + text));
    }
    QCOMPARE(queries, rules.count(u"- alert: "_s));
    QVERIFY(queries >= 20);
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

QTEST_GUILESS_MAIN(MonitoringTest)
#include "tst_monitoring.moc"
