#include "core/maintenance/admin.h"
#include "core/model/administrationjson.h"
#include "server/admin/adminroutes.h"
#include "tests/core/store/backends.h"
#include "tests/server/testserver.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// Administration over HTTP: who may do what, what bad requests hear, and that what was done holds at once.
class AdminTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void everyActByEveryReader_data();
    void everyActByEveryReader();
    void badRequestsHearWhatIsWrong_data();
    void badRequestsHearWhatIsWrong();
    void actsHoldAtOnce_data() { Backends::addRows(); }
    void actsHoldAtOnce();
    void theAuditLogTellsAllAndNoSecret_data() { Backends::addRows(); }
    void theAuditLogTellsAllAndNoSecret();
    void tenantsSeeNothingOfEachOther();
    void aNewProjectTakesEventsSoon();
    void theLastUseIsRecorded();
    void whatOneServerDoesHoldsOnAnother();
    void withoutItsDatabaseItSaysSo();

private:
    static constexpr char kOwner[] = "owner-token-of-this-run";
    static constexpr char kViewer[] = "viewer-token-of-the-team";

    // Two projects with a key of each role, made while no server runs.
    struct Keys {
        QByteArray sender, viewer, admin, other, otherAdmin;
    };
    static Keys makeKeys(const DatabaseUrl &url)
    {
        Keys keys;
        Admin admin(url);
        if (!admin.open() || !admin.createProject({u"shop"_s, u"Shop"_s}) ||
            !admin.createProject({u"blog"_s, u"Blog"_s}))
            return keys;
        const auto make = [&](const QString &project, KeyRole role) {
            const auto key = admin.createKey(project, role, u"test"_s, 0);
            return key ? key.value().text : QByteArray();
        };
        keys = {make(u"shop"_s, KeyRole::Sender), make(u"shop"_s, KeyRole::Viewer), make(u"shop"_s, KeyRole::Admin),
                make(u"shop"_s, KeyRole::Sender), make(u"blog"_s, KeyRole::Admin)};
        (void)admin.act(
            {u"member.add"_s, {{u"project"_s, u"shop"_s}, {u"subject"_s, u"ann"_s}, {u"role"_s, u"viewer"_s}}});
        return keys;
    }
    static bool start(TestServer &server)
    {
        server.settings.ownerToken = QString::fromLatin1(kOwner);
        server.settings.viewerToken = QString::fromLatin1(kViewer);
        return server.start();
    }
    static Headers bearer(const QByteArray &token)
    {
        return token.isEmpty() ? Headers() : Headers{{"Authorization", "Bearer " + token}};
    }
    static HttpAnswer post(TestServer &server, const QByteArray &token, const QString &path, const QJsonObject &body)
    {
        return server.call("POST", path, QJsonDocument(body).toJson(QJsonDocument::Compact), bearer(token));
    }
    static int sends(TestServer &server, const QByteArray &key)
    {
        return server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", key}}).status;
    }

    Backends m_backends;
};

void AdminTest::everyActByEveryReader_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<int>("within"); // what acts in the shop answer
    QTest::addColumn<int>("lists");  // what lists without a project answer
    QTest::addColumn<int>("making"); // what a new project answers
    QTest::newRow("nobody") << u"nobody"_s << 401 << 401 << 401;
    QTest::newRow("unknown key") << u"unknown"_s << 401 << 401 << 401;
    QTest::newRow("sender") << u"sender"_s << 403 << 403 << 403;
    QTest::newRow("viewer") << u"viewer"_s << 403 << 403 << 403;
    QTest::newRow("viewer token") << u"viewerToken"_s << 403 << 403 << 403;
    QTest::newRow("admin of another project") << u"otherAdmin"_s << 404 << 200 << 403;
    QTest::newRow("admin of the project") << u"admin"_s << 200 << 200 << 403;
    QTest::newRow("admin of all") << u"owner"_s << 200 << 200 << 200;
}

