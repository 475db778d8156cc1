#include "core/store/events/storewriter.h"
#include "tests/core/store/backends.h"
#include "tests/core/store/fakestore.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

// What a writer told, collected in the test's thread.
class Log final : public QObject
{
public:
    explicit Log(StoreWriter &writer)
    {
        connect(&writer, &StoreWriter::opened, this, [this] { ++opened; });
        connect(&writer, &StoreWriter::failed, this, [this](const Failure &failure) { failures << failure; });
        connect(&writer, &StoreWriter::availableChanged, this, [this](bool available) { availability << available; });
        connect(&writer, &StoreWriter::committed, this, [this](const QList<CommittedJob> &jobs) {
            for (const CommittedJob &job : jobs)
                committed << job.job.ticket;
        });
        connect(&writer, &StoreWriter::refused, this, [this](const QList<quint64> &tickets, const Failure &failure) {
            refused << tickets;
            failures << failure;
        });
    }
    int opened = 0;
    QList<Failure> failures;
    QList<bool> availability;
    QList<quint64> committed;
    QList<quint64> refused;
};

} // namespace

class TestStoreWriter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void init() { m_ids = Uuid7Generator(); }
    void cleanupTestCase() { m_backends.stop(); }

    void commits_data() { Backends::addRows(); }
    void commits();
    void poison_isRefusedAlone_data() { Backends::addRows(); }
    void poison_isRefusedAlone();
    void stop_drains_data() { Backends::addRows(); }
    void stop_drains();
    void aCrowdSharesATransaction();
    void fullQueue_takesNothing();
    void startThatCantSucceed_fails();
    void awayAtStart_isTriedAgain();
    void away_refusesAndRecovers();
    void lostWhileIdle_refusesWhatCame();
    void lostCommit_isFoundLater();
    void commitInDoubt_waitsForTheDatabase_data();
    void commitInDoubt_waitsForTheDatabase();
    void commitInDoubt_isSaidWhenItHasToStop();
    void hangingDatabase_isNoticed();
    void acts_takeTurnsWithBatches();
    void acts_areBounded();
    void acts_areRefusedWhenTheDatabaseGoes();
    void acts_areAnsweredWhenItStops();
    void lostCommit_isFoundAtOnce();
    void otherRefusals_refuseTheBatch();
    void postgresRestart_losesAndDoublesNothing();

private:
    static StoreWriter::StoreFactory fake(FakeStore::Control &control)
    {
        return [&control] { return std::make_unique<FakeStore>(control); };
    }
    AppendJob job(quint64 ticket, int events = 1)
    {
        EventBatch batch;
        for (int i = 0; i < events; ++i)
            batch << makeEvent(m_ids, kNoonMs);
        return makeJob(batch, ticket);
    }

    Backends m_backends;
    Uuid7Generator m_ids;
};

void TestStoreWriter::commits()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    StoreWriter writer([url] { return makeStore(url, u"w"_s); }, {});
    Log log(writer);
    QVERIFY(!writer.push(job(1))); // not before it is open
    writer.start();
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 10'000);
    QVERIFY(writer.isAvailable());
    QVERIFY(writer.push(job(2, 3)));
    QVERIFY(writer.push(job(3)));
    QTRY_COMPARE_WITH_TIMEOUT(log.committed, (QList<quint64>{2, 3}), 10'000);
    QCOMPARE(writer.queuedEvents(), 0);
    QVERIFY(writer.stop());
    QVERIFY(!writer.isAvailable());
    QVERIFY(!writer.push(job(4)));
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 4);
}

