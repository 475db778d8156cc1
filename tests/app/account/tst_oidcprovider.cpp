#include "app/account/login.h"
#include "server/api/server.h"
#include "tests/server/testserver.h"
#include "tests/support/scriptedbrowser.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The whole login at an issuer that is none of ours: the certified oidc-provider package, a server that trusts it, the
// desktop's login, and a script at the browser that signs in and consents. Needs Node.js and npm.
class OidcProviderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void logsInRefreshesAndRevokes();

private:
    static constexpr auto kAudience = "https://entvas.example";
    static constexpr auto kRoles = "https://entvas.example/roles";

    // A grant at the token endpoint, or its end at that of revocation.
    std::pair<int, QJsonObject> post(const QUrl &url, const QByteArray &form)
    {
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
        QNetworkReply *reply = m_network.post(request, form);
        spinUntil([=] { return reply->isFinished(); }, 10'000);
        reply->deleteLater();
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                QJsonDocument::fromJson(reply->readAll()).object()};
    }

    QTemporaryDir m_directory;
    QProcess m_issuer;
    QString m_url;
    QNetworkAccessManager m_network;
};

void OidcProviderTest::initTestCase()
{
    const QString node = QStandardPaths::findExecutable(u"node"_s);
    const QString npm = QStandardPaths::findExecutable(u"npm"_s);
    if (node.isEmpty() || npm.isEmpty())
        QSKIP("Node.js or npm is not installed: the login is tried at the issuer of tst_login only");
    for (const QString &name : {u"package.json"_s, u"issuer.mjs"_s})
        QVERIFY(QFile::copy(QStringLiteral(ENTVAS_OIDC_PROVIDER) + u'/' + name, m_directory.filePath(name)));
    QProcess install;
    install.setWorkingDirectory(m_directory.path());
    install.setProcessChannelMode(QProcess::MergedChannels);
    install.start(npm, {u"install"_s, u"--no-audit"_s, u"--no-fund"_s, u"--no-package-lock"_s, u"--ignore-scripts"_s});
    if (!install.waitForFinished(90'000) || install.exitCode() != 0)
        QSKIP("npm could not install oidc-provider; is there a registry that it can reach?");

    m_issuer.setWorkingDirectory(m_directory.path());
    m_issuer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_issuer.start(node, {u"issuer.mjs"_s, QLatin1StringView(kAudience), u"entvas-desktop"_s, u"600"_s});
    QByteArray out;
    while (!out.contains('\n') && m_issuer.waitForReadyRead(30'000))
        out += m_issuer.readAllStandardOutput();
    QVERIFY2(out.startsWith("ready "), out.constData());
    m_url = QString::fromUtf8(out.mid(6).trimmed());
}

void OidcProviderTest::cleanupTestCase()
{
    m_issuer.kill();
    m_issuer.waitForFinished();
}

void OidcProviderTest::logsInRefreshesAndRevokes()
{
    TestServer server;
    server.settings.issuer = m_url;
    server.settings.audience = QLatin1StringView(kAudience);
    server.settings.clientId = u"entvas-desktop"_s;
    server.settings.rolesClaim = QLatin1StringView(kRoles);
    QVERIFY2(server.start(), server.failure ? qPrintable(server.failure->text) : "it did not start in time");
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(server.get(u"/events"_s).status, 401);

    Login::Options options;
    options.config = oidc::readConfig(server.get(u"/auth/config"_s).data());
    QVERIFY(options.config.isRequired && options.config.hasLogin());
    QCOMPARE(options.config.issuer, m_url);
    ScriptedBrowser browser;
    browser.fillIn(u"login"_s, u"ada"_s);
    browser.fillIn(u"password"_s, u"any"_s);
    options.openBrowser = [&](const QUrl &url) {
        browser.open(url);
        return true;
    };
    Login login(options);
    std::optional<oidc::Tokens> tokens;
    QString failure;
    connect(&login, &Login::done, this, [&](const oidc::Tokens &got) { tokens = got; });
    connect(&login, &Login::failed, this, [&](const LoginFailure &why) { failure = why.text; });
    login.start();
    QVERIFY2(spinUntil([&] { return tokens || !failure.isEmpty(); }, 30'000), "the login neither ended nor failed");
    QVERIFY2(tokens, qPrintable(failure));
    QCOMPARE(tokens->identity.subject, u"ada"_s);
    QVERIFY(!tokens->refresh.isEmpty());
    // The person ends on a page of ours that says so and holds nothing of the login.
    QVERIFY(spinUntil([&] { return browser.isDone(); }));
    QCOMPARE(browser.status(), 200);
    QVERIFY(browser.page().contains("Entvas"));
    QVERIFY(!browser.page().contains(tokens->bearer.toUtf8()));
    QVERIFY(!browser.visited().last().hasQuery());

    const auto readsWith = [&](const QString &bearer) {
        return server.get(u"/me"_s, {{"Authorization", "Bearer " + bearer.toUtf8()}});
    };
    const HttpAnswer me = readsWith(tokens->bearer);
    QVERIFY2(me.status == 200, me.body.constData());
    QCOMPARE(me.data().value(u"role"_s).toString(), u"viewer"_s);
    LiveClient client(wire::Format::Cbor);
    QVERIFY(client.open(server.url, {{"Authorization", "Bearer " + tokens->bearer.toUtf8()}}));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QCOMPARE(client.totals.events, 1);

    // A refresh gives new tokens, which the open socket takes.
    const HttpAnswer discovered = [&] {
        TestServer issuer;
        issuer.url = QUrl(m_url);
        return issuer.get(u"/.well-known/openid-configuration"_s);
    }();
    const auto metadata = oidc::readMetadata(discovered.json(), m_url);
    QVERIFY(metadata.ok());
    const auto [status, json] = post(metadata->token, oidc::refreshForm(options.config.clientId, tokens->refresh));
    QCOMPARE(status, 200);
    const auto fresh = oidc::readTokens(json, options.config, {}, true, QDateTime::currentMSecsSinceEpoch());
    QVERIFY2(fresh.ok(), fresh.ok() ? "" : qPrintable(fresh.failure().text));
    QVERIFY(fresh->refresh != tokens->refresh);
    QCOMPARE(readsWith(fresh->bearer).status, 200);
    client.send(wire::Authenticate{fresh->bearer});
    QVERIFY(spinUntil([&] { return client.count<wire::Authenticated>() == 1; }));

    // Given up, it gives nothing any more.
    QCOMPARE(post(metadata->revoke, oidc::revokeForm(options.config.clientId, fresh->refresh, true)).first, 200);
    QVERIFY(post(metadata->token, oidc::refreshForm(options.config.clientId, fresh->refresh)).first >= 400);
}

QTEST_GUILESS_MAIN(OidcProviderTest)
#include "tst_oidcprovider.moc"
