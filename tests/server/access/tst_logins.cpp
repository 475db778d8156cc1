#include "server/access/logins.h"
#include "server/admin/adminroutes.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/testissuer.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

constexpr char kOwner[] = "owner-of-this-run-0123456789abcdef";

Headers bearer(const QByteArray &token)
{
    return {{"Authorization", "Bearer " + token}};
}

// A server on this machine that trusts an issuer on this machine.
struct Desk {
    explicit Desk(const std::function<void(Settings &)> &change = {})
    {
        [&] { QVERIFY(issuer.start()); }();
        server.settings.issuer = issuer.url();
        server.settings.audience = issuer.audience;
        server.settings.clientId = issuer.clientId;
        server.settings.ownerToken = QString::fromLatin1(kOwner);
        if (change)
            change(server.settings);
        clock.set(QDateTime::currentMSecsSinceEpoch());
    }
    bool start() { return server.startCore({}, &clock); }
    QByteArray token(const QJsonObject &changes = {}) const { return issuer.accessToken(changes); }
    HttpAnswer me(const QByteArray &token) { return server.get(u"/me"_s, bearer(token)); }
    // As the owner of the server, who administers all projects.
    HttpAnswer act(const QString &path, const QJsonObject &body)
    {
        return server.call("POST", path, QJsonDocument(body).toJson(), bearer(kOwner));
    }
    bool addMember(const QString &subject, const QString &project, const QString &role = u"viewer"_s)
    {
        return act(u"/admin/members"_s, {{u"project"_s, project}, {u"subject"_s, subject}, {u"role"_s, role}}).status ==
               200;
    }
    bool removeMember(const QString &subject, const QString &project)
    {
        return act(u"/admin/members/remove"_s, {{u"project"_s, project}, {u"subject"_s, subject}}).status == 200;
    }
    bool addProject(const QString &id)
    {
        if (act(u"/admin/projects"_s, {{u"id"_s, id}}).status != 200)
            return false;
        return spinUntil([&] { return server.get(u"/events/stats?project="_s + id, bearer(kOwner)).status == 200; },
                         10'000);
    }
    QByteArray addKey(const QString &project, const QString &role)
    {
        const HttpAnswer made = act(u"/admin/keys"_s, {{u"project"_s, project}, {u"role"_s, role}});
        return made.data().value(u"key"_s).toString().toLatin1();
    }

    TestIssuer issuer;
    ManualClock clock;
    TestServer server;
};

// Until it is closed: what was said at last, and the code.
struct End {
    QString error;
    int closeCode = 0;
};
End endOf(LiveClient &client)
{
    spinUntil([&] { return client.closed; }, 5'000);
    const auto errors = client.all<wire::Error>();
    return {errors.isEmpty() ? QString() : errors.last().code, client.closed ? int(client.socket.closeCode()) : 0};
}

} // namespace

// A server whose readers log in: over HTTP and on sockets.
class LoginsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tokensOpenTheDoor();
    void otherProofsGoOnBesideLogins();
    void deniedAnswersHelp();
    void serverStartsWithoutItsIssuer();
    void socketsWaitForKeysBeforeTheHandshake();
    void configSaysWhereToLogIn();
    void roles_data();
    void roles();
    void projectsOfClaims_data();
    void projectsOfClaims();
    void membersDecideWithoutAClaim();
    void adminsOfOneProjectAdministerThatOne();
    void expiredLoginIsCut();
    void freshTokenKeepsTheSocket();
    void leewayHoldsOnSocketsToo();
    void authenticateAsTheFirstMessage();
    void wrongTokenOnAnOpenSocketIsCut();
    void guessingOnSocketsIsHeldUp();
    void expiredLoginsAreNoGuesses();
    void largeBodiesDoNotWait();
    void metricsTellOfTheIssuer();
    void issuerAwayDoesNotCutAnOpenSocket();
    void revokedKeyIsCut();
    void expiredKeyIsCut();
    void removedMemberIsCut();
    void lostProjectEndsItsSubscription();
    void projectsNeverCross();
    void stopAnswersThoseWhoWait();
};

