#include "core/store/connection/dialect.h"
#include "core/store/connection/transaction.h"
#include "core/store/events/sql/sqlstore.h"
#include "tests/core/store/backends.h"

#include <QDir>
#include <QFile>
#include <thread>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

class TestSqlStore final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void init() { m_ids = Uuid7Generator(); }
    void cleanupTestCase() { m_backends.stop(); }

    void append_storesEventsAndCounts_data() { Backends::addRows(); }
    void append_storesEventsAndCounts();
    void append_keepsTextAsSent_data() { Backends::addRows(); }
    void append_keepsTextAsSent();
    void append_withoutEventsCountsRejections_data() { Backends::addRows(); }
    void append_withoutEventsCountsRejections();
    void append_isAllOrNothing_data() { Backends::addRows(); }
    void append_isAllOrNothing();
    void append_tellsRefusedDataFromOtherFailures_data() { Backends::addRows(); }
    void append_tellsRefusedDataFromOtherFailures();
    void duplicates_data() { Backends::addRows(); }
    void duplicates();
    void duplicates_ofTwoStoresAtOnce_data() { Backends::addRows(); }
    void duplicates_ofTwoStoresAtOnce();
    void transaction_rollsBack_data() { Backends::addRows(); }
    void transaction_rollsBack();
    void settle_findsTheCommitThatWasNotAnswered();

private:
    Backends m_backends;
    Uuid7Generator m_ids;
};

