#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// seed, export, import and retention as they are typed, on both databases.
class TransferCommandsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void seedingIsTheSameAgain_data() { Backends::addRows(); }
    void seedingIsTheSameAgain();
    void whatWentOutComesBack_data() { Backends::addRows(); }
    void whatWentOutComesBack();
    void anExportFindsAnyName_data() { Backends::addRows(); }
    void anExportFindsAnyName();
    void anExportGoesOn_data();
    void anExportGoesOn();
    void aBrokenLineStopsAll();
    void aKilledImportIsFinishedByTheNext_data() { Backends::addRows(); }
    void aKilledImportIsFinishedByTheNext();
    void theOriginalsTableIsRead_data() { Backends::addRows(); }
    void theOriginalsTableIsRead();
    void theOriginalsDatabaseIsLeftAlone();
    void theOriginalsPasswordStaysHidden();
    void retentionKeepsCounts_data() { Backends::addRows(); }
    void retentionKeepsCounts();
    void aServersFileIsLeftToIt();
    void mistakesAreNamed_data();
    void mistakesAreNamed();

private:
    using Run = CommandRun;
    static QString toText(const DatabaseUrl &url) { return CommandRunner::toText(url); }
    std::unique_ptr<QProcess> start(const QStringList &arguments, const QString &database) const
    {
        return m_commands->start(arguments, database);
    }
    Run run(const QString &line, const QString &database, const QByteArray &input = {},
            const QMap<QString, QString> &set = {}) const
    {
        return m_commands->run(line.split(u' '), database, input, set);
    }
    QString file(const QString &name) const { return m_commands->file(name); }
    QByteArray bytesOf(const QString &name) const { return m_commands->bytesOf(name); }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile opened(file(name));
        QVERIFY(opened.open(QIODevice::WriteOnly) && opened.write(bytes) == bytes.size());
    }
    static StoreTotals totalsOf(const DatabaseUrl &url)
    {
        const auto store = makeStore(url, u"test"_s);
        if (!store->open())
            return {-1, -1};
        const auto totals = store->reader().totals(kDefaultProject);
        return totals ? totals.value() : StoreTotals{-1, -1};
    }
    // Statements of a test on PostgreSQL.
    bool execute(const DatabaseUrl &url, const QStringList &statements)
    {
        bool ok = true;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QPSQL"_s, u"original"_s);
            database.setHostName(url.host);
            database.setPort(url.port);
            database.setUserName(url.user);
            database.setPassword(url.password);
            database.setDatabaseName(url.database);
            ok = database.open();
            QSqlQuery query(database);
            for (const QString &sql : statements) {
                ok = ok && query.exec(sql);
                if (!ok)
                    qWarning("%s", qPrintable(query.lastError().text() + sql));
            }
            m_answer = ok && query.next() ? query.value(0).toString() : QString();
        }
        QSqlDatabase::removeDatabase(u"original"_s);
        return ok;
    }
    static QStringList originalsTable()
    {
        return {uR"(CREATE TABLE "events" ("id" TEXT NOT NULL, "eventType" TEXT NOT NULL, "userId" TEXT NOT NULL,
                    "timestamp" TIMESTAMP(3) NOT NULL, "metadata" JSONB,
                    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "events_pkey" PRIMARY KEY ("id")))"_s,
                uR"(CREATE INDEX "events_timestamp_eventType_idx" ON "events"("timestamp", "eventType"))"_s};
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
    QString m_answer;
};