void AdminTest::everyActByEveryReader()
{
    QFETCH(QString, who);
    QFETCH(int, within);
    QFETCH(int, lists);
    QFETCH(int, making);
    TestServer server;
    const Keys keys = makeKeys(server.settings.database);
    QVERIFY(!keys.otherAdmin.isEmpty());
    QVERIFY(start(server));
    const QHash<QString, QByteArray> tokens{{u"unknown"_s, makeApiKey(u"shop"_s, KeyRole::Admin, {}, 0).text},
                                            {u"sender"_s, keys.sender},
                                            {u"viewer"_s, keys.viewer},
                                            {u"viewerToken"_s, kViewer},
                                            {u"otherAdmin"_s, keys.otherAdmin},
                                            {u"admin"_s, keys.admin},
                                            {u"owner"_s, kOwner}};
    const QByteArray token = tokens.value(who);
    const QString id = apiKeyId(keys.other);
    struct Call {
        QString path;
        QJsonObject body; // empty = GET
        int status;
    };
    const QList<Call> calls{
        {u"/admin/keys"_s, {}, lists},
        {u"/admin/keys?project=shop"_s, {}, within},
        {u"/admin/members"_s, {}, lists},
        {u"/admin/members?project=shop"_s, {}, within},
        {u"/admin/projects"_s, {}, lists},
        {u"/admin/audit"_s, {}, lists},
        {u"/admin/audit?project=shop"_s, {}, within},
        {u"/admin/keys"_s, {{u"project"_s, u"shop"_s}, {u"role"_s, u"admin"_s}}, within},
        {u"/admin/keys/expire"_s, {{u"id"_s, id}, {u"inHours"_s, 5}}, within},
        {u"/admin/keys/rotate"_s, {{u"id"_s, id}}, within},
        {u"/admin/keys/revoke"_s, {{u"id"_s, id}}, within},
        {u"/admin/members"_s, {{u"project"_s, u"shop"_s}, {u"subject"_s, u"bob"_s}, {u"role"_s, u"admin"_s}}, within},
        {u"/admin/members/remove"_s, {{u"project"_s, u"shop"_s}, {u"subject"_s, u"ann"_s}}, within},
        {u"/admin/projects/rename"_s, {{u"id"_s, u"shop"_s}, {u"name"_s, u"New name"_s}}, within},
        {u"/admin/retention?project=shop&before=2020-01-01T00:00:00Z"_s, {}, making},
        {u"/admin/retention"_s, {{u"project"_s, u"shop"_s}, {u"before"_s, u"2020-01-01T00:00:00Z"_s}}, making},
        {u"/admin/projects"_s, {{u"id"_s, u"third"_s}}, making}};
    for (const Call &call : calls) {
        const HttpAnswer answer =
            call.body.isEmpty() ? server.get(call.path, bearer(token)) : post(server, token, call.path, call.body);
        QVERIFY2(answer.status == call.status,
                 qPrintable(u"%1: %2 %3"_s.arg(call.path).arg(answer.status).arg(QString::fromUtf8(answer.body))));
        QCOMPARE(answer.json().value("success"_L1).toBool(), answer.status == 200);
        if (answer.status != 200)
            QVERIFY2(!answer.json().value("message"_L1).toString().isEmpty(), answer.body.constData());
        if (answer.status == 401)
            QVERIFY(!answer.header("WWW-Authenticate").isEmpty());
        if (!token.isEmpty())
            QVERIFY2(!answer.body.contains(token), answer.body.constData());
    }
    // And nothing was done that was refused.
    const HttpAnswer audit = server.get(u"/admin/audit"_s, bearer(kOwner));
    const qsizetype before = 2 + 5 + 1; // projects, keys and a member of makeKeys()
    QCOMPARE(audit.data().value("records"_L1).toArray().size(),
             before + (within == 200 ? 7 : 0) + (making == 200 ? 1 : 0));
}

