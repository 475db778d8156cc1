#include "core/cube/liveusers.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/events/sql/sqlupkeep.h"
#include "tests/core/store/backends.h"

#include <map>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <thread>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

constexpr qint64 kMinute = 60'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
using Buckets = std::map<std::pair<qint64, qint64>, UserSketch>; // by step and start

} // namespace

// Users in the database: those of the events, whoever wrote them, whenever it ended, however it was tidied up.
class TestUsers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void init()
    {
        m_ids = Uuid7Generator();
        m_expected.clear();
    }
    void cleanupTestCase() { m_backends.stop(); }

    void areThoseOfTheEvents_data() { Backends::addRows(); }
    void areThoseOfTheEvents();
    void knownUsersAreNotWrittenAgain_data() { Backends::addRows(); }
    void knownUsersAreNotWrittenAgain();
    void onlyWhatIsStoredCounts_data() { Backends::addRows(); }
    void onlyWhatIsStoredCounts();
    void foldingChangesNothing_data() { Backends::addRows(); }
    void foldingChangesNothing();
    void foldingLosesNothingBesideWriters_data() { Backends::addRows(); }
    void foldingLosesNothingBesideWriters();
    void fineOnesGoAndCoarseOnesStay_data() { Backends::addRows(); }
    void fineOnesGoAndCoarseOnesStay();
    void manyUsersAreEstimated_data() { Backends::addRows(); }
    void manyUsersAreEstimated();
    void olderDatabaseKnowsThemFromNowOn_data() { Backends::addRows(); }
    void olderDatabaseKnowsThemFromNowOn();
    void damageIsNamed_data() { Backends::addRows(); }
    void damageIsNamed();

private:
    // One row of numbers, or empty.
    static QList<qint64> row(const DatabaseUrl &url, const QString &sql)
    {
        QList<qint64> numbers;
        const QString name = u"users"_s;
        {
            const bool isSqlite = url.kind == DatabaseUrl::Kind::Sqlite;
            QSqlDatabase database = QSqlDatabase::addDatabase(isSqlite ? u"QSQLITE"_s : u"QPSQL"_s, name);
            database.setDatabaseName(isSqlite ? url.path : url.database);
            database.setHostName(url.host);
            database.setPort(url.port);
            database.setUserName(url.user);
            if (database.open()) {
                QSqlQuery query(sql, database);
                for (int i = 0; query.next() && !query.isNull(i); ++i)
                    numbers << query.value(i).toLongLong();
            }
        }
        QSqlDatabase::removeDatabase(name);
        return numbers;
    }
    static qint64 rowsOf(const DatabaseUrl &url, const QString &where = u"1 = 1"_s)
    {
        return row(url, u"SELECT count(*) FROM user_sketches WHERE "_s + where).value(0, -1);
    }
    static Buckets usersOf(EventStore &store, qint64 *since = nullptr)
    {
        Buckets buckets;
        const Result<qint64> read =
            store.reader().readUsers(kDefaultProject, [&](qint64 step, qint64 start, const UserSketch &u) {
                buckets[{step, start}].merge(u);
                return true;
            });
        if (!read)
            qWarning("%s", qPrintable(read.failure().text));
        if (since)
            *since = read ? *read : -1;
        return buckets;
    }
    Event at(qint64 ms, int user)
    {
        const QString name = u"user-%1"_s.arg(user);
        for (const qint64 step : {kMinute, 15 * kMinute, kHour, kDay})
            m_expected[{step, ms / step * step}].add(userHash(name));
        return makeEvent(m_ids, ms, u"page_view"_s, name);
    }
    static int keepUp(EventStore &store, qint64 nowMs)
    {
        for (int steps = 1; steps < 10'000; ++steps) {
            const Result<bool> more = store.housekeeping().step({nowMs, 0, true});
            if (!more) {
                qWarning("%s", qPrintable(more.failure().text));
                return -1;
            }
            if (!*more)
                return steps;
        }
        return -1;
    }

    Backends m_backends;
    Uuid7Generator m_ids;
    Buckets m_expected; // of what at() made
};

void TestUsers::areThoseOfTheEvents()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    const auto second = makeReady(url, u"w2"_s);
    QRandomGenerator random(4);
    for (int batch = 0; batch < 60; ++batch) {
        EventBatch events;
        const qint64 ms = kNoonMs - qint64(random.bounded(double(2 * kDay)));
        for (int i = random.bounded(40); i >= 0; --i)
            events << at(ms + random.bounded(90'000), random.bounded(700));
        ENTVAS_VERIFY((batch % 2 ? store : second)->writer().append({makeJob(events)}));
    }
    qint64 since = -1;
    QVERIFY(usersOf(*makeReady(url, u"w3"_s), &since) == m_expected);
    QCOMPARE(since, 0);
    // What the database itself counts.
    UserSketch all;
    for (const auto &[bucket, users] : m_expected)
        all.merge(users);
    QVERIFY(all.isExact());
    QCOMPARE(row(url, u"SELECT count(DISTINCT \"userId\") FROM events"_s), QList<qint64>{all.count()});
}

void TestUsers::knownUsersAreNotWrittenAgain()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    for (int i = 0; i < 30; ++i)
        ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs + i * 1'000, i % 3)})}));
    QCOMPARE(rowsOf(url), 3);
    ENTVAS_VERIFY(
        store->writer().append({makeJob({at(kNoonMs + kMinute, 1), at(kNoonMs + kMinute + 1, 1)})})); // the next minute
    QCOMPARE(rowsOf(url), 4);
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs + 59'999, 2)})})); // late, and known
    QCOMPARE(rowsOf(url), 4);
    ENTVAS_VERIFY(store->open()); // another connection, perhaps another database
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs, 1)})}));
    QCOMPARE(rowsOf(url), 5);
    QVERIFY(usersOf(*store) == m_expected);
}