void LoginsTest::tokensOpenTheDoor()
{
    Desk desk;
    QVERIFY(desk.start());
    for (const QString &path : {u"/events"_s, u"/events/stats"_s, u"/export/csv"_s, u"/rejections"_s, u"/metrics"_s})
        QCOMPARE(desk.server.get(path).status, 401); // although it is this machine
    const QByteArray token = desk.token();
    for (const QString &path : {u"/events"_s, u"/events/stats"_s, u"/export/csv"_s, u"/rejections"_s, u"/metrics"_s})
        QCOMPARE(desk.server.get(path, bearer(token)).status, 200);
    const QJsonObject me = desk.me(token).data();
    QCOMPARE(me.value(u"subject"_s).toString(), u"user:user-1"_s);
    QCOMPARE(me.value(u"name"_s).toString(), u"Ada Lovelace"_s);
    QCOMPARE(me.value(u"role"_s).toString(), u"viewer"_s);
    QVERIFY(me.value(u"projects"_s).isNull());
    QVERIFY(me.value(u"expiresAt"_s).toString().endsWith(u'Z'));

    LiveClient client(wire::Format::Cbor);
    QVERIFY(client.open(desk.server.url, bearer(token)));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    LiveClient refused;
    QVERIFY(!refused.open(desk.server.url, bearer(desk.token({{u"aud"_s, u"https://other.example"_s}}))));
    QVERIFY(refused.messages.isEmpty());
}

void LoginsTest::otherProofsGoOnBesideLogins()
{
    Desk desk([](Settings &settings) { settings.viewerToken = u"viewers-0123456789abcdef0123456789abcdef"_s; });
    QVERIFY(desk.start());
    QCOMPARE(desk.me(desk.server.settings.viewerToken.toLatin1()).data().value(u"subject"_s).toString(),
             u"viewer-token"_s);
    QCOMPARE(desk.me(kOwner).data().value(u"role"_s).toString(), u"admin"_s);
    const QByteArray viewer = desk.addKey(u"default"_s, u"viewer"_s);
    QVERIFY(!viewer.isEmpty());
    QCOMPARE(desk.me(viewer).status, 200);
    QCOMPARE(desk.me(viewer).data().value(u"projects"_s), QJsonValue(QJsonArray{u"default"_s}));
    QCOMPARE(desk.me(desk.token()).status, 200);
    QCOMPARE(desk.me(desk.addKey(u"default"_s, u"sender"_s)).status, 403);
    QCOMPARE(desk.me("nonsense").status, 401);
    QCOMPARE(desk.server.post(eventJson()).status, 200); // senders send as before
    QCOMPARE(desk.server.call("POST", u"/webhook"_s, eventJson(), bearer(desk.token())).status, 401);
}

void LoginsTest::deniedAnswersHelp()
{
    Desk desk([](Settings &settings) { settings.rolesClaim = u"roles"_s; });
    QVERIFY(desk.start());
    const HttpAnswer nothing = desk.server.get(u"/events"_s);
    QCOMPARE(nothing.header("WWW-Authenticate"), QByteArray("Bearer realm=\"entvas\""));
    QVERIFY(nothing.json().value(u"message"_s).toString().contains(u"login is needed"_s));

    const QByteArray old = desk.token({{u"exp"_s, desk.clock.nowMs() / 1'000 - 3'600}, {u"roles"_s, u"viewer"_s}});
    const HttpAnswer expired = desk.server.get(u"/events"_s, bearer(old));
    QCOMPARE(expired.status, 401);
    QCOMPARE(
        expired.header("WWW-Authenticate"),
        QByteArray("Bearer realm=\"entvas\", error=\"invalid_token\", error_description=\"The token has expired; log "
                   "in again\""));
    QCOMPARE(expired.json().value(u"message"_s).toString(), u"The token has expired; log in again"_s);
    QVERIFY(!expired.body.contains(old.right(40)));

    const HttpAnswer denied = desk.server.get(u"/events"_s, bearer(desk.token()));
    QCOMPARE(denied.status, 403);
    QVERIFY(denied.header("WWW-Authenticate").contains("error=\"insufficient_scope\""));
    QVERIFY(denied.json().value(u"message"_s).toString().contains(u"claim \"roles\""_s));
    QVERIFY(!denied.header("WWW-Authenticate").contains("claim \"roles\"")); // quotes would end the value
}

