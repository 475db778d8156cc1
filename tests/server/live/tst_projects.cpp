#include "core/maintenance/admin.h"
#include "core/maintenance/doctor.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"
#include "tests/core/store/backends.h"
#include "tests/server/testserver.h"

#include <QSignalSpy>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// Several projects in one server: keys open one of them, and nothing of one is seen in another.
class ProjectsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void keysBelongToProjects_data() { Backends::addRows(); }
    void keysBelongToProjects();
    void rolesAndStatesDecide_data() { Backends::addRows(); }
    void rolesAndStatesDecide();
    void countsAndLivePicturesAreSeparate_data() { Backends::addRows(); }
    void countsAndLivePicturesAreSeparate();
    void ratesAreSeparate();
    void newProjectsAndRevokedKeysTakeEffectWhileItRuns();
    void theSameIdInTwoProjectsIsTwoEvents_data() { Backends::addRows(); }
    void theSameIdInTwoProjectsIsTwoEvents();
    void administrationChecksItsInput();
    void aThousandProjectsWork_data() { Backends::addRows(); }
    void aThousandProjectsWork();

private:
    // A key of a project, made while no server runs.
    static QByteArray makeKey(const DatabaseUrl &url, const QString &project, KeyRole role = KeyRole::Sender,
                              qint64 expiresAtMs = 0)
    {
        Admin admin(url);
        if (!admin.open())
            return {};
        if (const Result<void> made = admin.createProject({project, project.toUpper()});
            !made && project != "default"_L1)
            qDebug("%s", qPrintable(made.failure().text));
        const auto key = admin.createKey(project, role, u"test"_s, expiresAtMs);
        return key ? key.value().text : QByteArray();
    }
    static HttpAnswer post(TestServer &server, const QByteArray &key, const QByteArray &body)
    {
        return server.call("POST", u"/webhook"_s, body, {{"X-API-Key", key}});
    }
    static qint64 total(TestServer &server, const QString &project)
    {
        return server.get(u"/events/stats?project="_s + project).data().value(u"totalEvents"_s).toInteger(-1);
    }

    Backends m_backends;
};

void ProjectsTest::keysBelongToProjects()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray shop = makeKey(url, u"shop"_s);
    const QByteArray blog = makeKey(url, u"blog"_s);
    QVERIFY(!shop.isEmpty() && !blog.isEmpty() && shop != blog);
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.start());
    QCOMPARE(post(server, shop, "[" + eventJson() + "," + eventJson() + "]").status, 200);
    QCOMPARE(post(server, blog, eventJson()).status, 200);
    QCOMPARE(server.post(eventJson("log")).status, 200); // the key of the settings: default
    QCOMPARE(total(server, u"shop"_s), 2);
    QCOMPARE(total(server, u"blog"_s), 1);
    QCOMPARE(total(server, u"default"_s), 1);
    QCOMPARE(server.get(u"/events?project=shop"_s).data().value(u"count"_s).toInt(), 2);
    QCOMPARE(server.get(u"/events"_s).data().value(u"events"_s)[0][u"eventType"_s].toString(), u"log"_s);
    QCOMPARE(server.get(u"/events?project=nosuch"_s).status, 404);
    // A bad event counts in its own project.
    QCOMPARE(post(server, shop, "{}").status, 400);
    QCOMPARE(server.get(u"/events/stats?project=shop"_s).data().value(u"invalidEvents"_s).toInt(), 1);
    QCOMPARE(server.get(u"/events/stats?project=blog"_s).data().value(u"invalidEvents"_s).toInt(), 0);
    // And all of it is there again after a restart.
    QVERIFY(server.stop());
    QVERIFY(server.start());
    QCOMPARE(total(server, u"shop"_s), 2);
    QCOMPARE(total(server, u"blog"_s), 1);
}

