#include "core/maintenance/admin.h"
#include "tests/core/store/backends.h"
#include "tests/server/testserver.h"
#include "tests/support/spyproxy.h"
#include "tests/support/testissuer.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// Two tenants of one server, and a spy who reads every byte that the server sends to one of them: none of the other's
// may be among them, whatever is asked and by whom.
class TenantsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_backends.start();
        QVERIFY(m_issuer.start());
    }
    void cleanupTestCase() { m_backends.stop(); }

    void noByteCrosses_data() { Backends::addRows(); }
    void noByteCrosses();

private:
    // A tenant: its project, its keys, and words that are in nothing but what is its own.
    struct Tenant {
        QString project;
        QByteArray word;
        QByteArray sender;
        QByteArray viewer;
        QByteArray admin;
    };
    static Tenant make(const DatabaseUrl &url, const QString &project)
    {
        Tenant tenant{project, project.toLatin1() + "only", {}, {}, {}};
        Admin access(url);
        if (!access.open() || !access.createProject({project, QString::fromLatin1(tenant.word) + u"-name"_s}))
            return {};
        const auto key = [&](KeyRole role) {
            const auto made = access.createKey(project, role, QString::fromLatin1(tenant.word) + u"-key"_s, 0);
            return made ? made.value().text : QByteArray();
        };
        tenant.sender = key(KeyRole::Sender);
        tenant.viewer = key(KeyRole::Viewer);
        tenant.admin = key(KeyRole::Admin);
        return tenant;
    }
    // As the tenant's programs send: good and bad events, each with its word in every place that takes words.
    static QByteArray events(const Tenant &tenant)
    {
        QByteArray text =
            R"([{"eventType":"W-type","userId":"W-user","metadata":{"page":"W-page","browser":"W-browser",)"
            R"("more":"W-more"},"id":"same-id"},{"eventType":"W-type","userId":"W-user2"},)"
            R"({"eventType":"W-bad"},{"eventType":"W-bad","userId":"W-user","W-field":1}])";
        return text.replace("W-", tenant.word + '-');
    }
    // Everything that one of them can ask for, through the spy, in its own name and in the other's.
    void askForAll(quint16 port, const QByteArray &token, const Tenant &own, const Tenant &other);

    Backends m_backends;
    TestIssuer m_issuer;
    quint16 m_direct = 0; // the port of the server itself
};

void TenantsTest::askForAll(quint16 port, const QByteArray &token, const Tenant &own, const Tenant &other)
{
    TestServer through; // its call() only
    through.url = QUrl(u"http://127.0.0.1:%1"_s.arg(port));
    const Headers headers{{"Authorization", "Bearer " + token}};
    const QStringList paths{u"/"_s,
                            u"/health"_s,
                            u"/ready"_s,
                            u"/metrics"_s,
                            u"/me"_s,
                            u"/auth/config"_s,
                            u"/events"_s,
                            u"/events/stats"_s,
                            u"/rejections"_s,
                            u"/export/csv"_s,
                            u"/export/json"_s,
                            u"/export/ndjson"_s,
                            u"/admin/projects"_s,
                            u"/admin/keys"_s,
                            u"/admin/members"_s,
                            u"/admin/audit"_s};
    for (const QString &path : paths)
        for (const QString &query : {u""_s, u"?project="_s + own.project, u"?project="_s + other.project,
                                     u"?project="_s + own.project + u"&project="_s + other.project, u"?project=*"_s,
                                     u"?project=%"_s, u"?user="_s + QString::fromLatin1(other.word)})
            through.call("GET", path + query, {}, headers);
    // An id that the other used before must not give away the other's event, nor the other's key.
    through.call("POST", u"/webhook"_s, events(own), {{"X-API-Key", token}});
    const QByteArray foreignKey = R"({"id":")" + apiKeyId(other.viewer).toLatin1() + R"("})";
    for (const QString &act : {u"revoke"_s, u"rotate"_s, u"expire"_s})
        through.call("POST", u"/admin/keys/"_s + act, foreignKey, headers);
    through.call("POST", u"/admin/keys"_s, R"({"project":")" + other.project.toLatin1() + R"(","role":"viewer"})",
                 headers);
    for (const wire::Format format : {wire::Format::Json, wire::Format::Cbor}) {
        LiveClient client(format);
        if (!client.open(through.url, headers))
            continue; // a sender's key
        client.send(wire::Subscribe{other.project, std::nullopt, true});
        client.send(wire::Subscribe{own.project, std::nullopt, true});
        QVERIFY(client.waitForPicture());
        // Both send while it listens.
        for (const Tenant &tenant : {own, other}) {
            TestServer direct;
            direct.url = QUrl(u"http://127.0.0.1:%1"_s.arg(m_direct));
            QCOMPARE(direct.call("POST", u"/webhook"_s, events(tenant), {{"X-API-Key", tenant.sender}}).status, 200);
        }
        spinUntil([&] { return client.count<wire::Tail>() > 0; }, 3'000);
        spinUntil([] { return false; }, 300); // what is not meant for it would come now
        QVERIFY2(client.broken.isEmpty(), qPrintable(client.broken));
        QCOMPARE(client.count<wire::Snapshot>(), 1);
    }
}

void TenantsTest::noByteCrosses()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const Tenant shop = make(url, u"shop"_s);
    const Tenant blog = make(url, u"blog"_s);
    QVERIFY(!shop.admin.isEmpty() && !blog.admin.isEmpty());

    TestServer server;
    server.settings.database = url;
    server.settings.issuer = m_issuer.url();
    server.settings.audience = m_issuer.audience;
    server.settings.rolesClaim = u"roles"_s;
    server.settings.projectsClaim = u"projects"_s;
    QVERIFY2(server.start(), server.failure ? qPrintable(server.failure->text) : "it did not start in time");
    m_direct = quint16(server.url.port());
    for (const Tenant *tenant : {&shop, &blog})
        QCOMPARE(server.call("POST", u"/webhook"_s, events(*tenant), {{"X-API-Key", tenant->sender}}).status, 200);

    for (const auto &[own, other] : {std::pair{&shop, &blog}, std::pair{&blog, &shop}}) {
        const auto login = [&, own = own](const QString &role) {
            return m_issuer.accessToken({{u"roles"_s, QJsonArray{role}}, {u"projects"_s, QJsonArray{own->project}}});
        };
        SpyProxy spy(m_direct);
        QVERIFY(spy.start());
        for (const QByteArray &token : {own->sender, own->viewer, own->admin, login(u"viewer"_s), login(u"admin"_s)})
            askForAll(spy.port(), token, *own, *other);
        // The spy sees what is there to see …
        for (const char *place : {"-type", "-user", "-page", "-browser", "-more", "-bad", "-field", "-name", "-key"})
            QVERIFY2(spy.answers().contains(own->word + place), place);
        // … and of the other nothing: no word, no key, and not even that the project exists, which is said of any name.
        const qsizetype at = spy.answers().indexOf(other->word);
        QVERIFY2(at < 0, spy.answers().mid(std::max<qsizetype>(at - 500, 0), 800).constData());
        for (const QByteArray &key : {other->sender, other->viewer, other->admin})
            QVERIFY(!spy.answers().contains(key));
    }
    // The other's keys are as they were.
    const auto alive = server.call("GET", u"/events/stats"_s, {}, {{"Authorization", "Bearer " + blog.viewer}});
    QCOMPARE(alive.status, 200);
}

QTEST_GUILESS_MAIN(TenantsTest)
#include "tst_tenants.moc"
