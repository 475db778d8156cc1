#include "server/metrics/status.h"
#include "tests/docs/pages.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"
#include "tests/support/testauthority.h"

#include <QDirIterator>
#include <QProcess>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

QString code(const QString &text)
{
    return u'`' + text + u'`';
}

struct Ran {
    int code = -1;
    QString out;
};

Ran runProgram(const QStringList &arguments)
{
    QProcess program;
    program.start(QString::fromUtf8(ENTVAS_PROGRAM), arguments);
    if (!program.waitForFinished(20'000))
        return {};
    return {program.exitCode(), QString::fromUtf8(program.readAllStandardOutput())};
}

// The lines of `entvas --help` below a heading.
QStringList helpBelow(const QString &heading)
{
    QStringList lines;
    bool isInside = false;
    for (const QString &line : runProgram({u"--help"_s}).out.split(u'\n')) {
        if (!line.isEmpty() && !line.startsWith(u' '))
            isInside = line.startsWith(heading);
        else if (isInside && !line.trimmed().isEmpty())
            lines.append(line.trimmed());
    }
    return lines;
}

// Name and summary, as `entvas --help` lists them: two blanks or more stand between.
QList<QStringList> commandList()
{
    static const QRegularExpression gap(u" {2,}"_s);
    QList<QStringList> found;
    for (const QString &line : helpBelow(u"COMMANDS"_s))
        found.append({line.section(gap, 0, 0), line.section(gap, 1)});
    return found;
}

struct Family {
    QString type;
    QString help;
    QSet<QString> labels;
    QStringList values; // of its samples
};
using Families = QMap<QString, Family>;

void readFamilies(const QByteArray &text, Families &families)
{
    static const QRegularExpression label(u"([a-z_]+)=\""_s);
    QString name;
    for (const QString &line : QString::fromUtf8(text).split(u'\n')) {
        if (line.startsWith(u"# HELP "_s)) {
            name = line.section(u' ', 2, 2);
            families[name].help = line.section(u' ', 3);
        } else if (line.startsWith(u"# TYPE "_s)) {
            families[name].type = line.section(u' ', 3);
        } else if (!line.isEmpty()) {
            families[name].values.append(line.section(u' ', -1));
            for (auto it = label.globalMatch(line.section(u'}', 0, 0)); it.hasNext();)
                families[name].labels.insert(it.next().captured(1));
            families[name].labels.remove(u"le"_s);
        }
    }
}

// All that any server shows: one with SQLite, TLS and an issuer, and one of several on PostgreSQL with a replica.
struct Shown {
    Families families;
    QString missing; // why it is not all
};
Shown allFamilies()
{
    Shown shown;
    const Headers owner{{"Authorization", "Bearer the-token-of-its-owner"}};
    TestServer alone;
    const TestAuthority authority;
    const TestAuthority::Pair pair = authority.issue();
    alone.settings.tlsCertFile = writeFile(alone.directory.filePath(u"cert.pem"_s), pair.certificate);
    alone.settings.tlsKeyFile = writeFile(alone.directory.filePath(u"key.pem"_s), pair.key);
    alone.settings.issuer = u"http://127.0.0.1:9/"_s;
    alone.settings.audience = u"nobody"_s;
    alone.settings.ownerToken = u"the-token-of-its-owner"_s;
    QObject::connect(&alone.http, &QNetworkAccessManager::sslErrors, &alone.http,
                     [](QNetworkReply *reply, const QList<QSslError> &) { reply->ignoreSslErrors(); });
    if (!alone.startCore()) {
        shown.missing = alone.failure ? alone.failure->text : u"no server"_s;
        return shown;
    }
    alone.post(eventJson());
    readFamilies(alone.get(u"/metrics"_s, owner).body, shown.families);
    TemporaryPostgres postgres;
    const Result<void> started = postgres.start();
    const Result<DatabaseUrl> database = started ? postgres.createDatabase() : started.failure();
    if (!database) {
        shown.missing = database.failure().text;
        return shown;
    }
    TestServer many;
    many.settings.database = *database;
    many.settings.replica = *database;
    if (!many.startCore()) {
        shown.missing = many.failure ? many.failure->text : u"no server"_s;
        return shown;
    }
    many.post(eventJson());
    readFamilies(many.get(u"/metrics"_s).body, shown.families);
    return shown;
}

// What a limit is called without the unit at its end.
QString limitName(const QString &reached)
{
    return reached.chopped(qsizetype(qstrlen("_limit_reached_total")));
}

// 1,000 and 8 MiB are easier to read than 1000 and 8388608.
QString readable(const QString &number, const QString &unit)
{
    const auto value = qint64(number.toDouble());
    QString text = QLocale(QLocale::English)
                       .toString(number.toDouble() == double(value) ? double(value) : number.toDouble(), 'f',
                                 number.toDouble() == double(value) ? 0 : 1);
    if (unit == u"bytes"_s && value >= 1024 * 1024 && value % (1024 * 1024) == 0)
        text = QString::number(value / 1024 / 1024) + u" MiB"_s;
    else if (unit == u"bytes"_s)
        text += u" bytes"_s;
    else if (unit == u"seconds"_s)
        text += u" s"_s;
    return text;
}

// The texts that `pattern` captures in the sources below a folder.
QStringList captured(const QStringList &folders, const QRegularExpression &pattern)
{
    QSet<QString> found;
    for (const QString &folder : folders) {
        QDirIterator it(sourceDir().filePath(folder), {u"*.cpp"_s, u"*.h"_s}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString text = readSource(sourceDir().relativeFilePath(it.next()));
            for (auto match = pattern.globalMatch(text); match.hasNext();)
                found.insert(match.next().captured(1));
        }
    }
    QStringList list = found.values();
    list.sort();
    return list;
}

QStringList firstColumn(const QString &page, const QString &region)
{
    const QList<PageTable> tables = tablesOf(regionOf(readSource(page), region));
    QStringList cells;
    for (const PageTable &table : tables)
        for (const QStringList &row : table.rows)
            cells.append(row.value(0));
    cells.sort();
    return cells;
}

} // namespace

// The tables of the pages that repeat what the program declares: word for word the same. ENTVAS_WRITE_DOCS=1 in the
// environment writes those that can be made from it.
class DocTablesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void settings();
    void commands();
    void exitCodes();
    void commandHelp();
    void metricsAndLimits();
    void routes();
    void healthReasons();
    void errorTypes();
    void errorCodesOfTheFeed();
    void closeCodesOfTheFeed();
};

