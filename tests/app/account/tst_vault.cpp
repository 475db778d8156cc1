// Secrets in a real gnome-keyring on a bus of the test's own, and what becomes of them where there is none.
#include "app/account/vault.h"
#include "tests/support/keyringsession.h"

#include <QDir>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

const QUrl kServer(u"https://events.example.org:8443"_s);
const QUrl kOther(u"https://other.example.org"_s);
constexpr int kPatienceMs = 15'000;

SavedLogin ada(const QString &refresh = u"refresh-of-ada"_s)
{
    return {u"https://id.example.org/"_s, u"desk"_s, u"sub-ada"_s, u"Ada"_s, u"ada@example.org"_s, refresh};
}
SavedLogin bob()
{
    return {u"https://id.example.org/"_s, u"desk"_s, u"sub-bob"_s, u"Bob"_s, u"bob@example.org"_s, u"refresh-of-bob"_s};
}

ServerSecrets read(Vault &vault, const QUrl &server)
{
    ServerSecrets found;
    bool done = false;
    vault.read(server, &vault, [&](const ServerSecrets &secrets) {
        found = secrets;
        done = true;
    });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(done, kPatienceMs); }();
    return found;
}

ServerSecrets update(Vault &vault, const QUrl &server, const Vault::Change &change)
{
    ServerSecrets kept;
    bool done = false;
    vault.update(server, change, &vault, [&](const ServerSecrets &secrets) {
        kept = secrets;
        done = true;
    });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(done, kPatienceMs); }();
    return kept;
}

QByteArray everyByteBelow(const QString &folder)
{
    QByteArray all;
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden);
    for (const QFileInfo &file : files) {
        if (file.isDir()) {
            all += everyByteBelow(file.filePath());
        } else if (file.isFile()) {
            QFile content(file.filePath());
            if (content.open(QIODevice::ReadOnly))
                all += content.readAll();
        }
    }
    return all;
}

} // namespace

class TestVault : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void loginsOutlastTheProgram();
    void entriesKnowOnlyTheirServer();
    void whatIsForgottenIsGone();
    void twoProgramsChangeOneEntry();
    void loginsHaveABound();
    void answersOnlyWhoIsStillThere();
    void nothingOfItIsInTheSettings();
    void aLockedEntryIsNotOverwritten();
    void anEntryThatIsGoneIsWrittenAnew();
    void withoutAKeyring_data();
    void withoutAKeyring();
    void keepsInMemory(); // in a process of its own, see withoutAKeyring()

private:
    const bool m_isChild = qEnvironmentVariableIsSet("ENTVAS_TEST_NO_KEYRING");
    std::unique_ptr<KeyringSession> m_session;
    QTemporaryDir m_config;
};

#define NEEDS_KEYRING()                                                                                                \
    if (m_isChild)                                                                                                     \
    QSKIP("in another process")

void TestVault::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    QVERIFY(QSettings().fileName().startsWith(m_config.path()));
    if (m_isChild)
        return;
    m_session = std::make_unique<KeyringSession>();
    const QString wrong = m_session->start();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestVault::loginsOutlastTheProgram()
{
    NEEDS_KEYRING();
    {
        Vault vault;
        QCOMPARE(vault.keeping(), Vault::Keeping::Unknown);
        update(vault, kServer, [](ServerSecrets &secrets) {
            secrets.put(bob());
            secrets.put(ada());
            secrets.viewerToken = u"a token"_s;
        });
        QCOMPARE(vault.keeping(), Vault::Keeping::Keyring);
    }
    Vault vault;
    const ServerSecrets secrets = read(vault, kServer);
    QCOMPARE(secrets.current, u"sub-ada"_s);
    QCOMPARE(secrets.logins, (QList<SavedLogin>{ada(), bob()}));
    QCOMPARE(secrets.viewerToken, u"a token"_s);
}