void TestStoreWriter::poison_isRefusedAlone()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    StoreWriter writer([url] { return makeStore(url, u"w"_s); }, {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 10'000);
    for (quint64 ticket = 1; ticket <= 40; ++ticket) {
        AppendJob next = job(ticket);
        if (ticket == 13)
            next.events[0].metadata = "{\"broken\":";
        QVERIFY(writer.push(next));
    }
    QTRY_COMPARE_WITH_TIMEOUT(log.committed.size() + log.refused.size(), 40, 10'000);
    QVERIFY(log.refused.isEmpty()); // it is counted as rejected: that is committed too
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 39);
    QCOMPARE(totals->rejected, 1);
    QVERIFY(writer.isAvailable());
}

void TestStoreWriter::stop_drains()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    StoreWriter writer([url] { return makeStore(url, u"w"_s); }, {.batchEvents = 50});
    Log log(writer);
    writer.start();
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 10'000);
    for (quint64 ticket = 0; ticket < 200; ++ticket)
        QVERIFY(writer.push(job(ticket, 10)));
    QVERIFY(writer.stop());
    QCOMPARE(writer.queuedEvents(), 0);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 2'000);
    QTRY_COMPARE_WITH_TIMEOUT(log.committed.size(), 200, 10'000);
}

void TestStoreWriter::aCrowdSharesATransaction()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {.batchEvents = 10});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire(); // the first is in its commit; the others pile up behind it
    for (quint64 ticket = 2; ticket <= 6; ++ticket)
        QVERIFY(writer.push(job(ticket, 4)));
    QVERIFY(writer.push(job(7, 25))); // larger than a batch: alone
    {
        const std::lock_guard lock(control.mutex);
        control.hold = false;
    }
    control.go.release();
    QTRY_COMPARE(log.committed.size(), 7);
    QCOMPARE(control.batches, (QList<qsizetype>{1, 2, 2, 1, 1}));
}

void TestStoreWriter::fullQueue_takesNothing()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {.queueEvents = 10, .queueBytes = 100'000});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire();
    QVERIFY(writer.push(job(2, 6)));
    QVERIFY(!writer.push(job(3, 5))); // events
    QCOMPARE(writer.queuedEvents(), 6);
    AppendJob large = job(4);
    large.events[0].metadata = QByteArray(100'000, ' ');
    QVERIFY(!writer.push(large)); // bytes
    QVERIFY(writer.push(job(5, 4)));
    AppendJob rejectedOnly = makeJob({}, 6);
    rejectedOnly.rejected = 1;
    QVERIFY(!writer.push(rejectedOnly)); // a job without events takes a place too
    {
        const std::lock_guard lock(control.mutex);
        control.hold = false;
    }
    control.go.release();
    QTRY_COMPARE(log.committed, (QList<quint64>{1, 2, 5}));
    QVERIFY(writer.push(job(7, 10)));
    QTRY_COMPARE(log.committed.size(), 4);
}

void TestStoreWriter::startThatCantSucceed_fails()
{
    FakeStore::Control control;
    control.opening = {Fault::Configuration, u"wrong"_s};
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.failures.size(), 1);
    QVERIFY(log.failures[0].kind == Fault::Configuration);
    QCOMPARE(log.opened, 0);
    QVERIFY(writer.stop());
}

void TestStoreWriter::awayAtStart_isTriedAgain()
{
    FakeStore::Control control;
    control.opening = {Fault::Unavailable, u"away"_s};
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTest::qWait(300);
    QCOMPARE(log.opened, 0);
    QVERIFY(log.failures.isEmpty());
    QCOMPARE(log.availability, QList<bool>{false}); // said once
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
    }
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 6'000);
    QCOMPARE(log.availability, (QList<bool>{false, true}));
    QCOMPARE(writer.stats().losses, quint64(0)); // it was never there
}

void TestStoreWriter::away_refusesAndRecovers()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {.batchEvents = 1});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire();
    QVERIFY(writer.push(job(2))); // waits in the queue
    {
        const std::lock_guard lock(control.mutex);
        control.hold = false;
        control.opening = {Fault::Unavailable, u"away"_s};
        control.append = [](const QList<AppendJob> &) {
            return Result<QList<CommittedJob>>(Fault::Unavailable, u"away"_s);
        };
    }
    control.go.release();
    QTRY_COMPARE_WITH_TIMEOUT(log.refused, (QList<quint64>{1, 2}), 10'000);
    for (const Failure &failure : std::as_const(log.failures))
        QVERIFY(failure.kind == Fault::Unavailable);
    QVERIFY(!writer.isAvailable());
    QVERIFY(!writer.push(job(3)));
    QVERIFY(log.committed.isEmpty());
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
        control.append = nullptr;
    }
    QTRY_VERIFY_WITH_TIMEOUT(writer.isAvailable(), 6'000);
    QVERIFY(writer.push(job(4)));
    QTRY_COMPARE(log.committed, QList<quint64>{4});
    QCOMPARE(log.availability, (QList<bool>{true, false, true}));
}

