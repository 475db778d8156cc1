#include "core/base/log.h"
#include "core/base/loglimit.h"
#include "core/base/logsink.h"

#include <csignal>
#include <fcntl.h>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QTemporaryFile>
#include <QTest>
#include <unistd.h>

using namespace entvas;
using namespace Qt::StringLiterals;

class LogTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void textLine();
    void jsonLine();
    void controlCharactersAreVisible_data();
    void controlCharactersAreVisible();
    void linesAreBounded();
    void fieldsCannotForgeTheHead();
    void valuesCannotForgeFields();
    void jsonKeepsEveryCharacter();
    void aReaderThatTakesNothing();
    void aReaderThatIsGone();
    void ringKeepsTheLast();
    void levelChangesAtRunTime();
    void limitCountsWhatItLeavesOut();
};

void LogTest::textLine()
{
    QCOMPARE(log::format(LogFormat::Text, LogLevel::Info, "ingest", u"committed"_s,
                         {{u"events"_s, 3}, {u"project"_s, u"default"_s}}, 123),
             QByteArray("00:00:00.123 info    ingest: committed events=3 project=default"));
}

void LogTest::jsonLine()
{
    const QByteArray line =
        log::format(LogFormat::Json, LogLevel::Warning, "store", u"gone \"away\""_s, {{u"ms"_s, 1.5}}, 0);
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QCOMPARE(object.value(u"level"_s).toString(), u"warning"_s);
    QCOMPARE(object.value(u"area"_s).toString(), u"store"_s);
    QCOMPARE(object.value(u"message"_s).toString(), u"gone \"away\""_s);
    QCOMPARE(object.value(u"time"_s).toString(), u"1970-01-01T00:00:00.000Z"_s);
    QCOMPARE(object.value(u"ms"_s).toDouble(), 1.5);
}

void LogTest::controlCharactersAreVisible_data()
{
    QTest::addColumn<LogFormat>("format");
    QTest::newRow("text") << LogFormat::Text;
    QTest::newRow("json") << LogFormat::Json;
}

void LogTest::controlCharactersAreVisible()
{
    QFETCH(LogFormat, format);
    const QString nasty = u"a\nb\r\u001b[31m\u0085\u009b2J\u2028\u202e\U000e0041"_s;
    const QByteArray line = log::format(format, LogLevel::Error, "x", nasty, {{u"k"_s, nasty}}, 0);
    for (const char c : line)
        QVERIFY(static_cast<unsigned char>(c) >= 0x20);
    QVERIFY(line.contains("a\\"));
    for (const char16_t hidden : {u'\u0085', u'\u009b', u'\u2028', u'\u202e', char16_t(0xdb40)})
        QVERIFY(!QString::fromUtf8(line).contains(QChar(hidden)));
}

void LogTest::linesAreBounded()
{
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
        const QByteArray line =
            log::format(format, LogLevel::Info, "x", QString(100'000, u'm'), {{u"k"_s, QString(100'000, u'f')}}, 0);
        QVERIFY(line.size() < LogSink::kMaxLine);
        QVERIFY(line.contains(u"…"_s.toUtf8()) || line.contains("\"cut\":true"));
    }
    // The mark never stands in the middle of a character, wherever the cut falls.
    for (int shift = 0; shift < 4; ++shift)
        for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
            const QByteArray line = log::format(format, LogLevel::Info, "x",
                                                QString(shift, u'a') + QString(3'000, u'ü') + u"🙂🙂🙂"_s, {}, 0);
            QVERIFY(line.size() < LogSink::kMaxLine);
            QCOMPARE(QString::fromUtf8(line).toUtf8(), line);
            QVERIFY(!QString::fromUtf8(line).contains(QChar::ReplacementCharacter));
        }
}

void LogTest::fieldsCannotForgeTheHead()
{
    const QByteArray line =
        log::format(LogFormat::Json, LogLevel::Info, "x", u"true one"_s, {{u"message"_s, u"forged"_s}}, 0);
    QCOMPARE(QJsonDocument::fromJson(line).object().value(u"message"_s).toString(), u"true one"_s);
}

void LogTest::valuesCannotForgeFields()
{
    const QByteArray line =
        log::format(LogFormat::Text, LogLevel::Info, "http", u"answered"_s, {{u"path"_s, u"/a status=200 \"b"_s}}, 0);
    QCOMPARE(line, QByteArray("00:00:00.000 info    http: answered path=\"/a status=200 \\\"b\""));
}