void TestVault::entriesKnowOnlyTheirServer()
{
    NEEDS_KEYRING();
    Vault vault;
    update(vault, kServer, [](ServerSecrets &secrets) { secrets.put(ada()); });
    QVERIFY(read(vault, kOther).isEmpty());
    QVERIFY(read(vault, QUrl(u"http://events.example.org:8443"_s)).isEmpty());
}

void TestVault::whatIsForgottenIsGone()
{
    NEEDS_KEYRING();
    Vault vault;
    update(vault, kOther, [](ServerSecrets &secrets) { secrets.put(ada()); });
    QCOMPARE(QSettings().value(u"accounts/servers"_s).toStringList(), QStringList{kOther.toString()});
    QVERIFY(update(vault, kOther, [](ServerSecrets &secrets) { secrets.remove(ada()); }).isEmpty());
    QVERIFY(QSettings().value(u"accounts/servers"_s).toStringList().isEmpty());
    QSettings().setValue(u"accounts/servers"_s, QStringList{kOther.toString()}); // so that it asks the keyring again
    Vault later;
    QVERIFY(read(later, kOther).isEmpty());
    QCOMPARE(later.keeping(), Vault::Keeping::Keyring);
}

void TestVault::twoProgramsChangeOneEntry()
{
    NEEDS_KEYRING();
    Vault one, two;
    update(one, kServer, [](ServerSecrets &secrets) {
        secrets = {};
        secrets.put(ada());
    });
    QCOMPARE(read(two, kServer).logins.size(), 1);
    update(two, kServer, [](ServerSecrets &secrets) { secrets.put(bob()); });
    const ServerSecrets kept = update(one, kServer, [](ServerSecrets &secrets) { secrets.put(ada(u"rotated"_s)); });
    QCOMPARE(kept.logins, (QList<SavedLogin>{ada(u"rotated"_s), bob()}));
    QCOMPARE(read(two, kServer).logins, kept.logins);
}

void TestVault::loginsHaveABound()
{
    NEEDS_KEYRING();
    Vault vault;
    const ServerSecrets kept = update(vault, kOther, [](ServerSecrets &secrets) {
        for (int i = 0; i < 20; ++i) {
            SavedLogin login = ada();
            login.subject = QString::number(i);
            secrets.put(login);
        }
    });
    QCOMPARE(kept.logins.size(), ServerSecrets::kMostLogins);
    QCOMPARE(kept.logins.first().subject, u"19"_s);
    int answered = 0;
    for (int i = 0; i < Vault::kMostTasks + 20; ++i)
        vault.read(kOther, this, [&](const ServerSecrets &) { ++answered; });
    QTRY_COMPARE_WITH_TIMEOUT(answered, int(Vault::kMostTasks) + 20, kPatienceMs);
}

void TestVault::answersOnlyWhoIsStillThere()
{
    NEEDS_KEYRING();
    Vault vault;
    auto asker = std::make_unique<QObject>();
    bool answered = false;
    vault.read(kServer, asker.get(), [&](const ServerSecrets &) { answered = true; });
    asker.reset();
    read(vault, kServer);
    QVERIFY(!answered);
    Vault gone;
    gone.read(kServer, this, [&](const ServerSecrets &) { answered = true; }); // its job outlives it
}

void TestVault::nothingOfItIsInTheSettings()
{
    NEEDS_KEYRING();
    Vault vault;
    update(vault, kServer, [](ServerSecrets &secrets) {
        secrets.put(ada(u"refresh-9f2c-hunted"_s));
        secrets.viewerToken = u"viewer-7d1a-hunted"_s;
    });
    QSettings().sync();
    const QByteArray settings = everyByteBelow(m_config.path());
    QVERIFY(settings.contains("events.example.org")); // else this looks at nothing
    for (const char *secret : {"hunted", "sub-ada", "ada@example.org"})
        QVERIFY2(!settings.contains(secret), secret);
    QVERIFY(!everyByteBelow(m_session->folder()).contains("hunted")); // the keyring's own file is encrypted
}