// A ping to a database that has gone may wait for seconds: what is pushed meanwhile must not wait for its return.
void TestStoreWriter::lostWhileIdle_refusesWhatCame()
{
    FakeStore::Control control;
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 10'000);
    {
        const std::lock_guard lock(control.mutex);
        control.holdPing = true;
    }
    control.entered.acquire(); // after WriterLoop::kIdlePing
    QVERIFY(writer.push(job(1)));
    {
        const std::lock_guard lock(control.mutex);
        control.holdPing = false;
        control.opening = Result<void>(Fault::Unavailable, u"away"_s);
    }
    control.go.release();
    QTRY_COMPARE_WITH_TIMEOUT(log.refused, QList<quint64>{1}, 2'000);
    QVERIFY(!writer.isAvailable());
}

void TestStoreWriter::lostCommit_isFoundLater()
{
    FakeStore::Control control;
    control.append = [&control](const QList<AppendJob> &jobs) {
        control.opening = {Fault::Unavailable, u"away"_s};
        control.late = FakeStore::commit(jobs);
        return Result<QList<CommittedJob>>(Fault::Unavailable, u"cut while committing"_s);
    };
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(9)));
    QTRY_COMPARE_WITH_TIMEOUT(log.refused, QList<quint64>{9}, 10'000);
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
    }
    QTRY_COMPARE_WITH_TIMEOUT(log.committed, QList<quint64>{0}, 6'000); // counted, but nobody waits for it
}

// The sender waits until it is known, and hears the truth.
void TestStoreWriter::commitInDoubt_waitsForTheDatabase_data()
{
    QTest::addColumn<bool>("arrived");
    QTest::newRow("it arrived") << true;
    QTest::newRow("it did not") << false;
}

void TestStoreWriter::commitInDoubt_waitsForTheDatabase()
{
    QFETCH(bool, arrived);
    FakeStore::Control control;
    control.append = [&control, arrived](const QList<AppendJob> &jobs) {
        control.opening = {Fault::Unavailable, u"away"_s};
        control.inDoubt = true;
        if (arrived)
            control.late = FakeStore::commit(jobs);
        return Result<QList<CommittedJob>>(Fault::Unavailable, u"cut while committing"_s);
    };
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(9)));
    QTest::qWait(int(BatchCommit::kHold.count()) + 500);
    QVERIFY(!writer.isAvailable());
    QVERIFY(log.refused.isEmpty() && log.committed.isEmpty()); // longer than others are held
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
    }
    const QList<quint64> nine{9};
    QTRY_COMPARE_WITH_TIMEOUT(arrived ? log.committed : log.refused, nine, 6'000);
    QVERIFY((arrived ? log.refused : log.committed).isEmpty());
    QCOMPARE(control.batches.size(), 1); // nothing is stored that nobody may wait for any more
    QTRY_VERIFY(writer.isAvailable());
}

void TestStoreWriter::commitInDoubt_isSaidWhenItHasToStop()
{
    FakeStore::Control control;
    control.append = [&control](const QList<AppendJob> &) {
        control.opening = {Fault::Unavailable, u"away"_s};
        control.inDoubt = true;
        return Result<QList<CommittedJob>>(Fault::Unavailable, u"cut while committing"_s);
    };
    StoreWriter writer(fake(control), {});
    QList<quint64> uncertain;
    connect(&writer, &StoreWriter::uncertain, this, [&](const QList<quint64> &tickets) { uncertain += tickets; });
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(9)));
    QTRY_VERIFY(!writer.isAvailable());
    QVERIFY(writer.stop(2'000));
    QTRY_COMPARE(uncertain, QList<quint64>{9});
    QVERIFY(log.refused.isEmpty());
}

void TestStoreWriter::hangingDatabase_isNoticed()
{
    FakeStore::Control control;
    control.hold = true; // within append()
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire();
    QVERIFY(writer.push(job(2))); // waits behind it
    QTRY_VERIFY_WITH_TIMEOUT(!writer.isAvailable(), int(CallWatch::kStalled.count()) + 2'000);
    QTRY_COMPARE(log.refused, QList<quint64>{2}); // nothing of it is stored; of the first, who knows
    QVERIFY(!writer.push(job(3)));
    QCOMPARE(writer.stats().refusedAway, 1u);
    {
        const std::lock_guard lock(control.mutex);
        control.hold = false;
    }
    control.go.release();
    QTRY_COMPARE(log.committed, QList<quint64>{1});
    QTRY_VERIFY(writer.isAvailable());
    QVERIFY(writer.push(job(4)));
    QTRY_COMPARE(log.committed, (QList<quint64>{1, 4}));
}

void TestStoreWriter::lostCommit_isFoundAtOnce()
{
    FakeStore::Control control;
    control.append = [&control](const QList<AppendJob> &jobs) {
        control.late = FakeStore::commit(jobs);
        return Result<QList<CommittedJob>>(Fault::Unavailable, u"cut while committing"_s);
    };
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(9)));
    QTRY_COMPARE(log.committed, QList<quint64>{9});
    QCOMPARE(control.batches.size(), 1); // not stored again
    QVERIFY(log.refused.isEmpty());
}