void AdminTest::badRequestsHearWhatIsWrong_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char16_t *path, const QByteArray &body, int status,
                        const char16_t *says) {
        QTest::newRow(name) << QString::fromUtf16(path) << body << status << QString::fromUtf16(says);
    };
    row("no body", u"/admin/keys", "", 400, u"one JSON object");
    row("no JSON", u"/admin/keys", "{\"project\"", 400, u"one JSON object");
    row("array", u"/admin/keys", "[]", 400, u"one JSON object");
    row("empty object", u"/admin/keys", "{}", 400, u"project is required; role is required");
    row("too large", u"/admin/keys", "{\"project\":\"" + QByteArray(20'000, 'x') + "\"}", 413, u"16384 bytes");
    row("a field twice", u"/admin/keys", R"({"project":"blog","project":"shop","role":"sender"})", 400, u"The body");
    row("unknown field", u"/admin/keys", R"({"project":"shop","role":"sender","secret":1})", 400,
        u"\"secret\" is not allowed");
    row("role of nobody", u"/admin/keys", R"({"project":"shop","role":"root"})", 400, u"sender, viewer, admin");
    row("role is a number", u"/admin/keys", R"({"project":"shop","role":7})", 400, u"\"role\" must be a string");
    row("no such project", u"/admin/keys", R"({"project":"nosuch","role":"sender"})", 404, u"no project \"nosuch\"");
    row("project is an object", u"/admin/keys", R"({"project":{},"role":"sender"})", 400, u"must be a string");
    row("name too long", u"/admin/keys", R"({"project":"shop","role":"sender","name":")" + QByteArray(129, 'n') + "\"}",
        400, u"128");
    row("name with a line", u"/admin/keys", R"({"project":"shop","role":"sender","name":"a\nb"})", 400, u"control");
    row("no days", u"/admin/keys", R"({"project":"shop","role":"sender","expiresInDays":0})", 400, u"from 1 to 3650");
    row("half a day", u"/admin/keys", R"({"project":"shop","role":"sender","expiresInDays":0.5})", 400, u"whole");
    row("many days", u"/admin/keys", R"({"project":"shop","role":"sender","expiresInDays":1e300})", 400, u"whole");
    row("days as text", u"/admin/keys", R"({"project":"shop","role":"sender","expiresInDays":"9"})", 400, u"whole");
    row("revoke nothing", u"/admin/keys/revoke", "{}", 400, u"id is required");
    row("revoke a stranger", u"/admin/keys/revoke", R"({"id":"nosuch"})", 404, u"no key \"nosuch\"");
    row("revoke by injection", u"/admin/keys/revoke", R"({"id":"' OR '1'='1"})", 404, u"no key");
    row("revoke with a zero", u"/admin/keys/revoke", "{\"id\":\"a\\u0000b\"}", 404, u"no key");
    row("expire without when", u"/admin/keys/expire", R"({"id":"x"})", 400, u"inHours is required");
    row("expire in the past", u"/admin/keys/expire", R"({"id":"x","inHours":-1})", 400, u"from 0");
    row("overlap too long", u"/admin/keys/rotate", R"({"id":"x","overlapHours":1000})", 400, u"from 0 to 720");
    row("member without subject", u"/admin/members", R"({"project":"shop","role":"viewer"})", 400,
        u"subject is required");
    row("empty subject", u"/admin/members", R"({"project":"shop","role":"viewer","subject":" "})", 400, u"1–255");
    row("half a character", u"/admin/members", R"({"project":"shop","role":"viewer","subject":"\ud800"})", 400, u"");
    row("member as sender", u"/admin/members", R"({"project":"shop","role":"sender","subject":"s"})", 400,
        u"viewer or an admin");
    row("member twice", u"/admin/members", R"({"project":"shop","role":"viewer","subject":"ann"})", 400, u"already");
    row("remove a stranger", u"/admin/members/remove", R"({"project":"shop","subject":"eve"})", 404, u"no member");
    row("project of bad form", u"/admin/projects", R"({"id":"Shop!"})", 400, u"Shop!");
    row("project twice", u"/admin/projects", R"({"id":"shop"})", 400, u"already");
    row("rename to nothing", u"/admin/projects/rename", R"({"id":"shop","name":""})", 400, u"1–128");
    row("no limit", u"/admin/audit?limit=0", {}, 400, u"from 1 to 500");
    row("large limit", u"/admin/audit?limit=501", {}, 400, u"from 1 to 500");
    row("odd limit", u"/admin/audit?limit=x", {}, 400, u"whole number");
    row("odd cursor", u"/admin/audit?before=yesterday", {}, 400, u"id of a record");
    row("audit of nothing", u"/admin/audit?project=nosuch", {}, 404, u"nosuch");
    row("retention of nothing", u"/admin/retention?project=nosuch&before=2020-01-01T00:00:00Z", {}, 404, u"nosuch");
    row("retention until when", u"/admin/retention?project=shop&before=soon", {}, 400, u"before");
    row("removal until when", u"/admin/retention", R"({"project":"shop"})", 400, u"before is required");
    row("removal of what", u"/admin/retention", R"({"nonsense":1})", 400, u"\"nonsense\" is not allowed");
    row("span and number", u"/admin/keys", R"({"project":"shop","role":"sender","expires":"9d","expiresInDays":9})",
        400, u"exclude each other");
    row("odd span", u"/admin/keys", R"({"project":"shop","role":"sender","expires":"9 days"})", 400, u"days, hours or");
    row("unknown path", u"/admin", {}, 404, u"");
    row("other method", u"/admin/keys/revoke", {}, 405, u"");
}