void ProjectsTest::rolesAndStatesDecide()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray sender = makeKey(url, u"shop"_s, KeyRole::Sender);
    const QByteArray viewer = makeKey(url, u"shop"_s, KeyRole::Viewer);
    const QByteArray both = makeKey(url, u"shop"_s, KeyRole::Admin);
    const QByteArray expired = makeKey(url, u"shop"_s, KeyRole::Admin, SystemClock().nowMs() - 1);
    const QByteArray revoked = makeKey(url, u"shop"_s, KeyRole::Admin);
    {
        Admin admin(url);
        ENTVAS_VERIFY(admin.open());
        ENTVAS_VERIFY(admin.revokeKey(apiKeyId(revoked)));
        QVERIFY(!admin.revokeKey(apiKeyId(revoked))); // only once
    }
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.start());
    const auto sends = [&](const QByteArray &key) { return post(server, key, eventJson()).status; };
    const auto reads = [&](const QByteArray &key, const QString &query = {}) {
        return server.get(u"/events/stats"_s + query, {{"Authorization", "Bearer " + key}}).status;
    };
    QCOMPARE(sends(sender), 200);
    QCOMPARE(sends(viewer), 403);
    QCOMPARE(sends(both), 200);
    QCOMPARE(sends(expired), 401);
    QCOMPARE(sends(revoked), 401);
    QCOMPARE(sends(sender.chopped(1) + (sender.endsWith('A') ? "B" : "A")), 401);
    QCOMPARE(sends("entvas_000000000000_" + QByteArray(43, 'x')), 401);
    QCOMPARE(reads(sender), 403);
    QCOMPARE(reads(viewer), 200);
    QCOMPARE(reads(both), 200);
    QCOMPARE(reads(expired), 401);
    QCOMPARE(reads(revoked), 401);
    // A viewer of one project sees that one and no other, also where no token is needed.
    QCOMPARE(reads(viewer, u"?project=shop"_s), 200);
    QCOMPARE(reads(viewer, u"?project=default"_s), 404);
    QCOMPARE(
        server.get(u"/events/stats"_s, {{"Authorization", "Bearer " + viewer}}).data().value(u"totalEvents"_s).toInt(),
        2);
}

void ProjectsTest::countsAndLivePicturesAreSeparate()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray shop = makeKey(url, u"shop"_s);
    const QByteArray viewer = makeKey(url, u"shop"_s, KeyRole::Viewer);
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.start());

    LiveClient shopClient(wire::Format::Cbor); // may see one project
    QVERIFY(shopClient.open(server.url, {{"Authorization", "Bearer " + viewer}}));
    QCOMPARE(shopClient.all<wire::Hello>().first().projects.size(), 1);
    QCOMPARE(shopClient.all<wire::Hello>().first().projects.first().id, u"shop"_s);
    shopClient.subscribe(); // "default"
    QVERIFY(spinUntil([&] { return shopClient.count<wire::Error>() == 1; }));
    QCOMPARE(shopClient.all<wire::Error>().first().code, u"unknown_project"_s);
    shopClient.send(wire::Subscribe{u"shop"_s, std::nullopt, true});
    QVERIFY(shopClient.waitForPicture());

    LiveClient defaultClient;
    QVERIFY(defaultClient.open(server.url));
    QCOMPARE(defaultClient.all<wire::Hello>().first().projects.size(), 2);
    defaultClient.subscribe(true);
    QVERIFY(defaultClient.waitForPicture());

    for (int i = 0; i < 20; ++i) {
        QCOMPARE(post(server, shop, eventJson("secret_of_the_shop")).status, 200);
        QCOMPARE(server.post(eventJson("own")).status, 200);
    }
    QVERIFY(shopClient.waitForEvents(20));
    QVERIFY(defaultClient.waitForEvents(20));
    QCOMPARE(shopClient.cube.series(), (QList<SeriesKey>{{u"secret_of_the_shop"_s, u"home"_s, u"chrome"_s}}));
    QCOMPARE(defaultClient.cube.series(), (QList<SeriesKey>{{u"own"_s, u"home"_s, u"chrome"_s}}));
    QVERIFY(spinUntil([&] { return defaultClient.count<wire::Tail>() > 0 && shopClient.count<wire::Tail>() > 0; }));
    for (const wire::Tail &tail : defaultClient.all<wire::Tail>())
        for (const wire::TailEvent &event : tail.events)
            QCOMPARE(event.eventType, u"own"_s);
    QCOMPARE(shopClient.broken, QString());
    QCOMPARE(defaultClient.broken, QString());

    // One connection may listen to both: each keeps its own numbers.
    LiveClient both;
    QVERIFY(both.open(server.url));
    both.subscribe();
    both.send(wire::Subscribe{u"shop"_s, std::nullopt, false});
    QVERIFY(spinUntil([&] { return both.count<wire::Snapshot>() == 2; }));
    QCOMPARE(post(server, shop, eventJson()).status, 200);
    QCOMPARE(server.post(eventJson()).status, 200);
    struct Seen {
        qint64 seq = -1;
        qint64 events = -1;
        bool isWhole = true; // each step followed the one before
    };
    const auto seen = [&] {
        QMap<QString, Seen> all;
        for (const wire::ServerMessage &message : both.messages) {
            if (const auto *snapshot = std::get_if<wire::Snapshot>(&message)) {
                all[snapshot->project] = {snapshot->seq, snapshot->totals.events, true};
            } else if (const auto *delta = std::get_if<wire::Delta>(&message)) {
                Seen &project = all[delta->project];
                project.isWhole = project.isWhole && delta->seq == project.seq + 1;
                project.seq = delta->seq;
                project.events = delta->totals.events;
            }
        }
        return all;
    };
    QVERIFY(spinUntil([&] { return seen()[u"shop"_s].events == 21 && seen()[u"default"_s].events == 21; }));
    QVERIFY(seen()[u"shop"_s].isWhole && seen()[u"default"_s].isWhole);
    both.send(wire::Unsubscribe{u"shop"_s});
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(spinUntil([&] { return seen()[u"default"_s].events == 22; }));
    QCOMPARE(seen()[u"shop"_s].events, 21);
}

