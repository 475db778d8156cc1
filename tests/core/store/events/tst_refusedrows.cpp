#include "core/store/connection/sqlconnection.h"
#include "tests/core/store/backends.h"

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// What a database refuses for one event's sake is that event alone: its neighbours in the same request are stored.
class RefusedRowsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void onlyTheRefusedOnesAreLeftOut_data();
    void onlyTheRefusedOnesAreLeftOut();
    void ofTwoThatCannotBeTogetherTheFirstStays_data() { Backends::addRows(); }
    void ofTwoThatCannotBeTogetherTheFirstStays();
    void aKeyGoesToTheFirstThatIsTaken_data() { Backends::addRows(); }
    void aKeyGoesToTheFirstThatIsTaken();
    void whatIsWrongWithAllIsNobodysFault_data() { Backends::addRows(); }
    void whatIsWrongWithAllIsNobodysFault();
    void aWrongEncodingIsRefused_data();
    void aWrongEncodingIsRefused();

private:
    using Status = AppendOutcome::Status;
    static bool run(const DatabaseUrl &url, const QStringList &statements)
    {
        SqlConnection connection(url);
        Result<void> done = connection.open();
        for (const QString &sql : statements)
            if (done)
                done = connection.execute(sql);
        if (!done)
            qWarning("%s", qPrintable(done.failure().text));
        return done.ok();
    }

    Backends m_backends;
    Uuid7Generator m_ids;
};

// Refuses every user "bad", in the ways that there are.
void RefusedRowsTest::onlyTheRefusedOnesAreLeftOut_data()
{
    QTest::addColumn<QString>("backend");
    QTest::addColumn<QStringList>("rule");
    QTest::newRow("sqlite: a trigger")
        << u"sqlite"_s
        << QStringList{u"CREATE TRIGGER no BEFORE INSERT ON events WHEN NEW.\"userId\" = 'bad' BEGIN "
                       "SELECT RAISE(ABORT, 'no'); END"_s};
    QTest::newRow("postgresql: a check") << u"postgresql"_s
                                         << QStringList{u"ALTER TABLE events ADD CHECK (\"userId\" <> 'bad')"_s};
    QTest::newRow("postgresql: a trigger")
        << u"postgresql"_s
        << QStringList{u"CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.\"userId\" = 'bad' "
                       "THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"_s,
                       u"CREATE TRIGGER no BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no()"_s};
    QTest::newRow("postgresql: a policy for rows")
        << u"postgresql"_s
        << QStringList{u"ALTER TABLE events ENABLE ROW LEVEL SECURITY"_s,
                       u"ALTER TABLE events OWNER TO pg_database_owner"_s,
                       u"CREATE POLICY see ON events FOR SELECT USING (true)"_s,
                       u"CREATE POLICY put ON events FOR INSERT WITH CHECK (\"userId\" <> 'bad')"_s};
    QTest::newRow("postgresql: a value that does not fit")
        << u"postgresql"_s << QStringList{u"ALTER TABLE events ALTER \"userId\" TYPE varchar(2)"_s};
}

void RefusedRowsTest::onlyTheRefusedOnesAreLeftOut()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    QFETCH(QStringList, rule);
    makeReady(url).reset();
    QVERIFY(run(url, rule));
    DatabaseUrl user = url;
    if (QByteArrayView(QTest::currentDataTag()).endsWith("policy for rows")) { // which binds no superuser
        user.user = u"plain_"_s + url.database;
        QVERIFY(run(url, {u"CREATE ROLE %1 LOGIN"_s.arg(user.user),
                          u"GRANT ALL ON ALL TABLES IN SCHEMA public TO %1"_s.arg(user.user)}));
    }
    const auto store = makeReady(user);
    AppendJob job = makeJob({}, 7);
    for (int i = 0; i < 100; ++i)
        job.events << makeEvent(m_ids, kNoonMs + i, u"a"_s,
                                i == 0 || i == 41 || i == 42 || i == 99 ? u"bad"_s : u"ok"_s);
    job.rejected = 2; // by validation
    job.rejectedAtMs = kNoonMs;
    const auto stored = store->writer().append({job});
    ENTVAS_VERIFY(stored);
    for (qsizetype i = 0; i < job.events.size(); ++i)
        QVERIFY(stored->at(0).outcomes[i].status ==
                (job.events[i].userId == u"bad" ? Status::Rejected : Status::Accepted));
    QCOMPARE(stored->at(0).job.rejected, 6);
    QVERIFY(!stored->at(0).refusedBecause.isEmpty());
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 96);
    QCOMPARE(totals->rejected, 6);
    const auto events = store->reader().events(queryAll());
    ENTVAS_VERIFY(events);
    QCOMPARE(events->size(), 96);
    // One that comes alone is rejected too, and counted.
    const auto alone = store->writer().append({makeJob({makeEvent(m_ids, kNoonMs, u"a"_s, u"bad"_s)})});
    ENTVAS_VERIFY(alone);
    QVERIFY(alone->at(0).outcomes[0].status == Status::Rejected);
    QCOMPARE(store->reader().totals(kDefaultProject)->rejected, 7);
    ENTVAS_VERIFY(store->writer().append({makeJob({makeEvent(m_ids, kNoonMs, u"a"_s, u"ok"_s)})}));
}