void AdminTest::badRequestsHearWhatIsWrong()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, says);
    static TestServer server; // one for all rows: nothing of them is done
    static const Keys keys = makeKeys(server.settings.database);
    if (!server.url.isValid())
        QVERIFY(start(server));
    const bool isGet = body.isNull();
    const HttpAnswer answer = server.call(isGet ? "GET" : "POST", path, body, bearer(kOwner));
    const QString message = answer.json().value("message"_L1).toString();
    QVERIFY2(answer.status == status, answer.body.constData());
    QVERIFY2(message.contains(says), qPrintable(message));
    QCOMPARE(server.get(u"/admin/audit"_s, bearer(kOwner)).data().value("records"_L1).toArray().size(), 8);
    if (qstrcmp(QTest::currentDataTag(), "other method") == 0)
        QVERIFY(server.stop());
}

void AdminTest::actsHoldAtOnce()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const Keys keys = makeKeys(url);
    TestServer server;
    server.settings.database = url;
    QVERIFY(start(server));
    const HttpAnswer made = post(
        server, keys.admin, u"/admin/keys"_s,
        {{u"project"_s, u"shop"_s}, {u"role"_s, u"sender"_s}, {u"name"_s, u"till <b>é"_s}, {u"expiresInDays"_s, 30}});
    QCOMPARE(made.status, 200);
    const QByteArray key = made.data().value("key"_L1).toString().toLatin1();
    const QString id = made.data().value("id"_L1).toString();
    QCOMPARE(apiKeyId(key), id);
    QCOMPARE(made.data().value("name"_L1).toString(), u"till <b>é"_s);
    QCOMPARE(made.data().value("state"_L1).toString(), u"valid"_s);
    QVERIFY(!made.data().value("expiresAt"_L1).toString().isEmpty());
    QCOMPARE(sends(server, key), 200);
    QCOMPARE(sends(server, key.chopped(1) + (key.endsWith('0') ? "1" : "0")), 401);

    const HttpAnswer rotated = post(server, keys.admin, u"/admin/keys/rotate"_s, {{u"id"_s, id}});
    const QByteArray next = rotated.data().value("key"_L1).toString().toLatin1();
    QVERIFY(!next.isEmpty() && next != key);
    QCOMPARE(sends(server, key), 200); // both, for a while
    QCOMPARE(sends(server, next), 200);
    QCOMPARE(post(server, keys.admin, u"/admin/keys/expire"_s, {{u"id"_s, id}, {u"inHours"_s, 0}}).status, 200);
    QCOMPARE(sends(server, key), 401);
    QCOMPARE(post(server, keys.admin, u"/admin/keys/revoke"_s, {{u"id"_s, apiKeyId(next)}}).status, 200);
    QCOMPARE(sends(server, next), 401);

    QHash<QString, QJsonObject> listed;
    const HttpAnswer list = server.get(u"/admin/keys?project=shop"_s, bearer(keys.admin));
    for (const QJsonValue &one : list.data().value("keys"_L1).toArray())
        listed.insert(one[u"id"_s].toString(), one.toObject());
    QCOMPARE(listed.value(id).value("state"_L1).toString(), u"expired"_s);
    QCOMPARE(listed.value(id).value("replacedBy"_L1).toString(), apiKeyId(next));
    QCOMPARE(listed.value(apiKeyId(next)).value("state"_L1).toString(), u"revoked"_s);
    QVERIFY(!list.body.contains("digest") && !list.body.contains(apiKeyDigest(keys.admin)));
    // Whoever takes the own key away is out.
    QCOMPARE(post(server, keys.admin, u"/admin/keys/revoke"_s, {{u"id"_s, apiKeyId(keys.admin)}}).status, 200);
    QCOMPARE(server.get(u"/admin/keys"_s, bearer(keys.admin)).status, 401);
}