void TransferCommandsTest::seedingIsTheSameAgain()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QString command = u"seed --events 6000 --days 40 --seed 5 --until 2026-06-01T12:00:00Z --json"_s;
    const Run first = run(command, toText(url));
    QVERIFY2(first.code == 0, first.err.constData());
    QCOMPARE(first.json()[u"events"].toInt(), 6'000);
    const QByteArray rows = run(u"export --format ndjson"_s, toText(url)).out;
    QCOMPARE(rows.count('\n'), 6'000);
    QCOMPARE(totalsOf(url).events, 6'000);

    const Run refused = run(command, toText(url));
    QCOMPARE(refused.code, 64);
    QVERIFY(refused.err.contains("--force"));
    const Run again = run(command + u" --force"_s, toText(url)); // the same history: nothing is new
    QVERIFY2(again.code == 0, again.err.constData());
    QCOMPARE(again.json()[u"duplicates"].toInt(), 6'000);
    QCOMPARE(totalsOf(url).events, 6'000);
    QCOMPARE(run(u"export --format ndjson"_s, toText(url)).out, rows);
    QVERIFY(rows.contains("user_joined") && rows.contains("user_disconnect") && rows.contains("user_message"));
}

void TransferCommandsTest::whatWentOutComesBack()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    EventBatch events;
    {
        const auto store = makeReady(url);
        QRandomGenerator random(11);
        const QString nasty = u"'=+-@,\"\\;x é🙂\u2028"_s;
        const auto text = [&](int most) {
            QString made;
            for (int n = random.bounded(most) + 1; n > 0; --n) {
                const int at = random.bounded(14);
                made += at == 12 ? u"🙂"_s : at == 13 ? u"\u2028"_s : nasty.mid(at, 1);
            }
            return made.trimmed().isEmpty() ? u"'"_s : made.trimmed();
        };
        Uuid7Generator ids;
        for (int i = 0; i < 3'000; ++i) {
            Event event = makeEvent(ids, kNoonMs + i * 37, text(6), text(9));
            QByteArray value = QJsonDocument(QJsonArray{text(12)}).toJson(QJsonDocument::Compact);
            event.metadata = i % 5 == 0 ? QByteArray()
                                        : "{\"page\":" + value.sliced(1, value.size() - 2) +
                                              ",\"n\":1.10,\"deep\":[{\"a\":null},\"\\n\\\"\"]}";
            event.series = {event.eventType, QString(), QString()};
            events << event;
        }
        ENTVAS_VERIFY(store->writer().append({makeJob(events)}));
    }
    for (const QString &format : {u"csv"_s, u"ndjson"_s, u"json"_s}) {
        const QString name = file(u"all."_s + format + (format == u"csv" ? u".gz"_s : QString()));
        const Run out = run(u"export -o %1 --json"_s.arg(name), toText(url));
        QVERIFY2(out.code == 0, out.err.constData());
        QCOMPARE(out.json()[u"events"].toInt(), 3'000);
        const QByteArray before = run(u"export --format "_s + format, toText(url)).out;

        const auto other = m_backends.fresh(backend);
        ENTVAS_VERIFY(other);
        const Run in = run(u"import %1 --json"_s.arg(name), toText(*other));
        QVERIFY2(in.code == 0, in.err.constData());
        QCOMPARE(in.json()[u"imported"].toInt(), 3'000);
        QCOMPARE(run(u"export --format "_s + format, toText(*other)).out, before);
        QCOMPARE(totalsOf(*other).events, 3'000);
        const Run again = run(u"import - --json --format "_s + format, toText(*other), before);
        QVERIFY2(again.code == 0, again.err.constData());
        QCOMPARE(again.json()[u"imported"].toInt(), 0);
        QCOMPARE(again.json()[u"duplicates"].toInt(), 3'000);
        QCOMPARE(totalsOf(*other).events, 3'000);
    }
}

void TransferCommandsTest::anExportFindsAnyName()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QStringList names{QString::fromUtf8(QByteArray("😀").repeated(128)), u"\ufeffpage"_s, u"\ufffepage"_s,
                            u"a\ufdd0\uffff"_s, u"page view+more"_s};
    QByteArray lines;
    for (const QString &name : names)
        lines += "{\"id\":\"" + QByteArray::number(lines.size()) + "\",\"eventType\":\"" + name.toUtf8() +
                 "\",\"userId\":\"" + name.toUtf8() +
                 "\",\"timestamp\":\"2026-01-01T12:00:00Z\",\"receivedAt\":\"2026-01-01T12:00:00Z\"}\n";
    write(u"a.ndjson"_s, lines);
    const Run imported = run(u"import "_s + file(u"a.ndjson"_s), toText(url));
    QVERIFY2(imported.code == 0, imported.err.constData());
    for (const QString &name : names)
        for (const QStringList &filter :
             {QStringList{u"--type"_s, name}, QStringList{u"--user="_s + name}, QStringList{u"--user"_s, name}}) {
            const Run out =
                m_commands->run(QStringList{u"export"_s, u"--format"_s, u"ndjson"_s} + filter, toText(url), {}, {});
            QVERIFY2(out.code == 0, out.err.constData());
            QCOMPARE(out.out.count('\n'), 1);
            QVERIFY(out.out.contains('"' + name.toUtf8() + '"'));
        }
}

void TransferCommandsTest::anExportGoesOn_data()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : {u"a.csv"_s, u"a.ndjson"_s, u"a.json"_s, u"a.csv.gz"_s})
        QTest::newRow(qPrintable(name)) << name;
}

void TransferCommandsTest::anExportGoesOn()
{
    QFETCH(QString, name);
    const auto url = m_backends.fresh(u"sqlite"_s);
    ENTVAS_VERIFY(url);
    QCOMPARE(run(u"seed --events 30000 --days 3 --until 1h"_s, toText(*url)).code, 0);
    const auto first = start({u"export"_s, u"-o"_s, file(name), u"--to"_s, u"1m"_s}, toText(*url));
    // Killed as soon as it has said how far it is.
    while (first->state() != QProcess::NotRunning && !QFile::exists(file(name + u".part.state"_s)))
        first->waitForFinished(1);
    first->kill();
    first->waitForFinished();
    if (QFile::exists(file(name))) // quicker than we are
        QVERIFY(QFile::remove(file(name)));
    else {
        QVERIFY(!QFile::exists(file(name)));
        const Run stale = run(u"export -o "_s + file(name), toText(*url));
        QCOMPARE(stale.code, 64);
        QVERIFY(stale.err.contains("--resume"));
        const Run resumed = run(u"export --json --resume -o "_s + file(name), toText(*url));
        QVERIFY2(resumed.code == 0 || resumed.err.contains("another"), resumed.err.constData());
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        QVERIFY(resumed.json()[u"resumedAt"].toInt() > 0);
        QCOMPARE(resumed.json()[u"events"].toInt(), 30'000);
        QVERIFY(!QFile::exists(file(name + u".part"_s)) && !QFile::exists(file(name + u".part.state"_s)));
        const auto other = m_backends.fresh(u"sqlite"_s);
        const Run in = run(u"import --json "_s + file(name), toText(*other));
        QVERIFY2(in.code == 0, in.err.constData());
        QCOMPARE(in.json()[u"imported"].toInt(), 30'000);
        QCOMPARE(in.json()[u"duplicates"].toInt(), 0);
        QCOMPARE(run(u"export"_s, toText(*other)).out, run(u"export"_s, toText(*url)).out);
    }
}

void TransferCommandsTest::aBrokenLineStopsAll()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    ENTVAS_VERIFY(url);
    const QByteArray good =
        "{\"id\":\"%1\",\"eventType\":\"a\",\"userId\":\"b\",\"timestamp\":\"2026-01-01T11:59:00Z\","
        "\"receivedAt\":\"2026-01-01T12:00:00Z\"}\n";
    write(u"bad.ndjson"_s, QByteArray(good) + "{\"id\":1}\n" + QByteArray(good).replace("%1", "other"));
    const Run all = run(u"import "_s + file(u"bad.ndjson"_s), toText(*url));
    QCOMPARE(all.code, 1);
    QVERIFY2(all.err.contains("bad.ndjson, line 2, byte 7: id must be a string") && all.err.contains("1 of 3"),
             all.err.constData());
    QCOMPARE(totalsOf(*url).events, 0);
    const Run dry = run(u"import --dry-run --json "_s + file(u"bad.ndjson"_s), toText(*url));
    QCOMPARE(dry.code, 1);
    QCOMPARE(dry.json()[u"rejected"].toInt(), 1);
    const Run some = run(
        u"import --skip-invalid --json --rejects %1 %2"_s.arg(file(u"rejects"_s), file(u"bad.ndjson"_s)), toText(*url));
    QVERIFY2(some.code == 0, some.err.constData());
    QCOMPARE(some.json()[u"imported"].toInt(), 2);
    QCOMPARE(some.json()[u"rejected"].toInt(), 1);
    const QJsonObject reject = QJsonDocument::fromJson(bytesOf(u"rejects"_s)).object();
    QCOMPARE(reject[u"line"].toInt(), 2);
    QCOMPARE(reject[u"text"].toString(), u"{\"id\":1}"_s);
    QCOMPARE(totalsOf(*url).events, 2);
}

void TransferCommandsTest::aKilledImportIsFinishedByTheNext()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto from = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(run(u"seed --events 40000 --days 12 --until 1h"_s, toText(*from)).code, 0);
    QCOMPARE(run(u"export -o "_s + file(u"a.ndjson"_s), toText(*from)).code, 0);
    makeReady(url);
    const auto first = start({u"import"_s, file(u"a.ndjson"_s)}, toText(url));
    while (first->state() != QProcess::NotRunning && totalsOf(url).events <= 0)
        first->waitForFinished(5);
    first->kill();
    first->waitForFinished();
    const qint64 there = totalsOf(url).events;
    QVERIFY(there > 0);
    const Run second = run(u"import --json "_s + file(u"a.ndjson"_s), toText(url));
    QVERIFY2(second.code == 0, second.err.constData());
    QCOMPARE(second.json()[u"duplicates"].toInteger(), there);
    QCOMPARE(second.json()[u"imported"].toInteger(), 40'000 - there);
    QCOMPARE(totalsOf(url).events, 40'000);
    if (backend == u"sqlite")
        QCOMPARE(run(u"export --format ndjson"_s, toText(url)).out, bytesOf(u"a.ndjson"_s));

    // And so a server shows it.
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), toText(url));
    QVERIFY(server.start());
    const QJsonObject stats =
        QJsonDocument::fromJson(getPlain(server.port(), "/events/stats?filter=week").body).object()[u"data"].toObject();
    QVERIFY(stats[u"totalEvents"].toInteger() > 10'000);
    QCOMPARE(server.terminate(), 0);
}

void TransferCommandsTest::theOriginalsTableIsRead()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto original = m_backends.fresh(u"postgresql"_s);
    if (!original)
        QSKIP(qPrintable(original.failure().text));
    QVERIFY(execute(
        *original,
        originalsTable() << uR"(INSERT INTO events ("id", "eventType", "userId", "timestamp", "metadata", "createdAt")
                SELECT gen_random_uuid()::text, CASE n % 3 WHEN 0 THEN 'log' ELSE 'page_view' END, 'u' || n % 50,
                       timestamp '2025-05-01' + n * interval '1 minute', CASE n % 4 WHEN 0 THEN NULL
                       ELSE jsonb_build_object('page', 'home', 'browser', 'chrome', 'n', n) END,
                       timestamp '2025-05-01 00:00:00.123' + n * interval '1 minute' FROM generate_series(1, 12000) n)"_s));
    const Run in = run(u"import %1?schema=public --json"_s.arg(TemporaryPostgres::toText(*original)), toText(url));
    QVERIFY2(in.code == 0, in.err.constData());
    QCOMPARE(in.json()[u"imported"].toInt(), 12'000);
    QCOMPARE(totalsOf(url).events, 12'000);
    const QByteArray newest = run(u"export --format ndjson"_s, toText(url)).out;
    QVERIFY2(newest.startsWith("{\"eventType\":\"log\"") && newest.left(400).contains("2025-05-09T08:00:00.123Z"),
             newest.left(400).constData());

    // A second time, from the database and from its dump: all of it is there already.
    const Run again = run(u"import --json "_s + TemporaryPostgres::toText(*original), toText(url));
    QCOMPARE(again.json()[u"duplicates"].toInt(), 12'000);
    QProcess dump;
    dump.setProcessEnvironment(QProcessEnvironment::systemEnvironment());
    dump.start(m_backends.postgres().program(u"pg_dump"_s),
               {u"-f"_s, file(u"backup.sql"_s), TemporaryPostgres::toText(*original)});
    dump.waitForFinished();
    QVERIFY2(dump.exitCode() == 0, dump.readAllStandardError().constData());
    const Run dumped = run(u"import --json "_s + file(u"backup.sql"_s), toText(url));
    QVERIFY2(dumped.code == 0, dumped.err.constData());
    QCOMPARE(dumped.json()[u"duplicates"].toInt(), 12'000);
    QCOMPARE(totalsOf(url).events, 12'000);

    const Run missing = run(u"import %1 --table visits"_s.arg(TemporaryPostgres::toText(*original)), toText(url));
    QVERIFY(missing.code == 64 && missing.err.contains("no table visits"));
    if (backend == u"postgresql") { // Entvas' own table is not the original's
        const Run own = run(u"import "_s + TemporaryPostgres::toText(url), toText(url));
        QVERIFY2(own.code == 64 && own.err.contains("is a database of Entvas"), own.err.constData());
    }
}

void TransferCommandsTest::theOriginalsDatabaseIsLeftAlone()
{
    const auto original = m_backends.fresh(u"postgresql"_s);
    if (!original)
        QSKIP(qPrintable(original.failure().text));
    QVERIFY(execute(*original, originalsTable()));
    QStringList said;
    for (const QString &command : {u"--headless --port 0"_s, u"projects list"_s}) {
        const Run refused = run(command, TemporaryPostgres::toText(*original));
        QVERIFY2(refused.code == 78, refused.err.constData());
        QVERIFY2(refused.err.contains("entvas import"), refused.err.constData());
    }
    QVERIFY(execute(*original, {u"SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"_s}));
    QCOMPARE(m_answer, u"events"_s);
}

// A user that PostgreSQL asks for a password, in the places where libpq looks for it.
void TransferCommandsTest::theOriginalsPasswordStaysHidden()
{
    const auto original = m_backends.fresh(u"postgresql"_s);
    if (!original)
        QSKIP(qPrintable(original.failure().text));
    if (!m_backends.postgres().canRestart())
        QSKIP("a server that is not ours to set up");
    QVERIFY(execute(*original, originalsTable()
                                   << u"INSERT INTO events VALUES ('a', 'log', 'u', now(), NULL, now())"_s
                                   << u"CREATE ROLE shy LOGIN PASSWORD 'hush'"_s << u"GRANT SELECT ON events TO shy"_s
                                   << u"SELECT current_setting('hba_file')"_s));
    QFile rules(m_answer);
    QVERIFY(rules.open(QIODevice::ReadWrite));
    const QByteArray others = rules.readAll();
    rules.seek(0);
    QVERIFY(rules.write("host all shy 127.0.0.1/32 scram-sha-256\n" + others) > 0);
    rules.close();
    QVERIFY(execute(*original, {u"SELECT pg_reload_conf()"_s}));
    const auto url = m_backends.fresh(u"sqlite"_s);
    const QString line =
        u"import --json postgresql://shy@127.0.0.1:%1/%2"_s.arg(original->port).arg(original->database);
    QTRY_VERIFY(run(line, toText(*url)).code != 0); // until it has read them
    const Run none = run(line, toText(*url));
    QVERIFY2(none.code == 77 && none.err.contains("in PGPASSWORD, or in ~/.pgpass or the file that PGPASSFILE names"),
             none.err.constData());

    const QString wanted = u"hush"_s;
    write(u"pgpass"_s, "127.0.0.1:*:*:shy:hush\n");
    QVERIFY(QFile::setPermissions(file(u"pgpass"_s), QFile::ReadOwner | QFile::WriteOwner));
    for (const auto &[name, value] :
         {std::pair{u"PGPASSWORD"_s, wanted}, std::pair{u"PGPASSFILE"_s, file(u"pgpass"_s)}}) {
        const Run in = run(line, toText(*url), {}, {{name, value}});
        QVERIFY2(in.code == 0 && in.json()[u"read"].toInt() == 1, in.err.constData());
    }
    const Run wrong = run(line, toText(*url), {}, {{u"PGPASSWORD"_s, u"hash"_s}});
    QVERIFY2(wrong.code == 77 && !wrong.err.contains("hash"), wrong.err.constData());
}

void TransferCommandsTest::retentionKeepsCounts()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    QCOMPARE(run(u"seed --events 9000 --days 60"_s, toText(url)).code, 0);
    const Run none = run(u"retention"_s, toText(url));
    QVERIFY(none.code == 64 && none.err.contains("--days"));
    const Run dry = run(u"retention --days 20 --dry-run --json"_s, toText(url));
    const qint64 old = dry.json()[u"events"].toInteger();
    QVERIFY(old > 1'000 && old < 9'000);
    QCOMPARE(run(u"export --format ndjson"_s, toText(url)).out.count('\n'), 9'000);
    const Run removed = run(u"retention --days 20 --json"_s, toText(url));
    QVERIFY2(removed.code == 0, removed.err.constData());
    QVERIFY(std::abs(removed.json()[u"removed"].toInteger() - old) <= 5); // time goes on
    QCOMPARE(run(u"export --format ndjson"_s, toText(url)).out.count('\n'),
             9'000 - removed.json()[u"removed"].toInteger());
    QCOMPARE(totalsOf(url).events, 9'000);
    if (backend == u"sqlite") {
        const Run compact = run(u"retention --days 20 --compact --json"_s, toText(url));
        QVERIFY2(compact.code == 0, compact.err.constData());
        QVERIFY(compact.json()[u"bytesAfter"].toInteger() < removed.json()[u"bytesAfter"].toInteger());
    }
}

void TransferCommandsTest::aServersFileIsLeftToIt()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(run(u"seed --events 500 --days 2 --until 1h"_s, toText(*url)).code, 0);
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), toText(*url));
    QVERIFY(server.start());
    const Run refused = run(u"seed --force"_s, toText(*url));
    QVERIFY2(refused.code == 69 && refused.err.contains("Stop it first"), refused.err.constData());
    // Reading works beside it, and writes what the server would.
    const QByteArray theirs = getPlain(server.port(), "/export/csv?from=2020-01-01T00:00:00Z").body;
    QCOMPARE(run(u"export"_s, toText(*url)).out.count('\n'), 501);
    QByteArray whole; // out of its chunks
    for (qsizetype at = 0; at < theirs.size();) {
        const qsizetype end = theirs.indexOf("\r\n", at);
        const qsizetype size = theirs.mid(at, end - at).toLongLong(nullptr, 16);
        whole += theirs.mid(end + 2, size);
        at = end + 2 + size + 2;
    }
    QCOMPARE(run(u"export"_s, toText(*url)).out, whole);
    // What the server can do for the command, it does; see tst_runningserver.
    const Run removed = run(u"retention --days 1 --json"_s, toText(*url));
    QVERIFY2(removed.code == 0 && removed.json()[u"removed"].toInteger() > 0, removed.err.constData());
    QCOMPARE(run(u"export"_s, toText(*url)).out.count('\n'), 501 - removed.json()[u"removed"].toInteger());
    QCOMPARE(server.terminate(), 0);
}

void TransferCommandsTest::mistakesAreNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *line, int code, const char *says) {
        QTest::newRow(line) << QString::fromUtf8(line) << code << QByteArray(says);
    };
    row("seed --events many", 64, "--events takes a whole number from 1");
    row("seed --event 5", 64, "Did you mean --events");
    row("seed --until 2999-01-01", 64, "is in the future");
    row("seed --project nowhere", 1, "entvas projects create nowhere");
    row("export --format xml", 64, "--format takes csv, ndjson or json");
    row("export --from yesterday", 64, "--from takes a time");
    row("export --from 1h --to 2h", 64, "--from is later than --to");
    row("export --resume", 64, "--resume goes with -o FILE");
    row("export --project nowhere", 1, "There is no project nowhere");
    row("export -o /nowhere/a.csv", 64, "The folder /nowhere does not exist");
    row("import", 64, "the name of a file");
    row("import a b", 64, "\"b\" is not needed");
    row("import /nowhere.csv", 1, "can't be read");
    row("import x --format xml", 64, "--format takes");
    row("import x.csv --rejects y", 64, "--rejects goes with");
    row("import postgresql://127.0.0.1:1/x", 69, "can't be reached");
    row("import postgresql://me:hush@127.0.0.1:1/x", 64, "PGPASSWORD");
    row("import postgres//me:hush@127.0.0.1:1/x", 64, "must begin with postgresql://");
    row("migrate postgres://me:hush@127.0.0.1:1/x", 64, "--database-url");
    row("retention --days 0", 64, "--days takes a whole number from 1");
}

void TransferCommandsTest::mistakesAreNamed()
{
    QFETCH(QString, line);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const QString database = u"sqlite://"_s + file(u"entvas.db"_s);
    QCOMPARE(run(u"migrate"_s, database).code, 0);
    const Run wrong = run(line, database);
    QVERIFY2(wrong.err.contains(says) && !wrong.err.contains("hush"), wrong.err.constData());
    QCOMPARE(wrong.code, code);
}

QTEST_GUILESS_MAIN(TransferCommandsTest)
#include "tst_transfercommands.moc"