void TestSqlStore::append_storesEventsAndCounts()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    QCOMPARE(store->name(), backend);
    ENTVAS_VERIFY(store->ping());

    AppendJob first = makeJob({makeEvent(m_ids, kNoonMs), makeEvent(m_ids, kNoonMs + 59'999)}, 7);
    first.rejected = 3;
    first.rejectedAtMs = kNoonMs + 10;
    const AppendJob second = makeJob({makeEvent(m_ids, kNoonMs + 60'000, u"login"_s, u"u2"_s)}, 8);
    const auto stored = store->writer().append({first, second});
    ENTVAS_VERIFY(stored);
    QCOMPARE(stored->size(), 2);
    QCOMPARE(stored->at(0).job.ticket, 7u);
    QCOMPARE(stored->at(0).outcomes.size(), 2);
    QVERIFY(stored->at(0).outcomes[1].status == AppendOutcome::Status::Accepted);
    QCOMPARE(stored->at(0).outcomes[1].eventId, first.events[1].id);
    QCOMPARE(stored->at(1).outcomes[0].receivedAtMs, kNoonMs + 60'000);

    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 3);
    QCOMPARE(events->at(0).id, second.events[0].id); // newest first
    QCOMPARE(events->at(0).eventType, u"login"_s);
    QCOMPARE(events->at(0).userId, u"u2"_s);
    QCOMPARE(events->at(0).timestampMs, kNoonMs + 55'000);
    QCOMPARE(events->at(0).receivedAtMs, kNoonMs + 60'000);
    QCOMPARE(events->at(2).id, first.events[0].id);

    const Counts expected{{{kNoonMs, first.events[0].series}, 2}, {{kNoonMs + 60'000, second.events[0].series}, 1}};
    QCOMPARE(countsOf(*store, Tier::Minute), expected);
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 3);
    QCOMPARE(totals->rejected, 3);
}

void TestSqlStore::append_keepsTextAsSent()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    const QString user = u"Zoë O'Neill \\ \"quoted\" 🙂 $1 ? :x -- 測試\u007f"_s;
    Event event = makeEvent(m_ids, kNoonMs, u"тип"_s, user);
    event.timestampMs = -62'135'596'800'001 + 86'400'000LL * 366; // long before the epoch, odd milliseconds
    event.series = {u"тип"_s, u"a,\"b\" \\ 'c'"_s, user};
    const QByteArray longText(15'000, 'x');
    event.metadata = "{\"long\":\"" + longText + "\",\"n\":12345678901234567890.500,\"t\":\"\\\"'\\\\ é🙂\"}";
    Event bare = makeEvent(m_ids, kNoonMs + 1);
    bare.metadata.clear();
    bare.timestampMs = 253'402'300'799'999; // 9999-12-31T23:59:59.999Z
    ENTVAS_VERIFY(store->writer().append({makeJob({event, bare})}));

    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 2);
    QCOMPARE(events->at(1).userId, user);
    QCOMPARE(events->at(1).eventType, u"тип"_s);
    QCOMPARE(events->at(1).timestampMs, event.timestampMs);
    QByteArray metadata = events->at(1).metadata;
    metadata.replace("\": ", "\":").replace(", \"", ",\""); // jsonb puts spaces
    for (const QByteArray &part : {"\"long\":\"" + longText + "\"", QByteArray("\"n\":12345678901234567890.500"),
                                   QByteArray("\"t\":\"\\\"'\\\\ é🙂\"")})
        QVERIFY2(metadata.contains(part), part.left(60).constData());
    QVERIFY(events->at(0).metadata.isEmpty());
    QCOMPARE(events->at(0).timestampMs, bare.timestampMs);
    const Counts counts = countsOf(*store, Tier::Minute);
    QVERIFY(counts.contains({kNoonMs, event.series}));
}

void TestSqlStore::append_withoutEventsCountsRejections()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    AppendJob job = makeJob({});
    job.rejected = 2;
    job.rejectedAtMs = kNoonMs + 30'000;
    ENTVAS_VERIFY(store->writer().append({job, job}));
    job.rejectedAtMs += 60'000;
    ENTVAS_VERIFY(store->writer().append({job}));
    ENTVAS_VERIFY(store->writer().append({}));
    const auto rejected = store->reader().readRejected(kDefaultProject, kNoonMs);
    ENTVAS_VERIFY(rejected);
    QCOMPARE(rejected->size(), 2);
    QCOMPARE(rejected->at(0).minuteMs, kNoonMs);
    QCOMPARE(rejected->at(0).count, 4);
    QCOMPARE(rejected->at(1).count, 2);
    const auto later = store->reader().readRejected(kDefaultProject, kNoonMs + 60'000);
    ENTVAS_VERIFY(later);
    QCOMPARE(later->size(), 1);
}

void TestSqlStore::append_isAllOrNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    AppendJob good = makeJob({makeEvent(m_ids, kNoonMs)});
    good.events[0].idempotencyKey = u"k"_s;
    good.rejected = 1;
    good.rejectedAtMs = kNoonMs;
    AppendJob bad = makeJob({makeEvent(m_ids, kNoonMs)});
    bad.project = u"no such project"_s;
    QVERIFY(!store->writer().append({good, bad}));
    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QVERIFY(events->isEmpty());
    QVERIFY(countsOf(*store, Tier::Minute).isEmpty());
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->rejected, 0);
    // Nothing of the failed batch is left behind: neither the key nor the belief that the series is stored.
    const auto again = store->writer().append({good});
    ENTVAS_VERIFY(again);
    QVERIFY(again->at(0).outcomes[0].status == AppendOutcome::Status::Accepted);
    QCOMPARE(countsOf(*store, Tier::Minute).size(), 1);
}

void TestSqlStore::append_tellsRefusedDataFromOtherFailures()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    AppendJob noJson = makeJob({makeEvent(m_ids, kNoonMs)});
    noJson.events[0].metadata = "{\"a\":";
    AppendJob injected = makeJob({makeEvent(m_ids, kNoonMs)});
    injected.events[0].metadata = "{}\"},{\"p\":\"default\"";
    AppendJob twice = makeJob({makeEvent(m_ids, kNoonMs)});
    twice.events << twice.events[0];
    AppendJob nowhere = makeJob({makeEvent(m_ids, kNoonMs)});
    nowhere.project = u"nowhere"_s;
    for (const AppendJob &bad : {noJson, injected, twice}) {
        const auto refused = store->writer().append({bad}); // only what is refused
        ENTVAS_VERIFY(refused);
        QVERIFY(refused->at(0).outcomes.last().status == AppendOutcome::Status::Rejected);
    }
    for (const QList<AppendJob> &bad : {QList<AppendJob>{nowhere}, QList<AppendJob>{noJson, injected}}) {
        const auto refused = store->writer().append(bad); // no event's fault, or the caller's to find out whose
        QVERIFY(!refused);
        QVERIFY2(refused.failure().kind == Fault::BadInput, qPrintable(refused.failure().text));
    }
    ENTVAS_VERIFY(store->writer().append({makeJob({makeEvent(m_ids, kNoonMs)})}));
    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 2); // with the first of those that came twice
}

void TestSqlStore::duplicates()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    const auto keyed = [this](qint64 atMs, const QString &key) {
        Event event = makeEvent(m_ids, atMs);
        event.idempotencyKey = key;
        return event;
    };
    const Event first = keyed(kNoonMs, u"order-1 'ü'"_s);
    const auto one =
        store->writer().append({makeJob({first, keyed(kNoonMs + 1, u"order-1 'ü'"_s), keyed(kNoonMs, u"2"_s)}),
                                makeJob({keyed(kNoonMs + 2, u"order-1 'ü'"_s)})});
    ENTVAS_VERIFY(one);
    QVERIFY(one->at(0).outcomes[0].status == AppendOutcome::Status::Accepted);
    for (const AppendOutcome &repeat : {one->at(0).outcomes[1], one->at(1).outcomes[0]}) {
        QVERIFY(repeat.status == AppendOutcome::Status::Duplicate);
        QCOMPARE(repeat.eventId, first.id);
        QCOMPARE(repeat.receivedAtMs, kNoonMs);
    }
    QVERIFY(one->at(0).outcomes[2].status == AppendOutcome::Status::Accepted);

    const auto two =
        store->writer().append({makeJob({keyed(kNoonMs + 99'000, u"order-1 'ü'"_s), keyed(kNoonMs, u"3"_s)})});
    ENTVAS_VERIFY(two);
    QVERIFY(two->at(0).outcomes[0].status == AppendOutcome::Status::Duplicate);
    QCOMPARE(two->at(0).outcomes[0].eventId, first.id);
    QCOMPARE(two->at(0).outcomes[0].receivedAtMs, kNoonMs);
    QVERIFY(two->at(0).outcomes[1].status == AppendOutcome::Status::Accepted);

    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 3); // counted once each
    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 3);
}

void TestSqlStore::duplicates_ofTwoStoresAtOnce()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    makeReady(url).reset();
    constexpr int kBatches = 25;
    constexpr int kKeys = 20; // per batch, the same for both stores, in opposite order
    std::atomic<int> accepted{0}, duplicate{0}, failed{0};
    const auto work = [&](int number) {
        const auto store = makeStore(url, u"w%1"_s.arg(number));
        if (!store->open()) {
            ++failed;
            return;
        }
        Uuid7Generator ids;
        for (int batch = 0; batch < kBatches; ++batch) {
            AppendJob job = makeJob({});
            for (int i = 0; i < kKeys; ++i) {
                Event event = makeEvent(ids, kNoonMs + batch);
                event.idempotencyKey = u"%1-%2"_s.arg(batch).arg(number == 0 ? i : kKeys - 1 - i);
                job.events << event;
            }
            const auto stored = store->writer().append({job});
            if (!stored) {
                qWarning("%s", qPrintable(stored.failure().text));
                ++failed;
                continue;
            }
            for (const AppendOutcome &outcome : stored->at(0).outcomes)
                ++(outcome.status == AppendOutcome::Status::Accepted ? accepted : duplicate);
        }
    };
    std::thread one(work, 0), two(work, 1);
    one.join();
    two.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(accepted.load(), kBatches * kKeys);
    QCOMPARE(duplicate.load(), kBatches * kKeys);
    const auto totals = makeReady(url)->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, kBatches * kKeys);
}

void TestSqlStore::transaction_rollsBack()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    makeReady(url).reset();
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const auto projects = [&] {
        SqlConnection second(url); // what others see
        if (!second.open() || !second.execute(u"CREATE TABLE IF NOT EXISTS probe (n integer)"_s))
            return qint64(-1);
        const auto newest = second.run(u"newest_migration"_s);
        return newest && (*newest)->next() ? (*newest)->value(0).toLongLong() : -1;
    };
    const auto note = [&](int version) {
        return connection.change(u"add_migration"_s, {{u":version"_s, version}, {u":name"_s, u"x"_s}});
    };
    const qint64 known = projects();
    {
        Transaction early(connection);
        ENTVAS_VERIFY(early.begin());
        ENTVAS_VERIFY(note(900));
    }
    QCOMPARE(projects(), known);
    {
        Transaction broken(connection);
        ENTVAS_VERIFY(broken.begin());
        ENTVAS_VERIFY(note(901));
        QVERIFY(!note(901)); // the same key twice
    }
    QCOMPARE(projects(), known);
    {
        Transaction whole(connection);
        ENTVAS_VERIFY(whole.begin());
        ENTVAS_VERIFY(note(902));
        ENTVAS_VERIFY(whole.commit());
    }
    QCOMPARE(projects(), 902);
}

// The connection dies within COMMIT, so that the store can't know what became of it.
void TestSqlStore::settle_findsTheCommitThatWasNotAnswered()
{
    const Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    const auto store = makeReady(fresh.value());
    // A deferred trigger runs within COMMIT. Here it ends the session, so that the commit fails and nothing is found.
    SqlConnection admin(fresh.value());
    ENTVAS_VERIFY(admin.open());
    ENTVAS_VERIFY(admin.execute(u"CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
                                "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"_s));
    ENTVAS_VERIFY(admin.execute(u"CREATE CONSTRAINT TRIGGER cut_at_commit AFTER INSERT ON events "
                                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()"_s));
    const AppendJob job = makeJob({makeEvent(m_ids, kNoonMs)}, 5);
    const auto lost = store->writer().append({job});
    QVERIFY(!lost);
    QVERIFY2(lost.failure().kind == Fault::Unavailable, qPrintable(lost.failure().text));
    QVERIFY(store->writer().isInDoubt());
    QVERIFY(!store->ping());
    ENTVAS_VERIFY(store->open());
    const auto nothing = store->writer().settle();
    ENTVAS_VERIFY(nothing);
    QVERIFY(nothing->isEmpty());

    QVERIFY(!store->writer().isInDoubt());

    // Now the other way round: the same events are in the database by the time the store looks.
    QVERIFY(!store->writer().append({job}));
    QVERIFY(store->writer().isInDoubt());
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(admin.execute(u"DROP TRIGGER cut_at_commit ON events"_s));
    const auto other = makeReady(fresh.value(), u"w1"_s);
    ENTVAS_VERIFY(other->writer().append({job}));
    const auto found = store->writer().settle();
    ENTVAS_VERIFY(found);
    QCOMPARE(found->size(), 1);
    QCOMPARE(found->at(0).job.ticket, 5u);
    QCOMPARE(found->at(0).outcomes[0].eventId, job.events[0].id);
    const auto second = store->writer().settle();
    ENTVAS_VERIFY(second);
    QVERIFY(second->isEmpty());
}

QTEST_GUILESS_MAIN(TestSqlStore)
#include "tst_sqlstore.moc"
