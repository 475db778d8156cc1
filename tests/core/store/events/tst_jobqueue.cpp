#include "core/store/events/jobqueue.h"

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

constexpr JobQueue::Time kStart{std::chrono::hours(1)};

bool push(JobQueue &queue, AppendJob one, JobQueue::Time now = kStart)
{
    return queue.push(std::move(one), now) == JobQueue::Pushed::Taken;
}

constexpr JobQueue::Limits kWide{100'000, 1 << 26};

// What a database would need for such a batch.
JobQueue::Duration costOf(const QList<AppendJob> &jobs)
{
    qint64 events = 0;
    for (const AppendJob &one : jobs)
        events += weightOf(one);
    return std::chrono::microseconds(500 + 17 * events);
}

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
    void aHeavyJobTakesItsTurn();
    void whoComesBackSoonIsWaitedFor();
    void whoDoesNotComeBackIsNotWaitedFor();
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
        for (const AppendJob &one : queue.take({7, 1 << 20, 7}, kStart))
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
    QCOMPARE(queue.take({10, 1 << 20, 10}, kStart).size(), 1);
    QVERIFY(push(queue, job(u"a"_s, 1)));
}

void TestJobQueue::batchesAreBounded()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 10; ++i)
        QVERIFY(push(queue, job(u"a"_s, 4, 1'000)));
    QCOMPARE(eventsOf(queue.take({10, 1 << 20, 10}, kStart), u"a"_s), 8);
    QCOMPARE(queue.take({1'000, 10'000, 1'000}, kStart).size(), 2); // by bytes
    QCOMPARE(queue.take({1, 1, 1}, kStart).size(), 1);              // one at least
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
    const auto batch = queue.take({300, 1 << 24, 300}, kStart);
    QCOMPARE(eventsOf(batch, u"a"_s), 100);
    QCOMPARE(eventsOf(batch, u"b"_s), 100);
    QCOMPARE(eventsOf(batch, u"flood"_s), 100);
    // Alone it gets everything.
    (void)queue.takeAll();
    for (int i = 0; i < 2'000; ++i)
        QVERIFY(push(queue, job(u"flood"_s, 1)));
    QCOMPARE(queue.take({300, 1 << 24, 300}, kStart).size(), 300);
}

// A sender that always has one event waiting, beside one that sends heavy jobs: each has half of the writer's time.
void TestJobQueue::aHeavyJobTakesItsTurn()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 5; ++i)
        QVERIFY(push(queue, job(u"heavy"_s, 10'000)));
    JobQueue::Time now = kStart;
    JobQueue::Duration light{0};
    JobQueue::Duration heavy{0};
    for (int batches = 0; batches < 10'000 && (queue.events() > 1 || batches == 0); ++batches) {
        QVERIFY(push(queue, job(u"light"_s, 1), now));
        const auto jobs = queue.take({5'000, 1 << 26, 64}, now);
        QCOMPARE(eventsOf(jobs, u"light"_s), 1);
        const int many = eventsOf(jobs, u"heavy"_s);
        QVERIFY2(many == 0 || many == 10'000, qPrintable(QString::number(many)));
        const auto end = now + costOf(jobs);
        queue.charge(now, end);
        (many > 0 ? heavy : light) += end - now;
        now = end;
    }
    QCOMPARE(queue.events(), 0);
    // The last heavy one may come when the light one has only just had its share of those before.
    QVERIFY(light >= heavy * 3 / 5);
    QVERIFY(light <= heavy * 2);
}

// Sixteen senders that send again 1 ms after their answer, beside two hundred that always have something waiting.
void TestJobQueue::whoComesBackSoonIsWaitedFor()
{
    using namespace std::chrono_literals;
    JobQueue queue(kWide);
    JobQueue::Time now = kStart;
    JobQueue::Time back = now; // when the quiet ones send next
    int flood = 0;
    int quiet = 0;
    int held = 0;
    while (now < kStart + 1s) {
        while (queue.events() < 200)
            QVERIFY(push(queue, job(u"flood"_s, 1), now));
        const auto send = [&] {
            for (int i = 0; i < 16; ++i)
                QVERIFY(push(queue, job(u"quiet"_s, 1), now));
            back = JobQueue::Time::max();
        };
        if (now >= back)
            send();
        if (const auto until = queue.holdUntil(now)) {
            ++held;
            QVERIFY(*until > now && *until <= now + JobQueue::kReturn);
            now = std::min(*until, back);
            continue;
        }
        const auto jobs = queue.take({5'000, 1 << 26, 64}, now);
        const auto end = now + costOf(jobs);
        queue.charge(now, end);
        now = end;
        flood += eventsOf(jobs, u"flood"_s);
        quiet += eventsOf(jobs, u"quiet"_s);
        if (eventsOf(jobs, u"quiet"_s) > 0)
            back = now + 1ms;
    }
    const double alone = 16 / (0.5e-3 + 16 * 17e-6 + 1e-3); // per second
    qInfo("alone %.0f/s, beside the flood %d/s; the flood %d/s", alone, quiet, flood);
    QVERIFY2(quiet >= alone / 2, qPrintable(QString::number(quiet)));
    QVERIFY(flood >= quiet);
    QVERIFY(held > 0);
}

void TestJobQueue::whoDoesNotComeBackIsNotWaitedFor()
{
    using namespace std::chrono_literals;
    JobQueue queue(kWide);
    JobQueue::Time now = kStart;
    const auto run = [&] {
        const auto jobs = queue.take({5'000, 1 << 26, 64}, now);
        queue.charge(now, now + 5ms);
        now += 5ms;
        return jobs.size();
    };
    QVERIFY(push(queue, job(u"alone"_s, 1), now));
    QVERIFY(!queue.holdUntil(now)); // nobody else is there
    QCOMPARE(run(), 1);
    for (int i = 0; i < 5; ++i) { // a flood, and one event every 20 ms
        for (int k = 0; k < 200; ++k)
            QVERIFY(push(queue, job(u"flood"_s, 1), now));
        QVERIFY(!queue.holdUntil(now));
        QVERIFY(run() <= 64); // no more than the other may have to wait for
        now += 15ms;
        QVERIFY(push(queue, job(u"seldom"_s, 1), now));
        QVERIFY(!queue.holdUntil(now));
        QVERIFY(run() <= 1 + JobQueue::kLeastShare);
    }
    now += 2 * JobQueue::kRecent;
    QVERIFY(run() > 64); // nobody else has sent for a while
}

void TestJobQueue::takeAllEmptiesIt()
{
    JobQueue queue(kWide);
    for (int i = 0; i < 10; ++i)
        QVERIFY(push(queue, job(i % 2 ? u"a"_s : u"b"_s, 2)));
    QCOMPARE(queue.takeAll().size(), 10);
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.takeAll().isEmpty());
    QVERIFY(queue.take({10, 10, 10}, kStart).isEmpty());
}

QTEST_APPLESS_MAIN(TestJobQueue)
#include "tst_jobqueue.moc"