void LogTest::jsonKeepsEveryCharacter()
{
    const QString nasty = u"a\nb\r\u001b[31m\u0085\u2028\u202e\U000e0041 🙂 \\n"_s;
    const QByteArray line = log::format(LogFormat::Json, LogLevel::Error, "x", nasty, {{u"k"_s, nasty}}, 0);
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QCOMPARE(object.value(u"message"_s).toString(), nasty);
    QCOMPARE(object.value(u"k"_s).toString(), nasty);
}

// A full pipe costs a moment once, not with each line; and afterwards it is known how many lines are missing.
void LogTest::aReaderThatTakesNothing()
{
    int ends[2];
    QCOMPARE(::pipe(ends), 0);
    LogSink sink(ends[1]);
    const QByteArray line = QByteArray(500, 'x') + '\n';
    int taken = 0;
    while (taken < 10'000 && sink.write(line))
        ++taken;
    QVERIFY(taken > 10 && taken < 10'000);
    QElapsedTimer since;
    since.start();
    for (int i = 0; i < 1'000; ++i)
        QVERIFY(!sink.write(line));
    QVERIFY2(since.elapsed() < 5'000, "each line waited for the reader");
    QCOMPARE(sink.takeDropped(), 1'001u);
    QByteArray all(1024 * 1024, '\0');
    all.resize(::read(ends[0], all.data(), size_t(all.size())));
    QCOMPARE(all.count('\n'), taken); // whole lines only
    QCOMPARE(all.size(), taken * line.size());
    QVERIFY(sink.write(line));
    QCOMPARE(sink.takeDropped(), 0u);
    ::close(ends[0]);
    ::close(ends[1]);
}

void LogTest::aReaderThatIsGone()
{
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    QCOMPARE(::pipe(ends), 0);
    ::close(ends[0]);
    LogSink sink(ends[1]);
    QVERIFY(!sink.write("line\n"));
    ::close(ends[1]);
    QVERIFY(!sink.write("line\n")); // nor is there a descriptor
    QCOMPARE(sink.takeDropped(), 2u);
    std::signal(SIGPIPE, SIG_DFL);
}

void LogTest::ringKeepsTheLast()
{
    LogRing ring;
    for (int i = 0; i < 120; ++i)
        ring.add(QByteArray::number(i) + '\n');
    ring.add(QByteArray(2'000, 'z') + '\n');
    QTemporaryFile file;
    QVERIFY(file.open());
    ring.writeTo(file.handle());
    QVERIFY(file.seek(0));
    const QList<QByteArray> lines = file.readAll().split('\n');
    QCOMPARE(lines.size(), qsizetype(LogRing::kLines) + 1); // the last one ends in a line feed, too
    QCOMPARE(lines.first(), QByteArray::number(120 - int(LogRing::kLines) + 1));
    QCOMPARE(lines[lines.size() - 2], QByteArray(LogRing::kLineBytes - 1, 'z'));
}

void LogTest::levelChangesAtRunTime()
{
    log::setUp(LogFormat::Text, LogLevel::Warning);
    const auto before = log::counts();
    log::info("test", u"not written"_s);
    QCOMPARE(log::counts().byLevel, before.byLevel);
    QVERIFY(log::sayMore()); // to info, and says so
    QVERIFY(log::isOn(LogLevel::Info) && !log::isOn(LogLevel::Debug));
    QVERIFY(log::sayMore());
    QVERIFY(!log::sayMore());
    QVERIFY(log::isOn(LogLevel::Debug));
    log::debug("test", u"written"_s);
    for (int i = 0; i < 3; ++i)
        QVERIFY(log::sayLess());
    QVERIFY(!log::sayLess());
    QVERIFY(!log::isOn(LogLevel::Warning));
    const auto after = log::counts();
    QCOMPARE(after.byLevel[0], before.byLevel[0] + 1);
    QCOMPARE(after.byLevel[1], before.byLevel[1] + 5);
}

void LogTest::limitCountsWhatItLeavesOut()
{
    LogLimit limit(2);
    QCOMPARE(limit.take(1'000).value_or(99), quint64(0));
    QCOMPARE(limit.take(1'100).value_or(99), quint64(0));
    for (int i = 0; i < 5; ++i)
        QVERIFY(!limit.take(1'200));
    QCOMPARE(limit.take(2'000).value_or(99), quint64(5));
    QCOMPARE(limit.take(2'001).value_or(99), quint64(0));
}

QTEST_APPLESS_MAIN(LogTest)
#include "tst_log.moc"