void TestUsers::onlyWhatIsStoredCounts()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    Event first = at(kNoonMs, 1);
    first.idempotencyKey = u"k"_s;
    ENTVAS_VERIFY(store->writer().append({makeJob({first})}));
    Event again = makeEvent(m_ids, kNoonMs + kMinute, u"page_view"_s, u"somebody else"_s);
    again.idempotencyKey = u"k"_s;
    ENTVAS_VERIFY(store->writer().append({makeJob({again})}));
    QVERIFY(usersOf(*store) == m_expected);
    // An event that is refused leaves nothing behind; nor does a batch, and neither takes anything for stored.
    Event bad = makeEvent(m_ids, kNoonMs, u"page_view"_s, u"user-7"_s);
    bad.metadata = "{no json"_ba;
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs, 2), bad})}));
    QVERIFY(usersOf(*store) == m_expected);
    AppendJob nowhere = makeJob({makeEvent(m_ids, kNoonMs, u"page_view"_s, u"user-8"_s)});
    nowhere.project = u"nowhere"_s;
    QVERIFY(!store->writer().append({nowhere}));
    QVERIFY(usersOf(*store) == m_expected);
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs, 2)})}));
    QVERIFY(usersOf(*store) == m_expected);
}

void TestUsers::foldingChangesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    for (int minute = 0; minute < 40; ++minute)
        for (int batch = 0; batch < 3; ++batch)
            ENTVAS_VERIFY(store->writer().append(
                {makeJob({at(kNoonMs + minute * kMinute, minute * 3 + batch), at(kNoonMs, 1)})}));
    const qint64 now = kNoonMs + 40 * kMinute; // the last one has just ended
    QVERIFY(keepUp(*store, now) > 0);
    QCOMPARE(rowsOf(url, u"step = 0"_s), 3);
    QCOMPARE(rowsOf(url, u"step = 60000"_s), 39);
    QCOMPARE(rowsOf(url, u"step = 900000"_s), 3);
    QCOMPARE(rowsOf(url, u"step = 3600000"_s), 1);
    QCOMPARE(rowsOf(url, u"step = 86400000"_s), 1);
    QVERIFY(usersOf(*store) == m_expected);
    // Late ones join what is there.
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs + kMinute, 5'000)})}));
    QVERIFY(usersOf(*store) == m_expected);
    QVERIFY(keepUp(*store, now + 5 * kMinute) > 0);
    QCOMPARE(rowsOf(url, u"step = 0"_s), 0);
    QVERIFY(usersOf(*makeReady(url, u"w2"_s)) == m_expected);
}

void TestUsers::foldingLosesNothingBesideWriters()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    constexpr int kWriters = 2;
    constexpr int kBatches = 60;
    const bool isPostgres = backend == "postgresql"_L1; // SQLite has one writer only, and it does its own upkeep
    std::vector<std::thread> writers;
    std::atomic<int> failed = 0;
    for (int w = 0; w < kWriters; ++w)
        writers.emplace_back([&, w] {
            const auto mine = isPostgres ? makeReady(url, u"w%1"_s.arg(w)) : nullptr;
            Uuid7Generator ids;
            for (int i = 0; isPostgres && i < kBatches; ++i)
                if (!mine->writer().append({makeJob(
                        {makeEvent(ids, kNoonMs + (i % 15) * kMinute, u"a"_s, u"user-%1"_s.arg(w * kBatches + i))})}))
                    ++failed;
        });
    for (int i = 0; i < kBatches; ++i) {
        if (!isPostgres)
            ENTVAS_VERIFY(
                store->writer().append({makeJob({at(kNoonMs + (i % 15) * kMinute, i), at(kNoonMs, kBatches + i)})}));
        const Result<bool> more = store->housekeeping().step({kNoonMs + kDay, 0, true});
        // Another server's users may come between: then this step is for later.
        QVERIFY2(more || more.failure().kind == Fault::Unavailable, more ? "" : qPrintable(more.failure().text));
    }
    for (std::thread &writer : writers)
        writer.join();
    QCOMPARE(failed.load(), 0);
    const std::pair<qint64, qint64> day{kDay, kNoonMs / kDay * kDay};
    QCOMPARE(usersOf(*store)[day].count(), kWriters * kBatches);
    QVERIFY(keepUp(*store, kNoonMs + kDay) > 0); // the round that was under way, which may be past the users, …
    QVERIFY(keepUp(*store, kNoonMs + kDay) > 0); // … and another one
    QCOMPARE(rowsOf(url, u"step = 0"_s), 0);
    QCOMPARE(usersOf(*store)[day].count(), kWriters * kBatches);
}