void LoginsTest::serverStartsWithoutItsIssuer()
{
    Desk desk;
    desk.issuer.stop();
    QVERIFY(desk.start());
    QCOMPARE(desk.server.get(u"/ready"_s).status, 200);
    const HttpAnswer unknown = desk.me(desk.token());
    QCOMPARE(unknown.status, 503);
    QCOMPARE(unknown.header("Retry-After"), QByteArray("1"));
    QVERIFY(unknown.json().value(u"message"_s).toString().contains(u"issuer of logins does not answer"_s));
    QCOMPARE(desk.me(kOwner).status, 200);
    LiveClient refused;
    QVERIFY(!refused.open(desk.server.url, bearer(desk.token())));
    QVERIFY(desk.issuer.start(desk.issuer.port()));
    QVERIFY(spinUntil([&] { return desk.me(desk.token()).status == 200; }, 10'000));
}

void LoginsTest::socketsWaitForKeysBeforeTheHandshake()
{
    Desk desk;
    desk.issuer.delayMs = 300;
    QVERIFY(desk.start());
    LiveClient good; // before the keys are there
    LiveClient bad;
    QVERIFY(good.open(desk.server.url, bearer(desk.token())));
    desk.issuer.rotateKey();
    const TestKey stranger = TestKey::rsa(2'048, desk.issuer.keys.first().kid());
    QVERIFY(!bad.open(desk.server.url, bearer(stranger.sign({}, {{u"iss"_s, desk.issuer.url()}}))));
    LiveClient rotated;
    QVERIFY(rotated.open(desk.server.url, bearer(desk.token())));
}

void LoginsTest::configSaysWhereToLogIn()
{
    Desk desk([](Settings &settings) { settings.corsOrigins = {u"https://desk.example"_s}; });
    QVERIFY(desk.start());
    const HttpAnswer config = desk.server.get(u"/auth/config"_s, {{"Origin", "https://desk.example"}});
    QCOMPARE(config.status, 200);
    QCOMPARE(config.data(), (QJsonObject{{u"required"_s, true},
                                         {u"issuer"_s, desk.issuer.url()},
                                         {u"clientId"_s, desk.issuer.clientId},
                                         {u"audience"_s, desk.issuer.audience},
                                         {u"scope"_s, u"openid profile email offline_access"_s}}));
    QCOMPARE(config.header("Access-Control-Allow-Origin"), QByteArray("https://desk.example"));

    TestServer open;
    QVERIFY(open.startCore());
    QCOMPARE(open.get(u"/auth/config"_s).data(),
             (QJsonObject{{u"required"_s, false}, {u"scope"_s, u"openid profile email offline_access"_s}}));
    QCOMPARE(open.get(u"/me"_s).data().value(u"subject"_s).toString(), u"local"_s);
    open.stop();
    open.settings.viewerToken = u"x"_s;
    QVERIFY(open.startCore());
    QCOMPARE(open.get(u"/auth/config"_s).data().value(u"required"_s), QJsonValue(true));
}

void LoginsTest::roles_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<QString>("role"); // empty: 403
    const auto row = [](const char *name, const QString &setting, const QJsonObject &claims, const QString &role) {
        QTest::newRow(name) << setting << claims << role;
    };
    const auto url = u"https://entvas.example/roles"_s;
    const QJsonArray admin{u"other"_s, u"viewer"_s, u"entvas:admin"_s};
    row("not asked for", {}, {{u"roles"_s, u"admin"_s}}, u"viewer"_s);
    row("one string", u"roles"_s, {{u"roles"_s, u"viewer"_s}}, u"viewer"_s);
    row("a list, admin wins", u"roles"_s, {{u"roles"_s, admin}}, u"admin"_s);
    row("a scope", u"scope"_s, {{u"scope"_s, u"openid entvas:viewer"_s}}, u"viewer"_s);
    row("a name with dots", url, {{url, QJsonArray{u"admin"_s}}}, u"admin"_s);
    row("a path", u"realm_access.roles"_s, {{u"realm_access"_s, QJsonObject{{u"roles"_s, admin}}}}, u"admin"_s);
    row("the whole name before the path", u"a.b"_s,
        {{u"a.b"_s, u"viewer"_s}, {u"a"_s, QJsonObject{{u"b"_s, u"admin"_s}}}}, u"viewer"_s);
    row("a path through names with dots", u"access.my.client.roles"_s,
        {{u"access"_s, QJsonObject{{u"my.client"_s, QJsonObject{{u"roles"_s, u"admin"_s}}}}}}, u"admin"_s);
    row("missing", u"roles"_s, {}, {});
    row("another role", u"roles"_s, {{u"roles"_s, QJsonArray{u"sender"_s, u"Admin"_s, u"administrator"_s}}}, {});
    row("true", u"roles"_s, {{u"roles"_s, true}}, {});
    row("an object", u"roles"_s, {{u"roles"_s, QJsonObject{{u"admin"_s, true}}}}, {});
    row("lists within", u"roles"_s, {{u"roles"_s, QJsonArray{QJsonArray{u"admin"_s}}}}, {});
    row("path into a list", u"a.b"_s, {{u"a"_s, QJsonArray{QJsonObject{{u"b"_s, u"admin"_s}}}}}, {});
}

void LoginsTest::roles()
{
    QFETCH(QString, setting);
    QFETCH(QJsonObject, claims);
    QFETCH(QString, role);
    Desk desk([&](Settings &settings) { settings.rolesClaim = setting; });
    QVERIFY(desk.start());
    const HttpAnswer me = desk.me(desk.token(claims));
    QCOMPARE(me.status, role.isEmpty() ? 403 : 200);
    QCOMPARE(me.data().value(u"role"_s).toString(), role);
    QCOMPARE(desk.server.get(u"/admin/keys"_s, bearer(desk.token(claims))).status, role == u"admin" ? 200 : 403);
}

void LoginsTest::projectsOfClaims_data()
{
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<QJsonValue>("projects"); // undefined: 403
    const auto row = [](const char *name, const QJsonObject &claims, const QJsonValue &projects) {
        QTest::newRow(name) << claims << projects;
    };
    const auto claim = u"projects"_s;
    row("list", {{claim, QJsonArray{u"shop"_s, u"blog"_s, u"shop"_s}}}, QJsonArray{u"shop"_s, u"blog"_s});
    row("string", {{claim, u"shop blog"_s}}, QJsonArray{u"shop"_s, u"blog"_s});
    row("all", {{claim, u"*"_s}}, QJsonValue::Null);
    row("all in a list", {{claim, QJsonArray{u"*"_s}}}, QJsonValue::Null);
    row("missing", {}, QJsonValue::Undefined);
    row("empty list", {{claim, QJsonArray{}}}, QJsonValue::Undefined);
    row("no ids", {{claim, QJsonArray{u"Shop!"_s, 1, u"**"_s}}}, QJsonValue::Undefined);
    row("true", {{claim, true}}, QJsonValue::Undefined);
}

void LoginsTest::projectsOfClaims()
{
    QFETCH(QJsonObject, claims);
    QFETCH(QJsonValue, projects);
    Desk desk([](Settings &settings) { settings.projectsClaim = u"projects"_s; });
    QVERIFY(desk.start());
    const HttpAnswer me = desk.me(desk.token(claims));
    QCOMPARE(me.status, projects.isUndefined() ? 403 : 200);
    QCOMPARE(me.data().value(u"projects"_s), projects);
    // Members have no say then.
    QVERIFY(desk.addMember(u"user-1"_s, u"default"_s));
    QCOMPARE(desk.me(desk.token(claims)).data().value(u"projects"_s), projects);
}

void LoginsTest::membersDecideWithoutAClaim()
{
    Desk desk;
    QVERIFY(desk.start());
    QVERIFY(desk.me(desk.token()).data().value(u"projects"_s).isNull()); // open to every login
    QVERIFY(desk.addMember(u"somebody else"_s, u"default"_s));
    const HttpAnswer none = desk.me(desk.token());
    QCOMPARE(none.status, 403);
    QVERIFY(none.json().value(u"message"_s).toString().contains(u"member of no project"_s));
    LiveClient refused;
    QVERIFY(!refused.open(desk.server.url, bearer(desk.token())));
    QVERIFY(desk.addMember(u"user-1"_s, u"default"_s));
    QCOMPARE(desk.me(desk.token()).data().value(u"projects"_s), QJsonValue(QJsonArray{u"default"_s}));
    QCOMPARE(desk.server.get(u"/events"_s, bearer(desk.token())).status, 200);
    QCOMPARE(desk.server.get(u"/metrics"_s, bearer(desk.token())).status, 403);
    // A subject is compared as it is: no case, no part.
    for (const QString &subject : {u"USER-1"_s, u"user-"_s, u"user-1 "_s, u"somebody"_s})
        QCOMPARE(desk.me(desk.token({{u"sub"_s, subject}})).status, 403);
    // And it is still so after a restart, from the first moment on.
    QVERIFY(desk.server.stop());
    QVERIFY(desk.start());
    QCOMPARE(desk.me(desk.token({{u"sub"_s, u"x"_s}})).status, 403);
    QCOMPARE(desk.me(desk.token()).status, 200);
}

void LoginsTest::adminsOfOneProjectAdministerThatOne()
{
    Desk desk;
    QVERIFY(desk.start());
    QVERIFY(desk.addProject(u"shop"_s));
    QVERIFY(desk.addMember(u"user-1"_s, u"shop"_s, u"admin"_s));
    QVERIFY(desk.addMember(u"user-1"_s, u"default"_s));
    const QJsonObject me = desk.me(desk.token()).data();
    QCOMPARE(me.value(u"role"_s).toString(), u"admin"_s);
    QCOMPARE(me.value(u"administers"_s), QJsonValue(QJsonArray{u"shop"_s}));
    const auto makeKey = [&](const QString &project) {
        const QJsonObject body{{u"project"_s, project}, {u"role"_s, u"viewer"_s}};
        return desk.server.call("POST", u"/admin/keys"_s, QJsonDocument(body).toJson(), bearer(desk.token())).status;
    };
    QCOMPARE(makeKey(u"shop"_s), 200);
    QVERIFY(makeKey(u"default"_s) >= 403);
    const HttpAnswer keys = desk.server.get(u"/admin/keys"_s, bearer(desk.token()));
    QCOMPARE(keys.data().value(u"keys"_s).toArray().size(), 1);
    const QJsonArray audit =
        desk.server.get(u"/admin/audit"_s, bearer(desk.token())).data().value(u"records"_s).toArray();
    QVERIFY(!audit.isEmpty());
    for (const QJsonValue &record : audit)
        QCOMPARE(record[u"project"_s].toString(), u"shop"_s);
    QCOMPARE(audit.first()[u"subject"_s].toString(), u"user:user-1"_s);
}

void LoginsTest::expiredLoginIsCut()
{
    Desk desk;
    QVERIFY(desk.start());
    LiveClient client(wire::Format::Cbor);
    LiveClient other;
    QVERIFY(client.open(desk.server.url, bearer(desk.token({{u"exp"_s, desk.clock.nowMs() / 1'000 + 30}}))));
    QVERIFY(other.open(desk.server.url, bearer(desk.token())));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QVERIFY(!spinUntil([&] { return client.closed; }, 1'500));
    desk.clock.advance(31'000);
    const End end = endOf(client);
    QCOMPARE(end.error, u"token_expired"_s);
    QCOMPARE(end.closeCode, 1008);
    QVERIFY(!other.closed);
    QCOMPARE(desk.server.post(eventJson()).status, 200);
    QCOMPARE(client.totals.events, 0); // it heard nothing of what came later
}

void LoginsTest::freshTokenKeepsTheSocket()
{
    Desk desk;
    QVERIFY(desk.start());
    const qint64 nowSeconds = desk.clock.nowMs() / 1'000;
    for (const wire::Format format : {wire::Format::Json, wire::Format::Cbor}) {
        LiveClient client(format);
        QVERIFY(client.open(desk.server.url, bearer(desk.token({{u"exp"_s, nowSeconds + 100}}))));
        client.subscribe();
        QVERIFY(client.waitForPicture());
        client.send(wire::Authenticate{QString::fromLatin1(desk.token({{u"exp"_s, nowSeconds + 3'600}}))});
        QVERIFY(spinUntil([&] { return client.count<wire::Authenticated>() == 1; }));
        QCOMPARE(client.all<wire::Authenticated>().first().expiresAtMs, (nowSeconds + 3'600) * 1'000);
        desk.clock.advance(101'000);
        QVERIFY(!spinUntil([&] { return client.closed; }, 2'500));
        const qint64 had = client.totals.events;
        QCOMPARE(desk.server.post(eventJson()).status, 200);
        QVERIFY(client.waitForEvents(had + 1)); // its subscription goes on
        QCOMPARE(client.count<wire::Hello>(), 1);
        desk.clock.set(nowSeconds * 1'000);
    }
}

// Whoever gets in by the leeway alone must not be cut at once, and come back, and be cut …
void LoginsTest::leewayHoldsOnSocketsToo()
{
    Desk desk;
    QVERIFY(desk.start());
    LiveClient client;
    QVERIFY(client.open(desk.server.url, bearer(desk.token({{u"exp"_s, desk.clock.nowMs() / 1'000 - 30}}))));
    QVERIFY(!spinUntil([&] { return client.closed; }, 2'500));
    desk.clock.advance(31'000);
    QCOMPARE(endOf(client).error, u"token_expired"_s);
}

void LoginsTest::authenticateAsTheFirstMessage()
{
    Desk desk;
    desk.issuer.delayMs = 200; // so that it has to wait for the keys
    QVERIFY(desk.start());
    LiveClient client;
    QVERIFY(client.open(desk.server.url, {}, false));
    client.send(wire::Authenticate{QString::fromLatin1(desk.token())});
    QVERIFY(spinUntil([&] { return client.count<wire::Hello>() == 1; }));
    QCOMPARE(client.count<wire::Authenticated>(), 0);
    LiveClient wrong;
    QVERIFY(wrong.open(desk.server.url, {}, false));
    wrong.send(wire::Authenticate{QString::fromLatin1(desk.token({{u"aud"_s, u"x"_s}}))});
    const End end = endOf(wrong);
    QCOMPARE(end.error, u"unauthenticated"_s);
    QCOMPARE(end.closeCode, 1008);
    QCOMPARE(wrong.count<wire::Hello>(), 0);
}

void LoginsTest::wrongTokenOnAnOpenSocketIsCut()
{
    Desk desk;
    QVERIFY(desk.start());
    LiveClient client;
    QVERIFY(client.open(desk.server.url, bearer(desk.token())));
    client.send(wire::Authenticate{QString::fromLatin1(desk.token({{u"iss"_s, u"https://evil.example/"_s}}))});
    const End end = endOf(client);
    QCOMPARE(end.error, u"unauthenticated"_s);
    QCOMPARE(end.closeCode, 1008);
}

void LoginsTest::guessingOnSocketsIsHeldUp()
{
    Desk desk([](Settings &settings) { settings.viewerToken = u"short"_s; });
    ServerLimits limits;
    limits.authBurst = 3;
    QVERIFY(desk.server.startCore({}, &desk.clock, limits));
    const auto attempt = [&](const QString &token) {
        LiveClient client;
        if (!client.open(desk.server.url, {}, false))
            return QString();
        client.send(wire::Authenticate{token});
        spinUntil([&] { return client.count<wire::Hello>() + client.count<wire::Error>() > 0; });
        return client.count<wire::Hello>() > 0 ? u"in"_s : client.all<wire::Error>().value(0).message;
    };
    for (int i = 0; i < limits.authBurst; ++i)
        QVERIFY(attempt(u"guess%1"_s.arg(i)).contains(u"neither the viewer token"_s));
    QVERIFY(attempt(u"short"_s).contains(u"Too many wrong"_s));    // not even compared
    QCOMPARE(desk.me("short").status, 429);                        // and it is one count for all doors
    QCOMPARE(attempt(QString::fromLatin1(desk.token())), u"in"_s); // a login is never held up
    desk.clock.advance(60'000);
    QCOMPARE(attempt(u"short"_s), u"in"_s);
}

void LoginsTest::expiredLoginsAreNoGuesses()
{
    Desk desk;
    ServerLimits limits;
    limits.authBurst = 2;
    QVERIFY(desk.server.startCore({}, &desk.clock, limits));
    QVERIFY(desk.me(desk.token()).status == 200);
    const QByteArray expired = desk.token({{u"exp"_s, desk.clock.nowMs() / 1'000 - 3'600}});
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(desk.me(expired).status, 401);
        LiveClient client;
        QVERIFY(client.open(desk.server.url, {}, false));
        client.send(wire::Authenticate{QString::fromLatin1(expired)});
        const End end = endOf(client);
        QCOMPARE(end.error, u"unauthenticated"_s);
        QCOMPARE(end.closeCode, 1008);
    }
    for (const int status : {401, 401, 429})
        QCOMPARE(desk.me("a.b.c").status, status);
}

// What nobody has proved yet waits for the issuer, and holds its memory: not with a body that no route takes.
void LoginsTest::largeBodiesDoNotWait()
{
    Desk desk;
    desk.issuer.delayMs = 60'000;
    QVERIFY(desk.start());
    const QByteArray body(AdminRoutes::kMaxBodyBytes + 1, ' ');
    for (const QString &path : {u"/admin/keys"_s, u"/admin/members/remove"_s})
        QCOMPARE(desk.server.call("POST", path, body, bearer(desk.token())).status, 413);
}

void LoginsTest::metricsTellOfTheIssuer()
{
    Desk desk;
    QVERIFY(desk.start());
    QCOMPARE(desk.me(desk.token()).status, 200);
    const MetricsText metrics(desk.server.get(u"/metrics"_s, bearer(kOwner)).body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.value("entvas_issuer_fetches_total{result=\"ok\"}"), 1.0);
    QCOMPARE(metrics.value("entvas_issuer_fetches_total{result=\"failed\"}"), 0.0);
    QCOMPARE(metrics.value("entvas_issuer_keys"), 1.0);
    QCOMPARE(metrics.value("entvas_logins_waiting_limit"), double(Logins::kMaxWaiting));
}

void LoginsTest::issuerAwayDoesNotCutAnOpenSocket()
{
    Desk desk;
    QVERIFY(desk.start());
    LiveClient client;
    QVERIFY(client.open(desk.server.url, bearer(desk.token())));
    desk.issuer.rotateKey();
    desk.issuer.stop();
    client.send(wire::Authenticate{QString::fromLatin1(desk.token())});
    QVERIFY(spinUntil([&] { return client.count<wire::Error>() == 1; }, 10'000));
    QCOMPARE(client.all<wire::Error>().first().code, u"unavailable"_s);
    QVERIFY(!spinUntil([&] { return client.closed; }, 1'500));
}

void LoginsTest::revokedKeyIsCut()
{
    Desk desk;
    QVERIFY(desk.start());
    const QByteArray key = desk.addKey(u"default"_s, u"viewer"_s);
    LiveClient client;
    LiveClient login;
    QVERIFY(client.open(desk.server.url, bearer(key)));
    QVERIFY(login.open(desk.server.url, bearer(desk.token())));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QCOMPARE(desk.act(u"/admin/keys/revoke"_s, {{u"id"_s, apiKeyId(key)}}).status, 200);
    const End end = endOf(client);
    QCOMPARE(end.error, u"token_revoked"_s);
    QCOMPARE(end.closeCode, 1008);
    QVERIFY(!login.closed);
    QCOMPARE(desk.me(key).status, 401);
}

void LoginsTest::expiredKeyIsCut()
{
    Desk desk;
    QVERIFY(desk.start());
    const QByteArray key = desk.addKey(u"default"_s, u"viewer"_s);
    LiveClient client;
    QVERIFY(client.open(desk.server.url, bearer(key)));
    QCOMPARE(desk.act(u"/admin/keys/expire"_s, {{u"id"_s, apiKeyId(key)}, {u"inHours"_s, 1}}).status, 200);
    QVERIFY(!spinUntil([&] { return client.closed; }, 1'500));
    desk.clock.advance(3'600'001);
    QCOMPARE(endOf(client).error, u"token_expired"_s);
}

void LoginsTest::removedMemberIsCut()
{
    Desk desk;
    QVERIFY(desk.start());
    QVERIFY(desk.addMember(u"user-1"_s, u"default"_s));
    QVERIFY(desk.addMember(u"user-2"_s, u"default"_s));
    LiveClient one;
    LiveClient two;
    QVERIFY(one.open(desk.server.url, bearer(desk.token())));
    QVERIFY(two.open(desk.server.url, bearer(desk.token({{u"sub"_s, u"user-2"_s}}))));
    QVERIFY(desk.removeMember(u"user-1"_s, u"default"_s));
    const End end = endOf(one);
    QCOMPARE(end.error, u"token_revoked"_s);
    QCOMPARE(end.closeCode, 1008);
    QVERIFY(!two.closed);
}

void LoginsTest::lostProjectEndsItsSubscription()
{
    Desk desk;
    QVERIFY(desk.start());
    QVERIFY(desk.addProject(u"shop"_s));
    QVERIFY(desk.addMember(u"user-1"_s, u"default"_s));
    QVERIFY(desk.addMember(u"user-1"_s, u"shop"_s));
    const QByteArray sender = desk.addKey(u"shop"_s, u"sender"_s);
    LiveClient client;
    QVERIFY(client.open(desk.server.url, bearer(desk.token())));
    QCOMPARE(client.all<wire::Hello>().first().projects.size(), 2);
    client.send(wire::Subscribe{u"shop"_s, std::nullopt, true});
    QVERIFY(client.waitForPicture());
    QVERIFY(desk.removeMember(u"user-1"_s, u"shop"_s));
    QVERIFY(spinUntil([&] { return client.count<wire::Error>() == 1; }));
    QCOMPARE(client.all<wire::Error>().first().ref, u"shop"_s);
    const qsizetype heard = client.messages.size();
    QCOMPARE(desk.server.call("POST", u"/webhook"_s, eventJson("secret"), {{"X-API-Key", sender}}).status, 200);
    client.subscribe(); // of what is left
    QVERIFY(client.waitForPicture());
    for (qsizetype i = heard; i < client.messages.size(); ++i)
        QVERIFY(!wire::encode(client.messages[i], wire::Format::Json).contains("secret"));
    QVERIFY(!client.closed);
    // A token of somebody who sees less ends what that one may not see; nobody else's picture comes with it.
    QVERIFY(desk.addMember(u"user-2"_s, u"shop"_s));
    client.send(wire::Authenticate{QString::fromLatin1(desk.token({{u"sub"_s, u"user-2"_s}}))});
    QVERIFY(spinUntil([&] { return client.count<wire::Authenticated>() == 1; }));
    QCOMPARE(client.all<wire::Error>().last().ref, u"default"_s);
}

// Two tenants: whatever one may ask for, no byte of the other comes.
void LoginsTest::projectsNeverCross()
{
    Desk desk([](Settings &settings) { settings.projectsClaim = u"projects"_s; });
    QVERIFY(desk.start());
    const QStringList projects{u"alpha"_s, u"beta"_s};
    QMap<QString, QByteArray> senders;
    for (const QString &project : projects) {
        QVERIFY(desk.addProject(project));
        senders[project] = desk.addKey(project, u"sender"_s);
        const QByteArray mark = "mark_of_" + project.toLatin1();
        QCOMPARE(
            desk.server.call("POST", u"/webhook"_s, eventJson(mark, mark), {{"X-API-Key", senders[project]}}).status,
            200);
        QCOMPARE(desk.server
                     .call("POST", u"/webhook"_s, R"({"eventType":"x","bad)" + mark + R"(":1})",
                           {{"X-API-Key", senders[project]}})
                     .status,
                 400);
    }
    for (const QString &mine : projects) {
        const QString theirs = projects[mine == projects[0] ? 1 : 0];
        const QByteArray token = desk.token({{u"sub"_s, mine}, {u"projects"_s, mine}});
        const QByteArray foreign = "mark_of_" + theirs.toLatin1();
        const QByteArray own = "mark_of_" + mine.toLatin1();
        for (const QString &path : {u"/events"_s, u"/events/stats"_s, u"/export/csv"_s, u"/export/json"_s,
                                    u"/export/ndjson"_s, u"/rejections"_s}) {
            const HttpAnswer usual = desk.server.get(path, bearer(token));
            QCOMPARE(usual.status, 200);
            QVERIFY2(usual.body.contains(own), qPrintable(path));
            QVERIFY2(!usual.body.contains(foreign), qPrintable(path));
            for (const QString &query : {u"?project="_s + theirs, u"?project=default"_s, u"?project=%00"_s,
                                         u"?project="_s + mine + u"&project="_s + theirs}) {
                const HttpAnswer other = desk.server.get(path + query, bearer(token));
                QVERIFY2(!other.body.contains(foreign), qPrintable(path + query));
            }
            QCOMPARE(desk.server.get(path + u"?project="_s + theirs, bearer(token)).status, 404);
            QCOMPARE(desk.server.get(path + u"?project=nosuch"_s, bearer(token)).status, 404); // the same as above
        }
        QCOMPARE(desk.server.get(u"/metrics"_s, bearer(token)).status, 403);
        QCOMPARE(desk.server.get(u"/admin/keys"_s, bearer(token)).status, 403);

        LiveClient client;
        QVERIFY(client.open(desk.server.url, bearer(token)));
        QCOMPARE(client.all<wire::Hello>().first().projects.size(), 1);
        for (const QString &project : {theirs, u"default"_s, mine})
            client.send(wire::Subscribe{project, std::nullopt, true});
        QVERIFY(client.waitForPicture());
        QCOMPARE(client.count<wire::Error>(), 2);
        for (const QString &project : projects) {
            const QByteArray mark = "mark_of_" + project.toLatin1();
            QCOMPARE(desk.server.call("POST", u"/webhook"_s, eventJson(mark, mark), {{"X-API-Key", senders[project]}})
                         .status,
                     200);
        }
        QVERIFY(spinUntil([&] { return client.count<wire::Tail>() > 0; }));
        for (const wire::ServerMessage &message : client.messages)
            QVERIFY(!wire::encode(message, wire::Format::Json).contains(foreign));
    }
}

void LoginsTest::stopAnswersThoseWhoWait()
{
    Desk desk;
    desk.issuer.delayMs = 60'000;
    QVERIFY(desk.start());
    RawClient waiting(quint16(desk.server.url.port()));
    waiting.send("GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + desk.token() + "\r\n\r\n");
    QVERIFY(!spinUntil([&] { return !waiting.received.isEmpty(); }, 200));
    QElapsedTimer since;
    since.start();
    QVERIFY(desk.server.stop());
    QVERIFY2(since.elapsed() < ServerCore::kDrainMs, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(waiting.untilClosed().value(0).status, 503);
}

QTEST_GUILESS_MAIN(LoginsTest)
#include "tst_logins.moc"
