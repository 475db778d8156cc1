#include "core/store/events/sql/sqlstore.h"
#include "tests/core/store/backends.h"

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// The reading half of the store: counts in tiers, pages of events, the tables as others see them.
class TestSqlRead final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void init() { m_ids = Uuid7Generator(); }
    void cleanupTestCase() { m_backends.stop(); }

    void counts_sumWritersInEveryTier_data() { Backends::addRows(); }
    void counts_sumWritersInEveryTier();
    void events_pageByCursor_data() { Backends::addRows(); }
    void events_pageByCursor();
    void events_filter_data() { Backends::addRows(); }
    void events_filter();
    void events_findWhateverIsStored_data() { Backends::addRows(); }
    void events_findWhateverIsStored();
    void restart_readsTheSame_data() { Backends::addRows(); }
    void restart_readsTheSame();
    void postgres_hasTheContractsColumns();

private:
    Backends m_backends;
    Uuid7Generator m_ids;
};

void TestSqlRead::counts_sumWritersInEveryTier()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto one = makeReady(url, u"w1"_s);
    const auto two = makeReady(url, u"w2"_s);
    // A reader that knew the series before another server made a new one.
    const auto reader = makeReady(url, u"reader"_s);
    ENTVAS_VERIFY(one->writer().append({makeJob({makeEvent(m_ids, kNoonMs)})}));
    QCOMPARE(countsOf(*reader, Tier::Minute).size(), 1);

    constexpr qint64 kHour = 3'600'000;
    const SeriesKey series = makeEvent(m_ids, kNoonMs).series;
    const SeriesKey other = makeEvent(m_ids, kNoonMs, u"click"_s).series;
    ENTVAS_VERIFY(
        one->writer().append({makeJob({makeEvent(m_ids, kNoonMs + 1), makeEvent(m_ids, kNoonMs + 14 * 60'000)})}));
    ENTVAS_VERIFY(two->writer().append({makeJob({makeEvent(m_ids, kNoonMs + 2), makeEvent(m_ids, kNoonMs + 15 * 60'000),
                                                 makeEvent(m_ids, kNoonMs + 12 * kHour, u"click"_s)})}));
    QCOMPARE(countsOf(*reader, Tier::Minute), (Counts{{{kNoonMs, series}, 3},
                                                      {{kNoonMs + 14 * 60'000, series}, 1},
                                                      {{kNoonMs + 15 * 60'000, series}, 1},
                                                      {{kNoonMs + 12 * kHour, other}, 1}}));
    QCOMPARE(
        countsOf(*reader, Tier::Quarter),
        (Counts{{{kNoonMs, series}, 4}, {{kNoonMs + 15 * 60'000, series}, 1}, {{kNoonMs + 12 * kHour, other}, 1}}));
    QCOMPARE(countsOf(*reader, Tier::Day),
             (Counts{{{kNoonMs - 12 * kHour, series}, 5}, {{kNoonMs + 12 * kHour, other}, 1}}));
    QCOMPARE(countsOf(*reader, Tier::Minute, kNoonMs + 15 * 60'000).size(), 2);
}

void TestSqlRead::events_pageByCursor()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    EventBatch batch;
    for (int i = 0; i < 25; ++i)
        batch << makeEvent(m_ids, kNoonMs + i / 3); // several in one millisecond
    ENTVAS_VERIFY(store->writer().append({makeJob(batch)}));
    EventQuery query = queryAll(10);
    QList<QUuid> seen;
    for (int page = 0; page < 4; ++page) {
        const auto events = store->reader().events(query);
        ENTVAS_VERIFY(events);
        for (const StoredEvent &event : events.value())
            seen << event.id;
        if (events->isEmpty())
            break;
        query.before = events->constLast().id;
    }
    QCOMPARE(seen.size(), batch.size());
    for (qsizetype i = 0; i < batch.size(); ++i)
        QCOMPARE(seen[i], batch[batch.size() - 1 - i].id);

    EventQuery span = queryAll();
    span.fromMs = kNoonMs + 2;
    span.toMs = kNoonMs + 4; // half-open
    const auto events = store->reader().events(span);
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 6);
    for (const StoredEvent &event : events.value())
        QVERIFY(event.receivedAtMs >= span.fromMs && event.receivedAtMs < span.toMs);
}

void TestSqlRead::events_filter()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    ENTVAS_VERIFY(store->writer().append(
        {makeJob({makeEvent(m_ids, kNoonMs, u"a"_s, u"x"_s), makeEvent(m_ids, kNoonMs, u"b"_s, u"x"_s),
                  makeEvent(m_ids, kNoonMs, u"a"_s, u"y"_s)})}));
    const auto found = [&](const QString &type, const QString &user) {
        EventQuery query = queryAll();
        query.eventType = type;
        query.userId = user;
        const auto events = store->reader().events(query);
        return events ? events->size() : -1;
    };
    QCOMPARE(found({}, {}), 3);
    QCOMPARE(found(u"a"_s, {}), 2);
    QCOMPARE(found({}, u"x"_s), 2);
    QCOMPARE(found(u"a"_s, u"x"_s), 1);
    QCOMPARE(found(u"a' OR ''='"_s, {}), 0);
    EventQuery elsewhere = queryAll();
    elsewhere.project = u"other"_s;
    const auto events = store->reader().events(elsewhere);
    ENTVAS_VERIFY(events);
    QVERIFY(events->isEmpty());
}

void TestSqlRead::events_findWhateverIsStored()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    const QStringList texts{QString::fromUtf8(QByteArray("😀").repeated(128)),
                            u"\ufeff"_s,
                            u"\ufeffpage"_s,
                            u"\ufffepage"_s,
                            u"a\ufdd0\ufffe\uffff\U0001ffffz"_s,
                            u"=page"_s,
                            u"100% 'a\\b\""_s};
    EventBatch batch{makeEvent(m_ids, kNoonMs, u"page"_s, u"page"_s)};
    for (const QString &text : texts) {
        batch << makeEvent(m_ids, kNoonMs, text, text);
        batch.last().metadata = "{\"a\":\"" + QString(u"\ufeffz\ufffe\uffff"_s).toUtf8() + "\"}";
        batch.last().series = {text, text, QString()};
    }
    ENTVAS_VERIFY(store->writer().append({makeJob(batch)}));
    for (const QString &text : texts)
        for (const auto &[type, user] :
             {std::pair{text, QString()}, std::pair{QString(), text}, std::pair{text, text}}) {
            EventQuery query = queryAll();
            query.eventType = type;
            query.userId = user;
            const auto events = store->reader().events(query);
            ENTVAS_VERIFY(events);
            QCOMPARE(events->size(), 1);
            QCOMPARE(events->first().eventType, text);
            QCOMPARE(events->first().userId, text);
            QVERIFY(QString::fromUtf8(events->first().metadata).contains(u"\ufeffz\ufffe\uffff"_s));
            const auto byId = store->reader().eventsById(u"default"_s, {events->first().id});
            ENTVAS_VERIFY(byId);
            QCOMPARE(byId->first().eventType, text);
        }
    const Counts counts = countsOf(*makeReady(url, u"another"_s), Tier::Minute);
    for (const QString &text : texts)
        QCOMPARE(counts.value({kNoonMs, {text, text, QString()}}), 1);
}

void TestSqlRead::restart_readsTheSame()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    Counts before;
    {
        const auto store = makeReady(url);
        EventBatch batch;
        for (int i = 0; i < 500; ++i)
            batch << makeEvent(m_ids, kNoonMs + i * 1'000, u"type%1"_s.arg(i % 7));
        ENTVAS_VERIFY(store->writer().append({makeJob(batch)}));
        before = countsOf(*store, Tier::Minute);
    }
    const auto store = makeReady(url);
    QVERIFY(!before.isEmpty());
    QCOMPARE(countsOf(*store, Tier::Minute), before);
    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 500);
    // The store can be opened again at any time, as after a loss.
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->writer().append({makeJob({makeEvent(m_ids, kNoonMs)})}));
    QCOMPARE(countsOf(*store, Tier::Minute).value({kNoonMs, makeEvent(m_ids, kNoonMs, u"page_view"_s).series}), 1);
}

void TestSqlRead::postgres_hasTheContractsColumns()
{
    const Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    makeReady(fresh.value()).reset();
    const QString name = u"columns"_s;
    QStringList columns;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QPSQL"_s, name);
        database.setHostName(fresh->host);
        database.setPort(fresh->port);
        database.setUserName(fresh->user);
        database.setPassword(fresh->password);
        database.setDatabaseName(fresh->database);
        QVERIFY(database.open());
        QSqlQuery query(u"SELECT column_name || ' ' || udt_name FROM information_schema.columns "
                        "WHERE table_name = 'events' ORDER BY ordinal_position"_s,
                        database);
        while (query.next())
            columns << query.value(0).toString();
    }
    QSqlDatabase::removeDatabase(name);
    QCOMPARE(columns, (QStringList{u"id uuid"_s, u"project text"_s, u"eventType text"_s, u"userId text"_s,
                                   u"timestamp timestamptz"_s, u"metadata jsonb"_s, u"receivedAt timestamptz"_s,
                                   u"createdAt timestamptz"_s}));
}

QTEST_GUILESS_MAIN(TestSqlRead)
#include "tst_sqlread.moc"
