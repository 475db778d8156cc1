#include "core/store/jobqueue.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

AppendJob job(const QString &project, int events, int bytes = 0)
{
    AppendJob made;
    made.project = project;
    for (int i = 0; i < events; ++i) {
        Event event;
        event.metadata = QByteArray(bytes, 'x');
        made.events << event;
    }
    return made;
}

int eventsOf(const QList<AppendJob> &jobs, const QString &project)
{
    int sum = 0;
    for (const AppendJob &one : jobs)
        sum += one.project == project ? int(one.events.size()) : 0;
    return sum;
}

bool push(JobQueue &queue, AppendJob one)
{
    return queue.push(std::move(one)) == JobQueue::Pushed::Taken;
}

constexpr JobQueue::Limits kWide{100'000, 1 << 26};

} // namespace

// What waits for the writer: bounded, in order, and fair between projects.
class TestJobQueue final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderOfAProject();
    void refusesBeyondItsLimits();
    void aProjectFillsHalfAtMostWhenThereAreSeveral();
    void whatIsLargerThanTheQueuePassesAlone();
    void batchesAreBounded();
    void aFloodGetsItsShareAndNoMore();
    void aHeavyJobWaitsForItsCreditAndIsNotForgotten();
    void takeAllEmptiesIt();
};

void TestJobQueue::keepsTheOrderOfAProject()
{
    JobQueue queue(kWide);
    for (quint64 ticket = 1; ticket <= 50; ++ticket) {
        AppendJob one = job(u"a"_s, 1 + int(ticket % 3));
        one.ticket = ticket;
        QVERIFY(push(queue, one));
    }
    quint64 next = 1;
    while (!queue.isEmpty())
        for (const AppendJob &one : queue.take({7, 1 << 20}))
            QCOMPARE(one.ticket, next++);
    QCOMPARE(next, 51u);
    QCOMPARE(queue.events(), 0);
    QCOMPARE(queue.bytes(), 0);
}

void TestJobQueue::refusesBeyondItsLimits()
{
    JobQueue byEvents({10, 1 << 20});
    QVERIFY(push(byEvents, job(u"a"_s, 6)));
    QVERIFY(!push(byEvents, job(u"a"_s, 5)));
    QVERIFY(push(byEvents, job(u"a"_s, 4)));
    QVERIFY(!push(byEvents, job(u"a"_s, 0))); // weighs one
    JobQueue byBytes({1'000, 100'000});
    QVERIFY(push(byBytes, job(u"a"_s, 1, 60'000)));
    QVERIFY(!push(byBytes, job(u"a"_s, 1, 60'000)));
    QVERIFY(push(byBytes, job(u"a"_s, 1, 30'000)));
    QVERIFY(byBytes.bytes() <= 100'000);
}

void TestJobQueue::aProjectFillsHalfAtMostWhenThereAreSeveral()
{
    JobQueue queue({100, 1 << 20});
    QVERIFY(push(queue, job(u"quiet"_s, 1)));
    int taken = 0;
    while (push(queue, job(u"flood"_s, 1)))
        ++taken;
    QCOMPARE(taken, 50);
    QVERIFY(push(queue, job(u"quiet"_s, 1)));
}

void TestJobQueue::whatIsLargerThanTheQueuePassesAlone()
{
    JobQueue queue({10, 1 << 20});
    QVERIFY(push(queue, job(u"a"_s, 50)));
    QVERIFY(!push(queue, job(u"a"_s, 1)));
    QCOMPARE(queue.take({10, 1 << 20}).size(), 1);
    QVERIFY(push(queue, job(u"a"_s, 1)));
}

void TestJobQueue::batchesAreBounded()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 10; ++i)
        QVERIFY(push(queue, job(u"a"_s, 4, 1'000)));
    QCOMPARE(eventsOf(queue.take({10, 1 << 20}), u"a"_s), 8);
    QCOMPARE(queue.take({1'000, 10'000}).size(), 2); // by bytes
    QCOMPARE(queue.take({1, 1}).size(), 1);          // one at least
}

void TestJobQueue::aFloodGetsItsShareAndNoMore()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 2'000; ++i)
        QVERIFY(push(queue, job(u"flood"_s, 1)));
    for (int i = 0; i < 300; ++i) {
        QVERIFY(push(queue, job(u"a"_s, 1)));
        QVERIFY(push(queue, job(u"b"_s, 1)));
    }
    const auto batch = queue.take({300, 1 << 24});
    QCOMPARE(eventsOf(batch, u"a"_s), 100);
    QCOMPARE(eventsOf(batch, u"b"_s), 100);
    QCOMPARE(eventsOf(batch, u"flood"_s), 100);
    // Alone it gets everything.
    (void)queue.take({100'000, 1 << 26});
    for (int i = 0; i < 2'000; ++i)
        QVERIFY(push(queue, job(u"flood"_s, 1)));
    QCOMPARE(queue.take({300, 1 << 24}).size(), 300);
}

void TestJobQueue::aHeavyJobWaitsForItsCreditAndIsNotForgotten()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 5; ++i)
        QVERIFY(push(queue, job(u"heavy"_s, 10'000)));
    int light = 0;
    int heavy = 0;
    for (int batch = 0; batch < 200; ++batch) {
        QVERIFY(push(queue, job(u"light"_s, 1))); // always one there
        const auto jobs = queue.take({1'000, 1 << 26});
        QVERIFY(!jobs.isEmpty());
        light += eventsOf(jobs, u"light"_s);
        const int here = eventsOf(jobs, u"heavy"_s);
        heavy += here;
        QVERIFY2(here <= 10'000, qPrintable(QString::number(here)));
    }
    QVERIFY2(light >= 190, qPrintable(QString::number(light)));
    QCOMPARE(heavy, 50'000);
}

void TestJobQueue::takeAllEmptiesIt()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 10; ++i)
        QVERIFY(push(queue, job(i % 2 ? u"a"_s : u"b"_s, 2)));
    QCOMPARE(queue.takeAll().size(), 10);
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.takeAll().isEmpty());
    QVERIFY(queue.take({10, 10}).isEmpty());
}

QTEST_APPLESS_MAIN(TestJobQueue)
#include "tst_jobqueue.moc"
