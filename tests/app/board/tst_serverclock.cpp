#include "app/board/serverclock.h"

#include <QTest>

using namespace entvas;

namespace {
constexpr qint64 kNow = 1'780'000'000'000;
constexpr qint64 kAhead = 240'000; // four minutes
} // namespace

class ServerClockTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLeastLateMessageIsBelieved();
    void halfOfTheShortestRoundTripIsAdded();
    void aClockThatWasSetIsFollowed_data();
    void aClockThatWasSetIsFollowed();
    void oldSamplesAreForgotten();
    void impossibleTimesAreIgnored();
};

void ServerClockTest::theLeastLateMessageIsBelieved()
{
    ServerClock clock;
    QCOMPARE(clock.offsetMs(), 0);
    for (const qint64 lateMs : {900, 30, 2, 400})
        clock.add(kNow + kAhead, kNow + lateMs, -1);
    QCOMPARE(clock.offsetMs(), kAhead - 2);
}

void ServerClockTest::halfOfTheShortestRoundTripIsAdded()
{
    ServerClock clock;
    clock.add(kNow + kAhead, kNow + 500, -1);
    clock.add(kNow + kAhead, kNow + 100, 900); // a busy moment: the ping took longer than the message
    clock.add(kNow + kAhead, kNow + 120, 200);
    QCOMPARE(clock.offsetMs(), kAhead);
}

void ServerClockTest::aClockThatWasSetIsFollowed_data()
{
    QTest::addColumn<qint64>("step");
    QTest::addColumn<int>("messages");
    QTest::newRow("the server's forward") << qint64(60'000) << 1;
    QTest::newRow("the server's back") << qint64(-60'000) << ServerClock::kSteps;
}

void ServerClockTest::aClockThatWasSetIsFollowed()
{
    QFETCH(qint64, step);
    QFETCH(int, messages);
    ServerClock clock;
    for (int i = 0; i < 20; ++i)
        clock.add(kNow + i * 10'000, kNow + i * 10'000 + 5, 10);
    QCOMPARE(clock.offsetMs(), 0);
    for (int i = 20; i < 20 + messages; ++i) {
        QCOMPARE(clock.offsetMs(), 0);
        clock.add(kNow + i * 10'000 + step, kNow + i * 10'000 + 5, 10);
    }
    QCOMPARE(clock.offsetMs(), step);
}

void ServerClockTest::oldSamplesAreForgotten()
{
    ServerClock clock;
    clock.add(kNow, kNow, -1);
    for (std::size_t i = 0; i < ServerClock::kSamples; ++i) // clocks that drift apart
        clock.add(kNow, kNow + 300, -1);
    QCOMPARE(clock.offsetMs(), -300);
}

void ServerClockTest::impossibleTimesAreIgnored()
{
    ServerClock clock;
    for (const qint64 serverMs : {qint64(0), qint64(1'000), qint64(1) << 53})
        clock.add(serverMs, kNow, 1);
    QVERIFY(clock.isEmpty());
    QCOMPARE(clock.offsetMs(), 0);
}

QTEST_GUILESS_MAIN(ServerClockTest)
#include "tst_serverclock.moc"