void TestUsers::fineOnesGoAndCoarseOnesStay()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    for (int day = 0; day < 100; day += 3)
        ENTVAS_VERIFY(store->writer().append(
            {makeJob({at(kNoonMs - day * kDay, day), at(kNoonMs - day * kDay + kHour, day + 1)})}));
    QVERIFY(keepUp(*store, kNoonMs + 3 * kHour) > 0);
    Buckets left;
    for (const auto &[bucket, users] : m_expected) {
        const qint64 keep = bucket.first == kMinute ? SqlUpkeep::kMinutesForMs
                            : bucket.first < kDay   ? SqlUpkeep::kQuartersForMs
                                                    : 10'000 * kDay;
        if (bucket.second >= kNoonMs + 3 * kHour - keep)
            left[bucket] = users;
    }
    QVERIFY(left.size() < m_expected.size());
    QVERIFY(usersOf(*store) == left);
    // A clock that nobody trusts takes nothing away.
    for (int i = 0; i < 20; ++i)
        ENTVAS_VERIFY(store->housekeeping().step({kNoonMs + 300 * kDay, 0, false}));
    QVERIFY(usersOf(*store) == left);
}

void TestUsers::manyUsersAreEstimated()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    int user = 0;
    for (int batch = 0; batch < 10; ++batch) {
        EventBatch events;
        for (int i = 0; i < 500; ++i)
            events << at(kNoonMs + batch, user++);
        ENTVAS_VERIFY(store->writer().append({makeJob(events)}));
    }
    QVERIFY(usersOf(*store) == m_expected);
    QVERIFY(keepUp(*store, kNoonMs + kHour) > 0);
    const Buckets users = usersOf(*store);
    QVERIFY(users == m_expected);
    const UserSketch &day = users.at({kDay, kNoonMs / kDay * kDay});
    QVERIFY(!day.isExact());
    QVERIFY(std::abs(double(day.count()) / user - 1) < 4 * day.relativeError());
}

void TestUsers::olderDatabaseKnowsThemFromNowOn()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    { // as version 2 left it
        SqlConnection old(url);
        ENTVAS_VERIFY(old.open());
        for (const QString &script : {u"create_migrations"_s, u"001_initial"_s, u"002_upkeep"_s})
            ENTVAS_VERIFY(old.runScript(script));
        for (const int version : {1, 2})
            ENTVAS_VERIFY(old.change(u"add_migration"_s, {{u":version"_s, version}, {u":name"_s, u"old"_s}}));
        ENTVAS_VERIFY(old.execute(u"INSERT INTO minute_counts VALUES ('default', 60000, 1, 'w', 5)"_s));
        ENTVAS_VERIFY(old.change(u"add_project"_s, {{u":id"_s, u"empty"_s}, {u":name"_s, u"Empty"_s}}));
    }
    const qint64 before = QDateTime::currentMSecsSinceEpoch();
    const auto store = makeReady(url);
    qint64 since = -1;
    QVERIFY(usersOf(*store, &since).empty());
    QVERIFY2(since >= before - 2'000 && since <= QDateTime::currentMSecsSinceEpoch() + 2'000,
             qPrintable(QString::number(since)));
    const Result<qint64> empty =
        store->reader().readUsers(u"empty"_s, [](qint64, qint64, const UserSketch &) { return true; });
    ENTVAS_VERIFY(empty);
    QCOMPARE(*empty, 0); // nothing is missing there
    QCOMPARE(store->reader().totals(kDefaultProject)->events, 5);
    ENTVAS_VERIFY(store->writer().append({makeJob({at(kNoonMs, 1)})}));
    QVERIFY(usersOf(*store) == m_expected);
}

void TestUsers::damageIsNamed()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    for (const QString &text : {u"*"_s, u"BwAA"_s, u""_s}) {
        SqlConnection other(url);
        ENTVAS_VERIFY(other.open());
        ENTVAS_VERIFY(other.execute(u"DELETE FROM user_sketches"_s));
        ENTVAS_VERIFY(
            other.execute(u"INSERT INTO user_sketches VALUES ('default', 60000, 60000, '', '%1')"_s.arg(text)));
        const auto read =
            store->reader().readUsers(kDefaultProject, [](qint64, qint64, const UserSketch &) { return true; });
        QVERIFY(!read);
        QVERIFY(read.failure().kind == Fault::Storage);
        QVERIFY(read.failure().text.contains("restore a backup"_L1));
    }
}

QTEST_GUILESS_MAIN(TestUsers)
#include "tst_users.moc"