void AdminTest::theAuditLogTellsAllAndNoSecret()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const Keys keys = makeKeys(url);
    TestServer server;
    server.settings.database = url;
    QVERIFY(start(server));
    const HttpAnswer made =
        post(server, keys.admin, u"/admin/keys"_s, {{u"project"_s, u"shop"_s}, {u"role"_s, u"viewer"_s}});
    const QString id = made.data().value("id"_L1).toString();
    const HttpAnswer rotated = post(server, keys.admin, u"/admin/keys/rotate"_s, {{u"id"_s, id}});
    const QString next = rotated.data().value("id"_L1).toString();
    post(server, kOwner, u"/admin/keys/expire"_s, {{u"id"_s, next}, {u"inHours"_s, 1}});
    post(server, kOwner, u"/admin/keys/revoke"_s, {{u"id"_s, next}});
    post(server, kOwner, u"/admin/members"_s,
         {{u"project"_s, u"shop"_s}, {u"subject"_s, u"bob"_s}, {u"role"_s, u"viewer"_s}});
    post(server, kOwner, u"/admin/members"_s,
         {{u"project"_s, u"shop"_s}, {u"subject"_s, u"bob"_s}, {u"role"_s, u"admin"_s}});
    post(server, kOwner, u"/admin/members/remove"_s, {{u"project"_s, u"shop"_s}, {u"subject"_s, u"bob"_s}});
    post(server, kOwner, u"/admin/projects"_s, {{u"id"_s, u"third"_s}, {u"name"_s, u"Third"_s}});
    post(server, kOwner, u"/admin/projects/rename"_s, {{u"id"_s, u"third"_s}, {u"name"_s, u"3"_s}});
    const QString admin = u"key:"_s + apiKeyId(keys.admin);
    const QList<QStringList> expected{{u"owner"_s, u"project.rename"_s, u"third"_s},
                                      {u"owner"_s, u"project.create"_s, u"third"_s},
                                      {u"owner"_s, u"member.remove"_s, u"bob"_s},
                                      {u"owner"_s, u"member.change"_s, u"bob"_s},
                                      {u"owner"_s, u"member.add"_s, u"bob"_s},
                                      {u"owner"_s, u"key.revoke"_s, next},
                                      {u"owner"_s, u"key.expire"_s, next},
                                      {admin, u"key.rotate"_s, id},
                                      {admin, u"key.create"_s, id}};
    const HttpAnswer audit = server.get(u"/admin/audit?limit=9"_s, bearer(kOwner));
    const QJsonArray records = audit.data().value("records"_L1).toArray();
    QCOMPARE(records.size(), expected.size());
    for (qsizetype i = 0; i < expected.size(); ++i)
        QCOMPARE((QStringList{records[i][u"subject"_s].toString(), records[i][u"action"_s].toString(),
                              records[i][u"target"_s].toString()}),
                 expected[i]);
    const HttpAnswer rest = server.get(
        u"/admin/audit?limit=500&before="_s + audit.data().value("nextBefore"_L1).toString(), bearer(kOwner));
    const QJsonArray older = rest.data().value("records"_L1).toArray();
    QCOMPARE(older.size(), 8); // of makeKeys()
    QVERIFY(!rest.data().contains("nextBefore"_L1));
    for (const QJsonValue &record : older)
        QVERIFY(record[u"subject"_s].toString().startsWith("cli:"_L1));
    for (const QByteArray &secret : {keys.sender, keys.admin, made.data().value("key"_L1).toString().toLatin1(),
                                     rotated.data().value("key"_L1).toString().toLatin1(), QByteArray(kOwner)})
        for (const QByteArray &body : {audit.body, rest.body}) {
            QVERIFY(!secret.isEmpty() && !body.contains(secret));
            QVERIFY(!body.contains(secret.right(40)) && !body.contains(apiKeyDigest(secret)));
        }
    // Nor is one anywhere in the file.
    if (url.kind == DatabaseUrl::Kind::Sqlite)
        for (const QString &end : {u""_s, u"-wal"_s}) {
            QFile file(url.path + end);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            QVERIFY(!bytes.contains(made.data().value("key"_L1).toString().toLatin1().sliced(24)));
            QVERIFY(!bytes.contains(kOwner));
        }
}