void RefusedRowsTest::ofTwoThatCannotBeTogetherTheFirstStays()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    QVERIFY(run(url, {u"CREATE UNIQUE INDEX once ON events (\"userId\")"_s}));
    EventBatch events;
    for (const QString &user : {u"a"_s, u"b"_s, u"a"_s, u"c"_s, u"b"_s})
        events << makeEvent(m_ids, kNoonMs, u"t"_s, user);
    const auto stored = store->writer().append({makeJob(events)});
    ENTVAS_VERIFY(stored);
    QList<Status> found;
    for (const AppendOutcome &outcome : stored->at(0).outcomes)
        found << outcome.status;
    QCOMPARE(found,
             QList<Status>({Status::Accepted, Status::Accepted, Status::Rejected, Status::Accepted, Status::Rejected}));
    QCOMPARE(store->reader().totals(kDefaultProject)->events, 3);
}

void RefusedRowsTest::aKeyGoesToTheFirstThatIsTaken()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    QVERIFY(run(url, {u"CREATE UNIQUE INDEX once ON events (\"userId\")"_s}));
    ENTVAS_VERIFY(store->writer().append({makeJob({makeEvent(m_ids, kNoonMs, u"t"_s, u"there"_s)})}));
    EventBatch events;
    for (const QString &user : {u"there"_s, u"new"_s, u"other"_s}) {
        events << makeEvent(m_ids, kNoonMs, u"t"_s, user);
        events.last().idempotencyKey = u"k"_s;
    }
    const auto stored = store->writer().append({makeJob(events)});
    ENTVAS_VERIFY(stored);
    const QList<AppendOutcome> &outcomes = stored->at(0).outcomes;
    QVERIFY(outcomes[0].status == Status::Rejected);
    QVERIFY(outcomes[1].status == Status::Accepted);
    QVERIFY(outcomes[2].status == Status::Duplicate);
    QCOMPARE(outcomes[2].eventId, events[1].id);
}

// A table that is gone is no event's fault: nothing is stored, nothing counts as rejected.
void RefusedRowsTest::whatIsWrongWithAllIsNobodysFault()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    QVERIFY(run(url, {u"ALTER TABLE minute_counts RENAME TO elsewhere"_s}));
    EventBatch events{makeEvent(m_ids, kNoonMs), makeEvent(m_ids, kNoonMs)};
    const auto refused = store->writer().append({makeJob(events)});
    QVERIFY(!refused);
    QVERIFY(refused.failure().kind == Fault::Storage);
    QVERIFY(run(url, {u"ALTER TABLE elsewhere RENAME TO minute_counts"_s}));
    const auto totals = store->reader().totals(kDefaultProject);
    ENTVAS_VERIFY(totals);
    QCOMPARE(totals->events, 0);
    QCOMPARE(totals->rejected, 0);
}

void RefusedRowsTest::aWrongEncodingIsRefused_data()
{
    QTest::addColumn<QString>("encoding");
    for (const char *encoding : {"LATIN1", "EUC_JP", "SQL_ASCII"})
        QTest::newRow(encoding) << QString::fromLatin1(encoding);
}

void RefusedRowsTest::aWrongEncodingIsRefused()
{
    QFETCH(QString, encoding);
    const auto made = m_backends.fresh(u"postgresql"_s);
    if (!made)
        QSKIP(qPrintable(made.failure().text));
    DatabaseUrl url = *made;
    url.database += u'_' + encoding.toLower();
    QVERIFY(
        run(*made, {u"CREATE DATABASE %1 ENCODING '%2' LOCALE 'C' TEMPLATE template0"_s.arg(url.database, encoding)}));
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const Result<void> migrated = store->migrate();
    QVERIFY(!migrated);
    QVERIFY(migrated.failure().kind == Fault::Configuration);
    QVERIFY2(migrated.failure().text.contains(encoding), qPrintable(migrated.failure().text));
    QVERIFY(migrated.failure().text.contains(u"ENCODING 'UTF8'"_s));
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const Result<QSqlQuery> tables = connection.select(u"SELECT 1 FROM pg_tables WHERE schemaname = 'public'"_s);
    ENTVAS_VERIFY(tables);
    QCOMPARE(tables->size() > 0, false); // nothing was made there
}

QTEST_GUILESS_MAIN(RefusedRowsTest)
#include "tst_refusedrows.moc"
