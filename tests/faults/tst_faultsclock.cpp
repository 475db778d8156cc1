#include "tests/core/store/backends.h"
#include "tests/faults/scenario.h"

#include "core/base/uuid7.h"

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

// Set from the test while the server reads it.
class SetClock final : public Clock
{
public:
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch() + offsetMs; }
    std::atomic<qint64> offsetMs = 0;
};

} // namespace

// The machine's clock is set while events come in: nothing is lost or doubled, and the present stays visible.
class FaultsClock final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void setBackAndForth_data() { Backends::addRows(); }
    void setBackAndForth();

private:
    Backends m_backends;
};

void FaultsClock::setBackAndForth()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SetClock clock;
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.startCore({}, &clock));
    LiveClient client(wire::Format::Cbor);
    QVERIFY(client.open(server.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());

    Load load({{quint16(server.url.port())}, 4, 2});
    load.start();
    constexpr qint64 kHour = 3'600'000;
    qint64 events = 0;
    for (const qint64 offset : {qint64(0), -kHour, 20 * kHour, qint64(0), -40 * 24 * kHour, kHour, qint64(0)}) {
        clock.offsetMs = offset;
        const qint64 before = load.acknowledged();
        QVERIFY(spinUntil([&] { return load.acknowledged() > before + 200; }, 10'000));
        // What has just come in is seen by second, whatever time it is: once the server's next look has put things
        // right.
        QVERIFY2(spinUntil(
                     [&] {
                         const qint64 second = clock.nowMs() / 1'000 * 1'000;
                         qint64 seen = 0;
                         for (qint64 at = second - 3'000; at <= second; at += 1'000)
                             if (const CountRow *row = client.cube.row(Tier::Second, at))
                                 row->forEach([&](SeriesIndex, quint64 count) { seen += qint64(count); });
                         return seen > 50;
                     },
                     5'000),
                 qPrintable(u"nothing is seen with the clock at %1 ms"_s.arg(offset)));
        // Asked by time of receipt, the events of the last hour are there.
        QVERIFY(server.get(u"/events?filter=hour&limit=10"_s).data().value(u"count"_s).toInt() == 10);
    }
    std::thread stopping([&] { load.stop(); }); // the server runs in this thread
    QVERIFY(spinUntil([&] {
        const qint64 now = load.acknowledged();
        QTest::qWait(300);
        return load.acknowledged() == now;
    }));
    stopping.join();

    const LedgerReport report = checkLedger(url, {&load});
    qInfo("%s", qPrintable(report.text()));
    QVERIFY2(report.problems.isEmpty(), qPrintable(report.text()));
    events = report.stored;
    QVERIFY(client.waitForEvents(events));
    QCOMPARE(client.totals.events, events);
    QCOMPARE(client.broken, QString());
    QCOMPARE(rowsOf(url, u"SELECT count(DISTINCT id) FROM events"_s).value(0).value(0).toLongLong(), events);
    // And after a restart.
    QVERIFY(server.stop());
    QVERIFY(server.startCore({}, &clock));
    LiveClient later;
    QVERIFY(later.open(server.url));
    later.subscribe();
    QVERIFY(later.waitForPicture());
    QCOMPARE(later.totals.events, events);
}

QTEST_GUILESS_MAIN(FaultsClock)
#include "tst_faultsclock.moc"