void AdminTest::tenantsSeeNothingOfEachOther()
{
    TestServer server;
    const Keys keys = makeKeys(server.settings.database);
    QVERIFY(start(server));
    for (const QString &path : {u"/admin/keys"_s, u"/admin/members"_s, u"/admin/projects"_s, u"/admin/audit"_s}) {
        const QByteArray own = server.get(path, bearer(keys.admin)).body;
        const QByteArray other = server.get(path, bearer(keys.otherAdmin)).body;
        QVERIFY2(!own.contains("blog") && !own.contains("Blog"), own.constData());
        QVERIFY2(!other.contains("shop") && !other.contains("ann"), other.constData());
        for (const QByteArray &key : {keys.sender, keys.viewer, keys.admin, keys.other})
            QVERIFY(!other.contains(apiKeyId(key).toLatin1()));
    }
    QCOMPARE(server.get(u"/admin/members"_s, bearer(keys.otherAdmin)).data().value("openToAll"_L1).toBool(true), false);
    QVERIFY(server.get(u"/admin/projects"_s, bearer(kOwner)).body.contains("default"));
    // What is not theirs and what is not there sound the same.
    const auto message = [&](const QString &project) {
        return server.get(u"/admin/keys?project="_s + project, bearer(keys.otherAdmin))
            .json()
            .value("message"_L1)
            .toString()
            .replace(project, u"P"_s);
    };
    QCOMPARE(message(u"shop"_s), message(u"nosuch"_s));
    const auto revoking = [&](const QString &id) {
        return post(server, keys.otherAdmin, u"/admin/keys/revoke"_s, {{u"id"_s, id}})
            .json()
            .value("message"_L1)
            .toString()
            .replace(id, u"K"_s);
    };
    QCOMPARE(revoking(apiKeyId(keys.sender)), revoking(u"0123456789abcdef"_s));
    QCOMPARE(sends(server, keys.sender), 200);
}

