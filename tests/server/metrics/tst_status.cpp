#include "server/access/accesslog.h"
#include "server/metrics/status.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// What /health says of a condition, and which requests are worth a line in the log.
class StatusTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyReasonHasAWord();
    void aFullQueueIsToldAhead();
    void healthTellsWhy();
    void levels_data();
    void levels();
    void anAbsentDatabaseFillsNoLog();
};

void StatusTest::everyReasonHasAWord()
{
    QCOMPARE(reasonsOf({}), QStringList());
    Condition all{true, true, true, true, true, true, true, true, true, true, true, 1};
    QCOMPARE(reasonsOf(all),
             QStringList({u"starting"_s, u"stopping"_s, u"database_away"_s, u"database_replaced"_s,
                          u"database_read_only"_s, u"writer_stalled"_s, u"writes_refused"_s, u"housekeeping_failing"_s,
                          u"fanout_broken"_s, u"disk_nearly_full"_s, u"clock_unconfirmed"_s, u"queue_nearly_full"_s}));
}

void StatusTest::aFullQueueIsToldAhead()
{
    Condition condition;
    condition.queueUse = 0.79;
    QVERIFY(reasonsOf(condition).isEmpty());
    condition.queueUse = 0.8;
    QCOMPARE(reasonsOf(condition), QStringList{u"queue_nearly_full"_s});
}

void StatusTest::healthTellsWhy()
{
    const auto data = [](const HttpReply &reply) {
        return QJsonDocument::fromJson(reply.body).object().value(u"data"_s).toObject();
    };
    const HttpReply well = healthReply({}, 5'000, 2'000);
    QCOMPARE(well.status, 200);
    QCOMPARE(data(well).value(u"status"_s).toString(), u"healthy"_s);
    QCOMPARE(data(well).value(u"uptime"_s).toInt(), 3);
    QVERIFY(data(well).value(u"reasons"_s).toArray().isEmpty());
    const HttpReply ill = healthReply({u"database_away"_s}, 5'000, 2'000);
    QCOMPARE(ill.status, 200);
    QCOMPARE(data(ill).value(u"status"_s).toString(), u"degraded"_s);
    QCOMPARE(data(ill).value(u"reasons"_s).toArray(), QJsonArray{u"database_away"_s});
}

void StatusTest::levels_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("route");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("ms");
    QTest::addColumn<LogLevel>("level");
    QTest::newRow("post") << QByteArray("POST") << u"/webhook"_s << 200 << 3 << LogLevel::Debug;
    QTest::newRow("bad post") << QByteArray("POST") << u"/webhook"_s << 400 << 3 << LogLevel::Debug;
    QTest::newRow("late post") << QByteArray("POST") << u"/webhook"_s << 200 << 2'500 << LogLevel::Warning;
    QTest::newRow("refused post") << QByteArray("POST") << u"/webhook"_s << 503 << 3 << LogLevel::Warning;
    QTest::newRow("unknown") << QByteArray("GET") << u"other"_s << 404 << 0 << LogLevel::Debug;
    QTest::newRow("look at keys") << QByteArray("GET") << u"/admin/keys"_s << 200 << 1 << LogLevel::Debug;
    QTest::newRow("make a key") << QByteArray("POST") << u"/admin/keys"_s << 200 << 1 << LogLevel::Info;
    QTest::newRow("export") << QByteArray("GET") << u"/export/csv"_s << 200 << 1 << LogLevel::Info;
    QTest::newRow("unknown method") << QByteArray("BREW") << u"none"_s << 501 << 0 << LogLevel::Debug;
    QTest::newRow("unknown version") << QByteArray("GET") << u"none"_s << 505 << 0 << LogLevel::Debug;
    QTest::newRow("bug") << QByteArray("GET") << u"/events"_s << 500 << 1 << LogLevel::Warning;
}

void StatusTest::levels()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, route);
    QFETCH(int, status);
    QFETCH(int, ms);
    QFETCH(LogLevel, level);
    HttpRequest request;
    request.method = method;
    request.notes->route = route;
    QCOMPARE(AccessLog::levelOf(request, status, std::chrono::milliseconds(ms)), level);
}

// Twenty senders a second that are turned away say the same thing: one line a second does. What else goes wrong
// meanwhile is still told.
void StatusTest::anAbsentDatabaseFillsNoLog()
{
    ManualClock clock;
    clock.set(1'000'000);
    AccessLog log(&clock);
    const auto warnings = [] { return log::counts().byLevel[std::size_t(LogLevel::Warning)]; };
    const auto answer = [&](int status) {
        HttpReply reply;
        reply.status = status;
        log.add({}, reply);
    };
    const quint64 before = warnings();
    for (int second = 0; second < 10; ++second, clock.set(clock.nowMs() + 1'000))
        for (int i = 0; i < 20; ++i)
            answer(503);
    QCOMPARE(warnings() - before, 10u);
    answer(503);
    for (int i = 0; i < 5; ++i)
        answer(500);
    QCOMPARE(warnings() - before, 16u);
}

QTEST_APPLESS_MAIN(StatusTest)
#include "tst_status.moc"