void DocTablesTest::settings()
{
    QString table = u"| flag | environment | default | meaning |\n|---|---|---|---|\n"_s;
    for (const SettingInfo &info : settingInfos())
        table += rowOf({info.flag.isEmpty() ? QString() : code(info.flag),
                        code(info.environment) + (info.secretFile ? u", `%1_FILE`"_s.arg(info.environment) : QString()),
                        info.fallback, info.meaning});
    QVERIFY(settingInfos().size() > 20);
    QVERIFY(saysExactly(u"docs/settings.md"_s, u"settings"_s, table));
}

void DocTablesTest::commands()
{
    QString table = u"| command | what it does |\n|---|---|\n"_s;
    for (const QStringList &command : commandList())
        table += rowOf({u"[`%1`](#entvas-%1)"_s.arg(command[0]), command[1]});
    QVERIFY(commandList().size() > 10);
    QVERIFY(saysExactly(u"docs/commands.md"_s, u"commands"_s, table));
}

void DocTablesTest::exitCodes()
{
    static const QRegularExpression one(u"(\\d+) (.*?)(?: {2,}|$)"_s);
    QString table = u"| code | meaning |\n|---|---|\n"_s;
    int codes = 0;
    for (const QString &line : helpBelow(u"EXIT CODES"_s))
        for (auto it = one.globalMatch(line); it.hasNext(); ++codes) {
            const auto match = it.next();
            table += rowOf({match.captured(1), match.captured(2)});
        }
    QVERIFY(codes >= 6);
    QVERIFY(saysExactly(u"docs/commands.md"_s, u"exit codes"_s, table));
}

void DocTablesTest::commandHelp()
{
    QString text;
    for (const QStringList &command : commandList()) {
        const Ran ran = runProgram({command[0], u"--help"_s});
        QVERIFY2(ran.code == 0 && !ran.out.isEmpty(), qPrintable(command[0]));
        text += u"### entvas %1\n\n```text\n%2\n```\n\n"_s.arg(command[0], ran.out.trimmed());
    }
    QVERIFY(saysExactly(u"docs/commands.md"_s, u"command help"_s, text));
}