void AdminTest::aNewProjectTakesEventsSoon()
{
    TestServer server;
    QVERIFY(start(server));
    QCOMPARE(post(server, kOwner, u"/admin/projects"_s, {{u"id"_s, u"late"_s}, {u"name"_s, u"Late"_s}}).status, 200);
    const HttpAnswer made =
        post(server, kOwner, u"/admin/keys"_s, {{u"project"_s, u"late"_s}, {u"role"_s, u"sender"_s}});
    const QByteArray key = made.data().value("key"_L1).toString().toLatin1();
    QVERIFY(spinUntil([&] { return sends(server, key) == 200; }, 5'000));
    QCOMPARE(
        post(server, kOwner, u"/admin/projects/rename"_s, {{u"id"_s, u"late"_s}, {u"name"_s, u"Renamed"_s}}).status,
        200);
    LiveClient client; // whoever connects from now on sees the new name
    QVERIFY(client.open(server.url, bearer(kOwner)));
    QStringList names;
    const QList<wire::Hello> hellos = client.all<wire::Hello>(); // a loop over a part of what goes would outlive it
    for (const wire::Project &project : hellos.first().projects)
        names << project.name;
    QVERIFY2(names.contains(u"Renamed"_s), qPrintable(names.join(u' ')));
}

void AdminTest::theLastUseIsRecorded()
{
    TestServer server;
    const Keys keys = makeKeys(server.settings.database);
    QVERIFY(start(server));
    QCOMPARE(sends(server, keys.sender), 200);
    QCOMPARE(sends(server, keys.sender), 200);
    const auto lastUse = [&](const QByteArray &key) {
        for (const QJsonValue &one : server.get(u"/admin/keys"_s, bearer(kOwner)).data().value("keys"_L1).toArray())
            if (one[u"id"_s].toString() == apiKeyId(key))
                return one[u"lastUsedAt"_s].toString();
        return u"no such key"_s;
    };
    QVERIFY(spinUntil([&] { return !lastUse(keys.sender).isEmpty(); }, 30'000));
    QCOMPARE(lastUse(keys.other), QString());
}

void AdminTest::whatOneServerDoesHoldsOnAnother()
{
    const Result<DatabaseUrl> url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    const Keys keys = makeKeys(url.value());
    TestServer here;
    TestServer there;
    here.settings.database = there.settings.database = url.value();
    QVERIFY(start(here));
    QVERIFY(start(there));
    const HttpAnswer made = post(here, kOwner, u"/admin/keys"_s, {{u"project"_s, u"shop"_s}, {u"role"_s, u"sender"_s}});
    const QByteArray key = made.data().value("key"_L1).toString().toLatin1();
    // Not by presenting it: whoever presents keys that open nothing is held up for guessing.
    const auto stateThere = [&](const QByteArray &which) {
        const HttpAnswer list = there.get(u"/admin/keys"_s, bearer(kOwner));
        for (const QJsonValue &one : list.data().value("keys"_L1).toArray())
            if (one[u"id"_s].toString() == apiKeyId(which))
                return one[u"state"_s].toString();
        return QString();
    };
    const auto reads = [&](const QByteArray &token) { return there.get(u"/events/stats"_s, bearer(token)).status; };
    QVERIFY(spinUntil([&] { return stateThere(key) == "valid"_L1; }, 5'000));
    QCOMPARE(sends(there, key), 200);
    QCOMPARE(reads(keys.viewer), 200);
    LiveClient dashboard; // looks at the other server with a key that is about to go
    QVERIFY(dashboard.open(there.url, bearer(keys.viewer)));
    dashboard.send(wire::Subscribe{u"shop"_s, std::nullopt, false});
    QVERIFY(dashboard.waitForPicture());
    QElapsedTimer since;
    since.start();
    for (const QByteArray &one : {key, keys.viewer})
        QCOMPARE(post(here, kOwner, u"/admin/keys/revoke"_s, {{u"id"_s, apiKeyId(one)}}).status, 200);
    QVERIFY(spinUntil([&] { return stateThere(keys.viewer) == "revoked"_L1; }, 5'000));
    qInfo("revoked keys were known to the other server after %lld ms", since.elapsed());
    QCOMPARE(sends(there, key), 401);
    QCOMPARE(reads(keys.viewer), 401);
    QVERIFY(dashboard.waitForClose(int(5'000 - since.elapsed())));
    qInfo("an open socket was cut after %lld ms", since.elapsed());
    QCOMPARE(dashboard.all<wire::Error>().last().code, u"token_revoked"_s);
    QCOMPARE(post(here, kOwner, u"/admin/keys/expire"_s, {{u"id"_s, apiKeyId(keys.sender)}, {u"inHours"_s, 0}}).status,
             200);
    QVERIFY(spinUntil([&] { return stateThere(keys.sender) == "expired"_L1; }, 5'000));
    QCOMPARE(sends(there, keys.sender), 401);
    QCOMPARE(
        post(here, kOwner, u"/admin/members/remove"_s, {{u"project"_s, u"shop"_s}, {u"subject"_s, u"ann"_s}}).status,
        200);
    QVERIFY(spinUntil(
        [&] { return there.get(u"/admin/members"_s, bearer(kOwner)).data().value("members"_L1).toArray().isEmpty(); },
        5'000));
}

void AdminTest::withoutItsDatabaseItSaysSo()
{
    const Result<DatabaseUrl> url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    TestServer server;
    server.settings.database = url.value();
    QVERIFY(start(server));
    if (!m_backends.postgres().canRestart())
        QSKIP("not ours to stop");
    ENTVAS_VERIFY(m_backends.postgres().stopServer());
    int status = 0;
    QString message;
    QVERIFY(spinUntil(
        [&] {
            const HttpAnswer answer =
                post(server, kOwner, u"/admin/projects"_s, {{u"id"_s, u"third"_s}, {u"name"_s, u"3"_s}});
            status = answer.status;
            message = answer.json().value("message"_L1).toString();
            return message.contains("nothing was done"_L1);
        },
        20'000));
    QCOMPARE(status, 503);
    QCOMPARE(server.get(u"/admin/keys"_s, bearer(kOwner)).status, 200); // as it was last
}

QTEST_GUILESS_MAIN(AdminTest)
#include "tst_admin.moc"
