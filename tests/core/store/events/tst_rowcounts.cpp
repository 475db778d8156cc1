#include "core/maintenance/projectremoval.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/directory/sqldirectory.h"
#include "tests/core/store/backends.h"
#include "tests/core/store/directory/acts.h"
#include "tests/support/rowcountproxy.h"

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// A PostgreSQL that says wrong numbers of changed rows: what RETURNING gives is what counts.
class RowCountsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void repeatsAreFound();
    void actsHearWhatTheyDid();
    void removalComesToItsEnd();
    void housekeepingComesToItsEnd();

private:
    Backends m_backends;
};

void RowCountsTest::repeatsAreFound()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    RowCountProxy proxy(*url, 3);
    const auto store = makeReady(proxy.url());
    Uuid7Generator ids;
    const auto post = [&](qint64 atMs) {
        EventBatch events;
        for (const QString &key : {u"a"_s, u"b"_s, u"c"_s}) {
            events << makeEvent(ids, atMs);
            events.last().idempotencyKey = key;
        }
        return store->writer().append({makeJob(events)});
    };
    const auto first = post(kNoonMs);
    ENTVAS_VERIFY(first);
    const auto again = post(kNoonMs + 1'000);
    ENTVAS_VERIFY(again);
    for (qsizetype i = 0; i < 3; ++i) {
        QVERIFY(first->at(0).outcomes[i].status == AppendOutcome::Status::Accepted);
        QVERIFY(again->at(0).outcomes[i].status == AppendOutcome::Status::Duplicate);
        QCOMPARE(again->at(0).outcomes[i].eventId, first->at(0).job.events[i].id);
    }
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 3);
    QVERIFY(proxy.changed() > 0); // it stood between
}

void RowCountsTest::actsHearWhatTheyDid()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    RowCountProxy proxy(*url, 1);
    SqlDirectory directory(proxy.url());
    ENTVAS_VERIFY(directory.open());
    const Actor root{u"cli:root"_s, {}, kNoonMs};
    const auto nobody = directory.act(RemoveMember{kDefaultProject, u"nobody"_s}, root);
    QVERIFY(!nobody);
    QVERIFY(nobody.failure().kind == Fault::NotFound);
    proxy.setCount(0);
    ENTVAS_VERIFY(directory.act(CreateProject{{u"shop"_s, u"Shop"_s}}, root));
    const Result<AdminResult> made = directory.act(CreateKey{u"shop"_s, KeyRole::Sender, u"till"_s}, root);
    ENTVAS_VERIFY(made);
    ENTVAS_VERIFY(directory.act(RotateKey{made->key.id, kNoonMs + 1'000}, root));
    ENTVAS_VERIFY(directory.act(ExpireKey{made->key.id, kNoonMs + 2'000}, root));
    ENTVAS_VERIFY(directory.act(RevokeKey{made->key.id}, root));
}

void RowCountsTest::removalComesToItsEnd()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    RowCountProxy proxy(*url, 0);
    const auto store = makeReady(proxy.url());
    Uuid7Generator ids;
    EventBatch events;
    for (int i = 0; i < 10; ++i)
        events << makeEvent(ids, kNoonMs);
    ENTVAS_VERIFY(store->writer().append({makeJob(events)}));
    SqlConnection connection(proxy.url());
    ENTVAS_VERIFY(connection.open());
    ENTVAS_VERIFY(emptyProject(connection, kDefaultProject, 10, [](qint64, qint64) { return true; }));
    const auto left = store->reader().events(queryAll());
    ENTVAS_VERIFY(left);
    QCOMPARE(left->size(), 0); // it said "0 rows" all along
    // Nothing is left, and "5 rows" does not make it go on for ever.
    proxy.setCount(5);
    int steps = 0;
    ENTVAS_VERIFY(emptyProject(connection, kDefaultProject, 0, [&](qint64, qint64) { return ++steps < 100; }));
}

void RowCountsTest::housekeepingComesToItsEnd()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    RowCountProxy proxy(*url, 1'000'000);
    const auto store = makeReady(proxy.url());
    int steps = 0;
    for (bool more = true; more && steps < 1'000; ++steps) {
        const auto done = store->housekeeping().step({kNoonMs, 30, true, true});
        ENTVAS_VERIFY(done);
        more = *done;
    }
    QVERIFY2(steps < 100, "each step said that there was more");
}

QTEST_GUILESS_MAIN(RowCountsTest)
#include "tst_rowcounts.moc"