void TestStoreWriter::otherRefusals_refuseTheBatch()
{
    FakeStore::Control control;
    std::atomic<Fault> fault = Fault::Storage;
    control.append = [&fault](const QList<AppendJob> &) {
        return Result<QList<CommittedJob>>(fault.load(), u"no such table"_s);
    };
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(!writer.stats().isRefusing);
    QVERIFY(writer.push(job(1)));
    QTRY_COMPARE(log.refused, QList<quint64>{1});
    QVERIFY(log.failures[0].kind == Fault::Storage);
    QVERIFY(writer.isAvailable());
    QVERIFY(writer.stats().isRefusing); // nobody could store anything
    fault = Fault::BadInput;
    QVERIFY(writer.push(job(2)));
    QTRY_COMPARE(log.refused, (QList<quint64>{1, 2}));
    QVERIFY(!writer.stats().isRefusing); // this sender's own
}

void TestStoreWriter::postgresRestart_losesAndDoublesNothing()
{
    const Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    if (!m_backends.postgres().canRestart())
        QSKIP("the server of ENTVAS_TEST_DATABASE_URL is not ours to restart");
    const DatabaseUrl url = fresh.value();
    StoreWriter writer([url] { return makeStore(url, u"w"_s); }, {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE_WITH_TIMEOUT(log.opened, 1, 10'000);
    QHash<quint64, QUuid> sent;
    quint64 ticket = 0;
    const auto sendSome = [&](int ms) {
        QElapsedTimer time;
        time.start();
        while (time.elapsed() < ms) {
            const AppendJob next = job(++ticket);
            if (writer.push(next))
                sent.insert(ticket, next.events[0].id);
            QTest::qWait(1);
        }
    };
    sendSome(300);
    for (int round = 0; round < 2; ++round) {
        const auto down = m_backends.postgres().stopServer();
        ENTVAS_VERIFY(down);
        sendSome(round == 0 ? 100 : 2'500); // back within the time that a batch is held, and beyond it
        const auto up = m_backends.postgres().startServer();
        ENTVAS_VERIFY(up);
        QTRY_VERIFY_WITH_TIMEOUT(writer.isAvailable() && writer.queuedEvents() == 0, 6'000);
        sendSome(300);
    }
    QTRY_COMPARE_WITH_TIMEOUT(log.committed.size() + log.refused.size(), sent.size(), 10'000);
    QVERIFY(log.committed.size() > 20);
    QSet<QUuid> expected;
    for (const quint64 done : std::as_const(log.committed))
        expected.insert(sent.value(done));
    QCOMPARE(expected.size(), log.committed.size());
    QVERIFY(writer.stop());

    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const auto events = store->reader().events(queryAll(10'000));
    ENTVAS_VERIFY(events);
    QSet<QUuid> stored;
    for (const StoredEvent &event : events.value())
        stored.insert(event.id);
    QCOMPARE(stored, expected);
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, qint64(expected.size()));
}

void TestStoreWriter::acts_takeTurnsWithBatches()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {.batchEvents = 1});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire(); // in the middle of a commit
    for (quint64 ticket = 2; ticket <= 4; ++ticket)
        QVERIFY(writer.push(job(ticket)));
    QList<qsizetype> batchesBefore; // each act
    int answered = 0;
    for (int i = 0; i < 3; ++i)
        QVERIFY(writer.ask<qsizetype>(
            this,
            [&](EventStore &) {
                const std::lock_guard lock(control.mutex);
                return Result<qsizetype>(control.batches.size());
            },
            [&](const Result<qsizetype> &batches) {
                batchesBefore << *batches;
                ++answered;
            }));
    {
        const std::lock_guard lock(control.mutex);
        control.hold = false;
    }
    control.go.release();
    QTRY_COMPARE(answered, 3);
    QTRY_COMPARE(log.committed.size(), 4);
    // One batch, one act: neither waits for all of the others.
    QCOMPARE(batchesBefore, (QList<qsizetype>{2, 3, 4}));
    // One alone does not wait for an event.
    QVERIFY(writer.ask<qsizetype>(
        this, [](EventStore &) { return Result<qsizetype>(7); }, [&](const Result<qsizetype> &) { ++answered; }));
    QTRY_COMPARE(answered, 4);
}

void TestStoreWriter::acts_areBounded()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire();
    std::size_t answered = 0;
    auto context = std::make_unique<QObject>();
    const auto ask = [&](QObject *who) {
        return writer.ask<bool>(
            who, [](EventStore &) { return Result<bool>(true); }, [&](const Result<bool> &) { ++answered; });
    };
    QVERIFY(ask(context.get()));
    for (std::size_t i = 1; i < WriterQueue::kMaxActs; ++i)
        QVERIFY(ask(this));
    QVERIFY(!ask(this));
    context.reset(); // one of them wants no answer any more
    control.go.release();
    QTRY_COMPARE(answered, WriterQueue::kMaxActs - 1);
    QVERIFY(ask(this));
    QTRY_COMPARE(answered, WriterQueue::kMaxActs);
}

void TestStoreWriter::acts_areRefusedWhenTheDatabaseGoes()
{
    FakeStore::Control control;
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    std::optional<Failure> failure;
    const auto ask = [&](const Result<bool> &outcome) {
        return writer.ask<bool>(
            this,
            [&control, outcome](EventStore &) {
                const std::lock_guard lock(control.mutex);
                if (!outcome)
                    control.opening = outcome.failure(); // and a ping finds out
                return outcome;
            },
            [&](const Result<bool> &answer) {
                failure = answer ? Failure{Fault::Internal, {}} : answer.failure();
            });
    };
    // One that is refused for what it is leaves the writer as it was.
    QVERIFY(ask({Fault::BadInput, u"no"_s}));
    QTRY_VERIFY(failure);
    QCOMPARE(failure->text, u"no"_s);
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
    }
    QVERIFY(writer.isAvailable());
    failure.reset();
    QVERIFY(ask({Fault::Unavailable, u"gone"_s}));
    QTRY_VERIFY(failure);
    QCOMPARE(failure->text, u"gone"_s);
    QTRY_VERIFY(!writer.isAvailable());
    QVERIFY(!ask(true)); // and is not taken
    {
        const std::lock_guard lock(control.mutex);
        control.opening = {};
    }
    QTRY_VERIFY(writer.isAvailable());
    failure.reset();
    QVERIFY(ask(true));
    QTRY_VERIFY(failure && failure->text.isEmpty());
    QVERIFY(writer.push(job(1)));
    QTRY_COMPARE(log.committed, (QList<quint64>{1}));
}

void TestStoreWriter::acts_areAnsweredWhenItStops()
{
    FakeStore::Control control;
    control.hold = true;
    StoreWriter writer(fake(control), {});
    Log log(writer);
    writer.start();
    QTRY_COMPARE(log.opened, 1);
    QVERIFY(writer.push(job(1)));
    control.entered.acquire();
    int answered = 0;
    for (int i = 0; i < 5; ++i)
        QVERIFY(writer.ask<bool>(
            this, [](EventStore &) { return Result<bool>(true); }, [&](const Result<bool> &) { ++answered; }));
    QVERIFY(!writer.stop(0)); // the commit still hangs
    control.go.release();
    QTRY_COMPARE(answered, 5); // done or refused, but told
    QTRY_COMPARE(log.committed, (QList<quint64>{1}));
}

QTEST_GUILESS_MAIN(TestStoreWriter)
#include "tst_storewriter.moc"
