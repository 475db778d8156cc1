#include "core/model/settings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

using Values = QMap<QString, QString>;

SettingSources sources(const Values &flags = {}, const Values &environment = {}, const Values &file = {})
{
    SettingSources result;
    result.flags = flags;
    result.environment = [environment](const QString &name) {
        return environment.contains(name) ? environment.value(name) : QString();
    };
    result.file = file;
    result.fileName = u"/etc/entvas/entvas.ini"_s;
    result.dataHome = u"/data"_s;
    return result;
}

// What a test prints when something failed that should not have.
template <class T>
QByteArray why(const Result<T> &result)
{
    return result ? QByteArray("accepted") : result.failure().text.toUtf8();
}

QString write(const QTemporaryDir &dir, const QString &name, const QByteArray &content, bool isPrivate = true)
{
    QFile file(dir.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("can't write %s", qPrintable(file.fileName()));
    file.close();
    auto permissions = QFile::ReadOwner | QFile::WriteOwner;
    if (!isPrivate)
        permissions |= QFile::ReadGroup;
    file.setPermissions(permissions);
    return file.fileName();
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaults()
    {
        const auto settings = resolveSettings(sources());
        QVERIFY2(settings.ok(), why(settings).constData());
        const Settings &s = settings.value();
        QCOMPARE(s.host, u"127.0.0.1"_s);
        QCOMPARE(s.port, quint16(8000));
        QCOMPARE(s.database.kind, DatabaseUrl::Kind::Sqlite);
        QCOMPARE(s.database.path, u"/data/entvas/entvas.db"_s);
        QCOMPARE(s.maxBodyBytes, 8'388'608);
        QCOMPARE(s.dimensions, QStringList({u"page"_s, u"browser"_s}));
        QCOMPARE(s.logFormat, LogFormat::Json);
        QVERIFY(s.webhookKey.isEmpty() && s.viewerToken.isEmpty() && s.eventTypes.isEmpty());
        QVERIFY(checkSafe(s).ok());
        auto terminal = sources();
        terminal.terminal = true;
        QCOMPARE(resolveSettings(terminal)->logFormat, LogFormat::Text);
    }

    void needsSomewhereToPutTheDatabase()
    {
        auto homeless = sources();
        homeless.dataHome.clear();
        QVERIFY(resolveSettings(homeless).failure().text.contains(u"DATABASE_URL"_s));
        homeless.flags.insert(u"database-url"_s, u"sqlite:///srv/a.db"_s);
        QCOMPARE(resolveSettings(homeless)->database.path, u"/srv/a.db"_s);
    }

    void flagBeatsEnvironmentBeatsFile()
    {
        Values flags{{u"port"_s, u"1"_s}}, environment{{u"PORT"_s, u"2"_s}}, file{{u"port"_s, u"3"_s}};
        QCOMPARE(resolveSettings(sources(flags, environment, file))->port, quint16(1));
        QCOMPARE(resolveSettings(sources({}, environment, file))->port, quint16(2));
        QCOMPARE(resolveSettings(sources({}, {}, file))->port, quint16(3));
        QCOMPARE(resolveSettings(sources({}, {{u"PORT"_s, u""_s}}, file))->port, quint16(3)); // empty = not set
    }

    void values_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("ok");
        const auto row = [](const char *key, const char *value, bool ok) {
            QTest::addRow("%s=%s", key, value) << QString::fromLatin1(key) << QString::fromUtf8(value) << ok;
        };
        row("host", "0.0.0.0", true);
        row("host", "::1", true);
        row("host", "[::1]", true);
        row("host", "fe80::1%eth0", true);
        row("host", "", false);
        row("host", "a b", false);
        row("host", "http://x", false);
        row("port", "0", true);
        row("port", "65535", true);
        row("port", "65536", false);
        row("port", "-1", false);
        row("port", " 80", false);
        row("port", "+80", false);
        row("port", "8000x", false);
        row("port", "", false);
        row("port", "99999999999999999999", false);
        row("database-url", "sqlite:///a.db", true);
        row("database-url", "mysql://a/b", false);
        row("issuer", "login.example.org", true);
        row("issuer", "https://login.example.org/realm", true);
        row("issuer", "ftp://x", false);
        row("issuer", "not a domain", false);
        row("cors-origins", "https://a.example, http://localhost:5173", true);
        row("cors-origins", "*", false);
        row("cors-origins", "https://a.example/path", false);
        row("cors-origins", "a.example", false);
        row("rate-limit", "0", true);
        row("rate-limit", "1000000", true);
        row("rate-limit", "1000001", false);
        row("rate-limit", "10/s", false);
        row("max-body", "1024", true);
        row("max-body", "1023", false);
        row("max-body", "268435457", false);
        row("dimensions", "", true);
        row("dimensions", "page,page", false);
        row("dimensions", "eventType", false);
        row("dimensions", "a,b,c,d,e,f,g,h", true);
        row("dimensions", "a,b,c,d,e,f,g,h,i", false);
        row("event-types", "page_view,log", true);
        row("event-types", "log,log", false);
        row("retention-days", "36501", false);
        row("log-format", "xml", false);
        row("log-format", "text", true);
        row("log-level", "error", true);
        row("log-level", "verbose", false);
        row("log-level", "INFO", false);
    }
    void values()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(bool, ok);
        const auto settings = resolveSettings(sources({{key, value}}));
        QCOMPARE(settings.ok(), ok);
        if (!ok) {
            QCOMPARE(settings.failure().kind, Fault::Configuration);
            QVERIFY2(settings.failure().text.contains(u"--"_s + key), qPrintable(settings.failure().text));
            const QString shown =
                key == u"database-url"_s ? value.section(u':', 0, 0) : value; // there may be a password
            QVERIFY2(settings.failure().text.contains(shown), qPrintable(settings.failure().text));
        }
    }

    void namesTheSourceOfAWrongValue()
    {
        QCOMPARE(resolveSettings(sources({}, {{u"LOG_LEVEL"_s, u"loud"_s}})).failure().text,
                 u"LOG_LEVEL is \"loud\" but must be debug, info, warning or error"_s);
        QCOMPARE(resolveSettings(sources({}, {}, {{u"log-level"_s, u"loud"_s}})).failure().text,
                 u"log-level in /etc/entvas/entvas.ini is \"loud\" but must be debug, info, warning or error"_s);
    }

    void listsAreSplitAndTrimmed()
    {
        const auto s = resolveSettings(sources({{u"event-types"_s, u" page_view , log,,"_s},
                                                {u"cors-origins"_s, u"HTTPS://A.Example:443/,http://b:8080"_s},
                                                {u"dimensions"_s, u"country"_s}}));
        QCOMPARE(s->eventTypes, QStringList({u"page_view"_s, u"log"_s}));
        QCOMPARE(s->corsOrigins, QStringList({u"https://a.example"_s, u"http://b:8080"_s}));
        QCOMPARE(s->dimensions, QStringList(u"country"_s));
    }

    void bareIssuerDomainBecomesAUrl()
    {
        const auto bare = resolveSettings(sources({}, {{u"JWT_ISSUER_DOMAIN"_s, u"tenant.example.com"_s}}));
        QCOMPARE(bare->issuer, u"https://tenant.example.com/"_s);
        const auto full = resolveSettings(sources({}, {{u"JWT_ISSUER_DOMAIN"_s, u"https://id.example.com/realm"_s}}));
        QCOMPARE(full->issuer, u"https://id.example.com/realm"_s);
    }

    void refusesUnknownKeys()
    {
        const QString inFile = resolveSettings(sources({}, {}, {{u"prot"_s, u"1"_s}})).failure().text;
        QVERIFY2(inFile.contains(u"\"prot\""_s) && inFile.contains(u"/etc/entvas/entvas.ini"_s), qPrintable(inFile));
        QVERIFY(resolveSettings(sources({{u"nonsense"_s, u"1"_s}})).failure().text.contains(u"--nonsense"_s));
    }

    void secretsComeFromEnvironmentOrAFile()
    {
        QTemporaryDir dir;
        const QString path = write(dir, u"token"_s, "s3cret\n");
        const auto direct = resolveSettings(sources({}, {{u"VIEWER_TOKEN"_s, u"abc"_s}}));
        QCOMPARE(direct->viewerToken, u"abc"_s);
        QCOMPARE(resolveSettings(sources({}, {{u"VIEWER_TOKEN_FILE"_s, path}}))->viewerToken, u"s3cret"_s);
        QCOMPARE(resolveSettings(sources({}, {}, {{u"webhook-api-key-file"_s, path}}))->webhookKey, u"s3cret"_s);

        const auto both = resolveSettings(sources({}, {{u"VIEWER_TOKEN"_s, u"a"_s}, {u"VIEWER_TOKEN_FILE"_s, path}}));
        QVERIFY(both.failure().text.contains(u"VIEWER_TOKEN_FILE"_s));
        QVERIFY(!resolveSettings(sources({{u"viewer-token"_s, u"a"_s}})).ok());         // never a flag
        QVERIFY(!resolveSettings(sources({}, {}, {{u"viewer-token"_s, u"a"_s}})).ok()); // nor in the file
        // No secret is repeated in an error.
        const auto blank = resolveSettings(sources({}, {{u"WEBHOOK_API_KEY"_s, u"topsecret with blank"_s}}));
        QVERIFY(blank.failure().text.contains(u"WEBHOOK_API_KEY"_s) && !blank.failure().text.contains(u"topsecret"_s));
    }

    // What a shell, an editor or Windows puts behind a value is none of it; a line end anywhere else is a mistake.
    void lineEndsAreNoPartOfAValue()
    {
        QTemporaryDir dir;
        for (const char *ending : {"", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n"}) {
            const QByteArray value = QByteArray("s3cret") + ending;
            const QString file = write(dir, u"token"_s, value);
            const Values environment{{u"VIEWER_TOKEN"_s, QString::fromLatin1(value)},
                                     {u"WEBHOOK_API_KEY_FILE"_s, file + QLatin1StringView(ending)},
                                     {u"HOST"_s, u"127.0.0.2"_s + QLatin1StringView(ending)},
                                     {u"PORT"_s, u"8001"_s + QLatin1StringView(ending)},
                                     {u"CORS_ORIGINS"_s, u"https://a.example"_s + QLatin1StringView(ending)},
                                     {u"DIMENSIONS"_s, u"page,os"_s + QLatin1StringView(ending)},
                                     {u"DATABASE_URL"_s, u"sqlite:///srv/a.db"_s + QLatin1StringView(ending)},
                                     {u"LOG_LEVEL"_s, u"error"_s + QLatin1StringView(ending)}};
            const auto settings = resolveSettings(sources({}, environment));
            QVERIFY2(settings.ok(), why(settings).constData());
            QCOMPARE(settings->viewerToken, u"s3cret"_s);
            QCOMPARE(settings->webhookKey, u"s3cret"_s);
            QCOMPARE(settings->host, u"127.0.0.2"_s);
            QVERIFY(settings->isLoopback());
            QCOMPARE(settings->port, quint16(8001));
            QCOMPARE(settings->corsOrigins, QStringList{u"https://a.example"_s});
            QCOMPARE(settings->dimensions, (QStringList{u"page"_s, u"os"_s}));
            QCOMPARE(settings->database.path, u"/srv/a.db"_s);
        }
        for (const char *bad : {"\n", "\r\n", "s3\ncret", "s3\rcret", "\ns3cret", "s3cret\n ", "s3cret\t", "s3\x7f"}) {
            const QString value = QString::fromLatin1(bad);
            const auto direct = resolveSettings(sources({}, {{u"WEBHOOK_API_KEY"_s, value}}));
            QVERIFY2(!direct.ok() && direct.failure().kind == Fault::Configuration, why(direct).constData());
            QVERIFY(direct.failure().text.contains(u"WEBHOOK_API_KEY"_s) && !direct.failure().text.contains(u"cret"_s));
            QVERIFY(!resolveSettings(sources({}, {{u"VIEWER_TOKEN_FILE"_s, write(dir, u"bad"_s, bad)}})).ok());
        }
        for (const SettingInfo &info : settingInfos()) {
            const auto settings = resolveSettings(sources({}, {{info.environment, u"a\nb"_s}}));
            QVERIFY2(!settings.ok() && settings.failure().text.contains(info.environment),
                     qPrintable(info.environment));
        }
        QVERIFY(!isLoopbackName(u"127.0.0.1\n"_s));
    }

    void databaseUrlMayComeFromAFile()
    {
        QTemporaryDir dir;
        const QString path = write(dir, u"url"_s, "postgresql://u:p@h/db\r\n");
        QCOMPARE(resolveSettings(sources({}, {{u"DATABASE_URL_FILE"_s, path}}))->database.password, u"p"_s);
    }

    void secretFiles()
    {
        QTemporaryDir dir;
        QCOMPARE(*readSecretFile(write(dir, u"plain"_s, "abc")), u"abc"_s);
        QCOMPARE(*readSecretFile(write(dir, u"two"_s, "abc\n\n")), u"abc\n"_s); // one line end only
        const auto open = readSecretFile(write(dir, u"open"_s, "abc", false));
        QVERIFY2(open.failure().text.contains(u"chmod 600"_s), qPrintable(open.failure().text));
        QVERIFY(!readSecretFile(write(dir, u"empty"_s, "\n")).ok());
        QVERIFY(!readSecretFile(write(dir, u"large"_s, QByteArray(5'000, 'x'))).ok());
        QVERIFY(!readSecretFile(write(dir, u"latin1"_s, "\xe4")).ok());
        QVERIFY(readSecretFile(dir.filePath(u"none"_s)).failure().text.contains(u"does not exist"_s));
        QVERIFY(readSecretFile(dir.path()).failure().text.contains(u"not a regular file"_s));
    }

    void settingsFile()
    {
        QTemporaryDir dir;
        const auto values = readSettingsFile(write(dir, u"good.ini"_s,
                                                   "# comment\n; comment\n[entvas]\r\nport = 9000\r\n\n"
                                                   "database-url=postgresql://u:a;b#c,d\\e=f@h/db\n"
                                                   "event-types = \"a,b \"\nempty =\n"));
        QVERIFY2(values.ok(), why(values).constData());
        QCOMPARE(values.value().size(), 4);
        QCOMPARE(values.value().value(u"port"_s), u"9000"_s);
        QCOMPARE(values.value().value(u"database-url"_s), u"postgresql://u:a;b#c,d\\e=f@h/db"_s);
        QCOMPARE(values.value().value(u"event-types"_s), u"a,b "_s);
        QCOMPARE(values.value().value(u"empty"_s), QString());
    }

    void settingsFileFaults_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("no equals") << QByteArray("port 9000\n") << u"line 1"_s;
        QTest::newRow("no key") << QByteArray("\n=3\n") << u"line 2"_s;
        QTest::newRow("twice") << QByteArray("port=1\nport=2\n") << u"set twice"_s;
        QTest::newRow("heading") << QByteArray("[server]\nport=1\n") << u"[server]"_s;
        QTest::newRow("not UTF-8") << QByteArray("a=\xff\n") << u"UTF-8"_s;
        QTest::newRow("too large") << QByteArray(70'000, '#') << u"larger"_s;
    }
    void settingsFileFaults()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        QTemporaryDir dir;
        const auto values = readSettingsFile(write(dir, u"bad.ini"_s, content));
        QVERIFY(!values.ok());
        QCOMPARE(values.failure().kind, Fault::Configuration);
        QVERIFY2(values.failure().text.contains(says), qPrintable(values.failure().text));
        QVERIFY(values.failure().text.contains(u"bad.ini"_s));
    }

    void databaseUrls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QString>("display");
        const auto row = [](const char *url, bool ok, const char *display = "") {
            QTest::newRow(url) << QString::fromUtf8(url) << ok << QString::fromUtf8(display);
        };
        row("postgresql://u:p@h:5433/db", true, "postgresql://u@h:5433/db");
        row("postgres://h/db", true, "postgresql://h:5432/db");
        row("postgresql://u:p%40%3A%2f%25@h/d%20b?sslmode=verify-full&connect_timeout=5", true,
            "postgresql://u@h:5432/d%20b");
        row("postgresql://[::1]:5432/db", true, "postgresql://[::1]:5432/db");
        row("postgresql://u@/db?host=/run/postgresql", true, "postgresql://u@/db?host=/run/postgresql");
        row("postgresql://u@/db?host=/run/postgresql&port=5433", true,
            "postgresql://u@/db?host=/run/postgresql&port=5433");
        row("postgresql://u@%2Frun%2Fpostgresql/db", true, "postgresql://u@/db?host=/run/postgresql");
        row("postgresql://u@one,two/db", true, "postgresql://u@one:5432,two:5432/db");
        row("postgresql://u@one:5433,two:5433/db", true, "postgresql://u@one:5433,two:5433/db");
        row("postgresql://u@one:5433,[::1],three:6/db", true, "postgresql://u@one:5433,[::1]:5432,three:6/db");
        row("postgresql://u@/db?host=one,two&port=1,2", true, "postgresql://u@one:1,two:2/db");
        row("postgresql://u:p%2Cq@one,two/db?target_session_attrs=any", true, "postgresql://u@one:5432,two:5432/db");
        row("postgresql://?service=entvas", true, "postgresql://?service=entvas");
        row("postgresql://u@h:5433/db?service=entvas", true, "postgresql://u@h:5433/db?service=entvas");
        row("postgresql://u@:5433/db", true, "postgresql://u@:5433/db");
        row("postgresql://u:p@h/db?options=-c%20search_path%3Dmine", true, "postgresql://u@h:5432/db");
        row("postgresql://u:p@h/db?passfile=/etc/my%20passwords", true, "postgresql://u@h:5432/db");
        row("postgresql://one:0,two/db", false);
        row("postgresql://one:x,two/db", false);
        row("postgresql://one two/db", false);
        row("postgresql://h:1/db?port=2", false);
        row("postgresql://h/db?user=u", false);
        row("postgresql://h/db?options=-c%20a%3Db;c", false);
        row("sqlite:///var/lib/entvas/a%20b.db", true, "sqlite:///var/lib/entvas/a%20b.db");
        row("sqlite:///a/../b.db", true, "sqlite:///b.db");
        row("", false);
        row("postgresql", false);
        row("postgresql:h/db", false);
        row("postgresql://h", false);
        row("postgresql://h/", false);
        row("postgresql://h/a/b", false);
        row("postgresql://h:0/db", false);
        row("postgresql://h:99999/db", false);
        row("postgresql://u:p%zz@h/db", false);
        row("postgresql://u:p%00@h/db", false);
        row("postgresql://h/db#x", false);
        row("postgresql://h/db?schema=public", false);
        row("postgresql://h/db?host=evil", false);
        row("postgresql://h/db?sslmode=require;host=evil", false);
        row("postgresql://h/db?sslmode=a%20host=evil", false);
        row("postgresql://h/db?sslmode=a&sslmode=b", false);
        row("sqlite://a.db", false);
        row("sqlite:a.db", false);
        row("sqlite:///", false);
        row("sqlite:///a.db?mode=ro", false);
        row("sqlite:///a.db#x", false);
        row("file:///a.db", false);
    }
    void databaseUrls()
    {
        QFETCH(QString, url);
        QFETCH(bool, ok);
        QFETCH(QString, display);
        const auto result = parseDatabaseUrl(url);
        QVERIFY2(result.ok() == ok, why(result).constData());
        if (!ok) {
            QCOMPARE(result.failure().kind, Fault::Configuration);
            return;
        }
        QCOMPARE(result.value().display(), display);
        if (result.value().password.isEmpty())
            QCOMPARE(*parseDatabaseUrl(display), result.value()); // nothing got lost in words
    }

    void databaseUrlParts()
    {
        const auto url = parseDatabaseUrl(u"postgresql://us%20er:p%40%3A%2f%25@db.example:6543/d?sslmode=require"_s);
        QCOMPARE(url.value().user, u"us er"_s);
        QCOMPARE(url.value().password, u"p@:/%"_s);
        QCOMPARE(url.value().host, u"db.example"_s);
        QCOMPARE(url.value().port, 6543);
        QCOMPARE(url.value().database, u"d"_s);
        QCOMPARE(url.value().options.value(u"sslmode"_s), u"require"_s);
        QCOMPARE(parseDatabaseUrl(u"sqlite:///a%3Fb%23c.db"_s)->path, u"/a?b#c.db"_s);
    }

    void errorsHideThePassword_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url :
             {"postgresql://me:hush/h@ush@h/", "postgres//me:hush@127.0.0.1/entvas", "postgresql:me:hush@h/d",
              "me:hush@h/d", "hush", "postgresql://h/d?password=hush", "host=h password=hush", "mysql://me:hush@h/d",
              "postgresql://me:hu%zzush@h/d", "postgresql://me:hush@h:99999/d", "sqlite://me:hush@h/d"})
            QTest::newRow(url) << QString::fromUtf8(url);
    }
    void errorsHideThePassword()
    {
        QFETCH(QString, url);
        const auto replica = resolveSettings(sources({}, {{u"REPLICA_URL"_s, url}}));
        QVERIFY(!replica.ok() && !replica.failure().text.contains(u"ush"_s));
        const auto settings = resolveSettings(sources({}, {{u"DATABASE_URL"_s, url}}));
        QVERIFY(!settings.ok());
        QVERIFY2(!settings.failure().text.contains(u"ush"_s), qPrintable(settings.failure().text));
        QVERIFY(settings.failure().text.contains(u"DATABASE_URL"_s));
    }

    void loopback_data()
    {
        QTest::addColumn<bool>("loopback");
        for (const char *host : {"127.0.0.1", "127.255.0.9", "::1", "localhost", "LOCALHOST"})
            QTest::newRow(host) << true;
        for (const char *host :
             {"0.0.0.0", "::", "127.1", "127.0.0.256", "127.0.0.1.example.org", "10.0.0.1", "1127.0.0.1"})
            QTest::newRow(host) << false;
    }
    void loopback()
    {
        QFETCH(bool, loopback);
        Settings settings;
        settings.host = QString::fromLatin1(QTest::currentDataTag());
        QCOMPARE(settings.isLoopback(), loopback);
        QCOMPARE(checkSafe(settings).ok(), loopback);
    }

    void publicHostNeedsKeyAndToken()
    {
        Settings settings;
        settings.host = u"0.0.0.0"_s;
        QVERIFY(checkSafe(settings).failure().text.startsWith(u"WEBHOOK_API_KEY is not set"_s));
        settings.webhookKey = QString::fromLatin1(kDevelopmentKey);
        QVERIFY(checkSafe(settings).failure().text.contains(u"development key"_s));
        settings.webhookKey = u"own"_s;
        QVERIFY(checkSafe(settings).failure().text.startsWith(u"VIEWER_TOKEN is not set"_s));
        QCOMPARE(checkSafe(settings).failure().kind, Fault::Configuration);
        settings.viewerToken = u"own too"_s;
        QVERIFY(checkSafe(settings).ok());
    }

    void aProxyOpensLoopbackToo()
    {
        Settings settings;
        settings.trustedProxies = {u"127.0.0.1"_s};
        QCOMPARE(checkSafe(settings).failure().kind, Fault::Configuration);
        QVERIFY(checkSafe(settings).failure().text.startsWith(u"WEBHOOK_API_KEY is not set"_s));
        QVERIFY(checkSafe(settings).failure().text.contains(u"TRUSTED_PROXIES"_s));
        settings.webhookKey = QString::fromLatin1(kDevelopmentKey);
        QVERIFY(checkSafe(settings).failure().text.startsWith(u"WEBHOOK_API_KEY is the published development key"_s));
        settings.webhookKey = u"own"_s;
        QVERIFY(checkSafe(settings).ok()); // reading is refused to whatever is forwarded
    }

    void loginsNeedAnAudience()
    {
        Settings settings;
        settings.issuer = u"https://login.example.org/"_s;
        QVERIFY(checkSafe(settings).failure().text.startsWith(u"issuer (JWT_ISSUER_DOMAIN) is set but audience"_s));
        settings.audience = u"https://entvas.example.org"_s;
        settings.clientId = u"desk"_s;
        settings.rolesClaim = u"roles"_s;
        settings.projectsClaim = u"projects"_s;
        QVERIFY(checkSafe(settings).ok());
        settings.host = u"0.0.0.0"_s;
        settings.webhookKey = u"own"_s;
        QVERIFY(checkSafe(settings).ok()); // logins instead of a viewer token

        settings.issuer = u"http://login.example.org/"_s;
        QVERIFY(checkSafe(settings).failure().text.contains(u"only https will do"_s));
        for (const QString &here : {u"http://127.0.0.1:8080/realm"_s, u"http://localhost/"_s, u"http://[::1]:1/"_s}) {
            settings.issuer = here;
            QVERIFY2(checkSafe(settings).ok(), qPrintable(here));
        }
    }

    void loginSettingsNeedAnIssuer_data()
    {
        QTest::addColumn<QString>("key");
        for (const char *key : {"audience", "client-id", "roles-claim", "projects-claim"})
            QTest::newRow(key) << QString::fromLatin1(key);
    }
    void loginSettingsNeedAnIssuer()
    {
        QFETCH(QString, key);
        const auto settings = resolveSettings(sources({{key, u"x"_s}}));
        QVERIFY(settings.ok());
        const auto safe = checkSafe(settings.value());
        QVERIFY(!safe.ok());
        QCOMPARE(safe.failure().kind, Fault::Configuration);
        QVERIFY2(safe.failure().text.startsWith(key), qPrintable(safe.failure().text));
        QVERIFY(safe.failure().text.contains(u"JWT_ISSUER_DOMAIN"_s));
    }

    void passwordOfTheDatabaseStaysPrivate()
    {
        const QString url = u"postgresql://u:hidden@h/db"_s;
        const auto flag = resolveSettings(sources({{u"database-url"_s, url}}));
        QVERIFY(!flag.ok());
        QVERIFY(flag.failure().text.startsWith(u"--database-url"_s));
        QVERIFY(flag.failure().text.contains(u"DATABASE_URL_FILE"_s));
        QVERIFY(!flag.failure().text.contains(u"hidden"_s));
        QVERIFY(resolveSettings(sources({{u"database-url"_s, u"postgresql://u@h/db"_s}})).ok());
        QCOMPARE(resolveSettings(sources({}, {{u"DATABASE_URL"_s, url}}))->database.password, u"hidden"_s);
        const QTemporaryDir dir;
        for (const bool isPrivate : {true, false}) {
            SettingSources fromFile = sources({}, {}, {{u"database-url"_s, url}});
            fromFile.fileName = write(dir, isPrivate ? u"private"_s : u"open"_s, "x", isPrivate);
            const auto settings = resolveSettings(fromFile);
            QCOMPARE(settings.ok(), isPrivate);
            if (!isPrivate)
                QVERIFY(settings.failure().text.contains(u"chmod 600"_s));
        }
    }

    void rootMayHandSecretsToAService()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
        constexpr uint kService = 65'534;
        const QTemporaryDir dir;
        const QString mine = write(dir, u"key"_s, "abc", false); // 0640
        QVERIFY(::chown(qPrintable(dir.path()), 0, kService) == 0 && ::chmod(qPrintable(dir.path()), 0750) == 0);
        QVERIFY(::chown(qPrintable(mine), 0, kService) == 0);
        QVERIFY(!readSecretFile(mine).ok()); // root's own groups are no service
        QVERIFY(::setegid(kService) == 0 && ::seteuid(kService) == 0);
        const auto handed = readSecretFile(mine);
        QVERIFY(::seteuid(0) == 0 && ::chmod(qPrintable(mine), 0644) == 0 && ::seteuid(kService) == 0);
        const auto open = readSecretFile(mine);
        QVERIFY(::seteuid(0) == 0 && ::setegid(0) == 0);
        QCOMPARE(why(handed), "accepted");
        QVERIFY(!open.ok());
    }

    void certificateAndKeyBelongTogether()
    {
        const auto check = [](const Values &flags) { return checkSafe(resolveSettings(sources(flags)).value()); };
        QVERIFY(check({{u"tls-cert"_s, u"/a.pem"_s}}).failure().text.startsWith(u"tls-key"_s));
        QVERIFY(check({{u"tls-key"_s, u"/a.key"_s}}).failure().text.startsWith(u"tls-cert"_s));
        QVERIFY(check({{u"tls-cert"_s, u"/a.pem"_s}, {u"tls-key"_s, u"/a.key"_s}, {u"tls-ca"_s, u"/ca.pem"_s}}).ok());
    }

    void honoursTheRest()
    {
        const auto settings = resolveSettings(sources(
            {{u"cors-origins"_s, u"https://a.example"_s}, {u"rate-limit"_s, u"5"_s}, {u"retention-days"_s, u"0"_s}}));
        QVERIFY(checkSafe(settings.value()).ok());
    }

    void tableIsComplete()
    {
        QSet<QString> keys, environments;
        for (const SettingInfo &info : settingInfos()) {
            QVERIFY(!info.key.isEmpty() && !info.environment.isEmpty() && !info.meaning.isEmpty());
            QVERIFY(!info.fallback.isEmpty());
            QVERIFY(info.flag.isEmpty() || info.flag == u"--"_s + info.key);
            keys.insert(info.key);
            environments.insert(info.environment);
        }
        QCOMPARE(keys.size(), settingInfos().size());
        QCOMPARE(environments.size(), settingInfos().size());
        QCOMPARE(keys.size(), 23);
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