void ProjectsTest::ratesAreSeparate()
{
    TestServer server;
    const QByteArray shop = makeKey(server.settings.database, u"shop"_s);
    const QByteArray blog = makeKey(server.settings.database, u"blog"_s);
    server.settings.rateLimit = 5;
    QVERIFY(server.start());
    int refused = 0;
    for (int i = 0; i < 20; ++i)
        refused += post(server, shop, eventJson()).status == 429;
    QVERIFY2(refused >= 10, qPrintable(QString::number(refused)));
    QCOMPARE(post(server, blog, eventJson()).status, 200);
    QCOMPARE(server.post(eventJson()).status, 200);
}

void ProjectsTest::newProjectsAndRevokedKeysTakeEffectWhileItRuns()
{
    const Result<DatabaseUrl> url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    TestServer server;
    server.settings.database = url.value();
    QVERIFY(server.start());
    const QByteArray key = makeKey(url.value(), u"late"_s);
    QVERIFY(spinUntil([&] { return post(server, key, eventJson()).status == 200; }, 10'000));
    QVERIFY(total(server, u"late"_s) >= 1);
    {
        Admin admin(url.value());
        ENTVAS_VERIFY(admin.open());
        ENTVAS_VERIFY(admin.revokeKey(apiKeyId(key)));
    }
    QElapsedTimer since;
    since.start();
    QVERIFY(spinUntil([&] { return post(server, key, eventJson()).status == 401; }, 10'000));
    qInfo("a revoked key was refused after %lld ms", since.elapsed());
}

void ProjectsTest::theSameIdInTwoProjectsIsTwoEvents()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray shop = makeKey(url, u"shop"_s);
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.start());
    const QByteArray body = R"({"id":"order-1","eventType":"order","userId":"u"})";
    const auto isDuplicate = [](const HttpAnswer &answer) { return answer.data().value(u"duplicate"_s).toBool(); };
    QVERIFY(!isDuplicate(post(server, shop, body)));
    QVERIFY(!isDuplicate(server.post(body)));
    QVERIFY(isDuplicate(post(server, shop, body)));
    QVERIFY(isDuplicate(server.post(body)));
}

void ProjectsTest::administrationChecksItsInput()
{
    TestServer server; // for its file only
    Admin admin(server.settings.database);
    ENTVAS_VERIFY(admin.open());
    for (const QString &id : {u""_s, u"Shop"_s, u"-shop"_s, u"a b"_s, u"a/b"_s, QString(65, u'a')})
        QVERIFY2(!admin.createProject({id, u"x"_s}), qPrintable(id));
    ENTVAS_VERIFY(admin.createProject({u"shop_1-x"_s, u"x"_s}));
    QVERIFY(!admin.createProject({u"shop_1-x"_s, u"y"_s}));
    const auto orphan = admin.createKey(u"nosuch"_s, KeyRole::Sender, {}, 0);
    QVERIFY(!orphan && orphan.failure().kind == Fault::NotFound);
    const auto key = admin.createKey(u"shop_1-x"_s, KeyRole::Viewer, u"dash board"_s, 0);
    ENTVAS_VERIFY(key);
    const auto directory = admin.directory();
    ENTVAS_VERIFY(directory);
    QCOMPARE(directory.value().keys.size(), 1);
    QCOMPARE(directory.value().keys.first().name, u"dash board"_s);
    QVERIFY(directory.value().keys.first().role == KeyRole::Viewer);
    ENTVAS_VERIFY(admin.createKey(u"default"_s, KeyRole::Sender, {}, 0)); // names are for people, who may not need one
    // The file holds a digest and nothing to log in with.
    QFile file(server.settings.database.path + u"-wal"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.contains(directory.value().keys.first().digest));
    QVERIFY(!bytes.contains(key.value().text.sliced(20)));
    // One Entvas at a time.
    Admin second(server.settings.database);
    const Result<void> refused = second.open();
    QVERIFY(!refused && refused.failure().kind == Fault::Unavailable);
}

// As many as can be made. Of one more, that something else wrote into the database, it is said what is wrong with it.
void ProjectsTest::aThousandProjectsWork()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray key = makeKey(url, u"zz-last"_s, KeyRole::Admin);
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const auto fill = [&](int from, int to) {
        Transaction all(connection);
        bool isDone = all.begin().ok();
        for (int i = from; i <= to; ++i)
            isDone =
                isDone &&
                connection
                    .execute(u"INSERT INTO projects (id, name) VALUES ('p%1', 'P')"_s.arg(i, 4, 10, QLatin1Char('0')))
                    .ok();
        return isDone && all.commit().ok();
    };
    QVERIFY(fill(3, kMaxProjectsKept - 1)); // "default" and "zz-last" are there
    {
        Admin admin(url);
        ENTVAS_VERIFY(admin.open());
        ENTVAS_VERIFY(admin.createProject({u"one-more"_s, u"1,000"_s}));
        const Result<void> tooMany = admin.createProject({u"too-many"_s, u"1,001"_s});
        QVERIFY(!tooMany);
        QVERIFY2(tooMany.failure().text.contains(u"as many as a server can open"_s),
                 qPrintable(tooMany.failure().text));
        QCOMPARE(admin.directory()->projects.size(), kMaxProjectsKept);
    }
    TestServer server;
    server.settings.database = url;
    // Thousands of statements, which PostgreSQL answers in seconds; a busy machine takes longer than start() waits.
    const auto starts = [&] {
        const auto isOver = [&] { return server.url.isValid() || server.failure; };
        return (server.start() || spinUntil(isOver, 60'000)) && !server.failure;
    };
    QElapsedTimer since;
    since.start();
    QVERIFY(starts());
    qInfo("%d projects are open after %lld ms", kMaxProjectsKept, since.elapsed());
    QCOMPARE(post(server, key, eventJson()).status, 200);
    QCOMPARE(total(server, u"zz-last"_s), 1);
    QCOMPARE(total(server, u"p0999"_s), 0);
    QVERIFY(server.stop());

    QVERIFY(fill(9'000, 9'000));
    QVERIFY(starts());
    const HttpAnswer away = post(server, key, eventJson());
    QCOMPARE(away.status, 503);
    QVERIFY2(away.body.contains("not open: this server has 1000 others, as many as it can open"),
             away.body.constData());
    const HttpAnswer unread = server.get(u"/events/stats?project=zz-last"_s);
    QCOMPARE(unread.status, 503);
    QCOMPARE(unread.json()[u"message"_s], away.json()[u"message"_s]);
    QList<Finding> bad;
    examineAll(server.settings, [&](const Finding &finding) {
        if (finding.mark == Finding::Mark::Bad)
            bad.append(finding);
    });
    QVERIFY(std::any_of(bad.cbegin(), bad.cend(), [](const Finding &one) { return one.about == "projects"_L1; }));
    // Room is made while it runs.
    if (url.kind == DatabaseUrl::Kind::Sqlite)
        return;
    ENTVAS_VERIFY(connection.execute(u"DELETE FROM projects WHERE id = 'p9000'"_s));
    QVERIFY(spinUntil([&] { return post(server, key, eventJson()).status == 200; }, 20'000));
    QCOMPARE(total(server, u"zz-last"_s), 2);
}

QTEST_GUILESS_MAIN(ProjectsTest)
#include "tst_projects.moc"