void DocTablesTest::metricsAndLimits()
{
    const Shown shown = allFamilies();
    if (!shown.missing.isEmpty())
        QSKIP(qPrintable(shown.missing));
    static const QRegularExpression oldName(u"^Old name of (\\w+),"_s);
    QSet<QString> ofLimits;
    QString oldNames = u"| old name | now |\n|---|---|\n"_s;
    for (auto it = shown.families.cbegin(); it != shown.families.cend(); ++it)
        if (const auto match = oldName.match(it->help); match.hasMatch()) {
            oldNames += rowOf({code(it.key()), code(match.captured(1))});
            ofLimits.insert(it.key());
        }
    QString limits = u"| name | limit | what is measured | counted beyond it |\n|---|---|---|---|\n"_s;
    for (auto it = shown.families.cbegin(); it != shown.families.cend(); ++it) {
        if (!it.key().endsWith(u"_limit_reached_total"_s) || oldName.match(it->help).hasMatch())
            continue;
        const QString name = limitName(it.key());
        for (const QString &unit : {QString(), u"bytes"_s, u"seconds"_s}) {
            const QString end = unit.isEmpty() ? QString() : u'_' + unit;
            const auto use = shown.families.constFind(name + end);
            const auto limit = shown.families.constFind(name + u"_limit"_s + end);
            if (use == shown.families.cend() || limit == shown.families.cend())
                continue;
            limits += rowOf({code(name), readable(limit->values.value(0), unit), use->help, it->help});
            ofLimits += {it.key(), use.key(), limit.key()};
        }
        QVERIFY2(ofLimits.contains(it.key()), qPrintable(it.key()));
    }
    QVERIFY(ofLimits.size() > 75);
    QString metrics = u"| metric | type | what |\n|---|---|---|\n"_s;
    for (auto it = shown.families.cbegin(); it != shown.families.cend(); ++it) {
        if (ofLimits.contains(it.key()))
            continue;
        QStringList labels = it->labels.values();
        labels.sort();
        metrics += rowOf(
            {code(labels.isEmpty() ? it.key() : u"%1{%2}"_s.arg(it.key(), labels.join(u','))), it->type, it->help});
    }
    const bool hasMetrics = saysExactly(u"docs/metrics-and-limits.md"_s, u"metrics"_s, metrics);
    const bool hasLimits = saysExactly(u"docs/metrics-and-limits.md"_s, u"limits"_s, limits);
    const bool hasOldNames = saysExactly(u"docs/metrics-and-limits.md"_s, u"old names"_s, oldNames);
    QVERIFY(hasMetrics && hasLimits && hasOldNames);
}

void DocTablesTest::routes()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QJsonObject endpoints = server.get(u"/"_s).json()[u"endpoints"_s].toObject();
    QString table = u"| request | what it does |\n|---|---|\n"_s;
    QVERIFY(endpoints.size() > 10);
    for (auto it = endpoints.constBegin(); it != endpoints.constEnd(); ++it)
        table += rowOf({code(it.key()), it.value().toString()});
    QVERIFY(saysExactly(u"docs/http-api.md"_s, u"routes"_s, table));
}

void DocTablesTest::healthReasons()
{
    Condition all;
    for (bool *is : {&all.isStarting, &all.isStopping, &all.isDatabaseAway, &all.isDatabaseReplaced,
                     &all.isDatabaseReadOnly, &all.isWriterStalled, &all.isWriterRefused, &all.isUpkeepFailing,
                     &all.isFanoutBroken, &all.isDiskScarce, &all.isClockDoubted})
        *is = true;
    all.queueUse = 1;
    QStringList reasons = reasonsOf(all);
    reasons.sort();
    QCOMPARE(firstColumn(u"docs/metrics-and-limits.md"_s, u"health reasons"_s), reasons);
}

void DocTablesTest::errorTypes()
{
    static const QRegularExpression type(
        u"u\"((?:any|array|body|database|json|number|object|string)\\.[a-zA-Z]+|key\\.role)\"_s"_s);
    const QStringList types = captured({u"core/ingest"_s, u"server/ingest"_s}, type);
    QVERIFY(types.size() > 15);
    QCOMPARE(firstColumn(u"docs/sending-events.md"_s, u"error types"_s), types);
}

// Codes stand beside the word "Error{" or the close code in the sources of the feed.
void DocTablesTest::errorCodesOfTheFeed()
{
    static const QRegularExpression error(
        u"(?:Error\\{\\s*|CloseCode\\w*,\\s*|kTryAgainLater,\\s*|[?:]\\s*)u\"([a-z]+(?:_[a-z]+)*)\"_s"_s);
    const QStringList codes = captured({u"server/live"_s}, error);
    QVERIFY(codes.size() > 10);
    QCOMPARE(firstColumn(u"docs/live-feed.md"_s, u"error codes"_s), codes);
}

void DocTablesTest::closeCodesOfTheFeed()
{
    // As RFC 6455 and Qt name them.
    const QMap<QString, QString> numbers{{u"GoingAway"_s, u"1001"_s},
                                         {u"ProtocolError"_s, u"1002"_s},
                                         {u"WrongDatatype"_s, u"1007"_s},
                                         {u"PolicyViolated"_s, u"1008"_s},
                                         {u"TooMuchData"_s, u"1009"_s}};
    static const QRegularExpression named(u"CloseCode(GoingAway|PolicyViolated|TooMuchData)\\b"_s);
    static const QRegularExpression plain(u"\\b(100[1-9]|101\\d)\\b(?=[;)}])"_s);
    QSet<QString> used{u"1007"_s}; // Qt's own, for text that is not UTF-8
    for (const QString &name : captured({u"server/live"_s}, named))
        used.insert(numbers.value(name));
    for (const QString &number : captured({u"server/live"_s, u"server/gate"_s}, plain))
        used.insert(number);
    QStringList codes = used.values();
    codes.sort();
    QCOMPARE(firstColumn(u"docs/live-feed.md"_s, u"close codes"_s), codes);
}

QTEST_GUILESS_MAIN(DocTablesTest)
#include "tst_doctables.moc"