// Somebody closes the keyring's prompt, and opens it for the next login's write.
void TestVault::aLockedEntryIsNotOverwritten()
{
    NEEDS_KEYRING();
    {
        Vault vault;
        update(vault, kServer, [](ServerSecrets &secrets) {
            secrets = {};
            secrets.put(ada());
        });
    }
    QVERIFY(m_session->lock());
    Vault vault;
    const ServerSecrets kept = update(vault, kServer, [&](ServerSecrets &secrets) {
        m_session->unlock(); // too late to be read
        secrets.put(bob());
    });
    QVERIFY(kept.logins.contains(bob()));
    QVERIFY(m_session->unlock());
    Vault later;
    QVERIFY(read(later, kServer).logins.contains(ada()));
    QCOMPARE(later.keeping(), Vault::Keeping::Keyring);
}

void TestVault::anEntryThatIsGoneIsWrittenAnew()
{
    NEEDS_KEYRING();
    const QUrl gone(u"https://gone.example.org"_s);
    QSettings().setValue(u"accounts/servers"_s, QStringList{gone.toString()});
    Vault vault;
    QCOMPARE(update(vault, gone, [](ServerSecrets &secrets) { secrets.put(ada()); }).logins.size(), 1);
    QCOMPARE(vault.keeping(), Vault::Keeping::Keyring);
    Vault later;
    QCOMPARE(read(later, gone).logins, QList<SavedLogin>{ada()});
}

void TestVault::withoutAKeyring_data()
{
    QTest::addColumn<int>("keyring");
    QTest::newRow("no bus") << -1;
    QTest::newRow("a bus without a keyring") << int(KeyringSession::Keyring::None);
    QTest::newRow("locked, and nobody opens it") << int(KeyringSession::Keyring::Locked);
}

void TestVault::withoutAKeyring()
{
    NEEDS_KEYRING();
    QFETCH(int, keyring);
    const QByteArray before = qgetenv("DBUS_SESSION_BUS_ADDRESS");
    KeyringSession session;
    if (keyring >= 0) {
        const QString wrong = session.start(static_cast<KeyringSession::Keyring>(keyring));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"ENTVAS_TEST_NO_KEYRING"_s, u"1"_s);
    environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, keyring < 0 ? u"disabled:"_s : session.address());
    qputenv("DBUS_SESSION_BUS_ADDRESS", before);
    QProcess child;
    child.setProcessEnvironment(environment);
    child.setProcessChannelMode(QProcess::MergedChannels);
    child.start(QCoreApplication::applicationFilePath(), {u"keepsInMemory"_s});
    QVERIFY(child.waitForFinished(60'000));
    const QByteArray said = child.readAll();
    QVERIFY2(child.exitCode() == 0 && said.contains("PASS   : TestVault::keepsInMemory()"), said.constData());
    QVERIFY2(!said.contains("refresh-of-ada"), said.constData());
}

void TestVault::keepsInMemory()
{
    if (!m_isChild)
        QSKIP("in another process");
    Vault vault;
    QSignalSpy changed(&vault, &Vault::keepingChanged);
    QCOMPARE(update(vault, kServer, [](ServerSecrets &secrets) { secrets.put(ada()); }).current, u"sub-ada"_s);
    QCOMPARE(vault.keeping(), Vault::Keeping::Memory);
    QVERIFY(changed.count() <= 2);
    QCOMPARE(read(vault, kServer).logins, QList<SavedLogin>{ada()});
    QVERIFY(update(vault, kServer, [](ServerSecrets &secrets) { secrets.remove(ada()); }).isEmpty());
    QVERIFY(!everyByteBelow(m_config.path()).contains("refresh-of-ada"));
    Vault later;
    QVERIFY(read(later, kServer).isEmpty());
}

QTEST_GUILESS_MAIN(TestVault)
#include "tst_vault.moc"
