#include "core/log.h"

#include <QJsonDocument>
#include <QTest>

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
    const QString nasty = u"a\nb\r\u001b[31m\u0085\u2028\u202e"_s;
    const QByteArray line = log::format(format, LogLevel::Error, "x", nasty, {{u"k"_s, nasty}}, 0);
    for (const char c : line)
        QVERIFY(static_cast<unsigned char>(c) >= 0x20);
    QVERIFY(line.contains("a\\"));
    if (format == LogFormat::Text)
        for (const char16_t hidden : {u'\u0085', u'\u2028', u'\u202e'})
            QVERIFY(!QString::fromUtf8(line).contains(QChar(hidden)));
}

void LogTest::linesAreBounded()
{
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
        const QByteArray line =
            log::format(format, LogLevel::Info, "x", QString(100'000, u'm'), {{u"k"_s, QString(100'000, u'f')}}, 0);
        QVERIFY(line.size() < 10'000);
    }
}

void LogTest::fieldsCannotForgeTheHead()
{
    const QByteArray line =
        log::format(LogFormat::Json, LogLevel::Info, "x", u"true one"_s, {{u"message"_s, u"forged"_s}}, 0);
    QCOMPARE(QJsonDocument::fromJson(line).object().value(u"message"_s).toString(), u"true one"_s);
}

QTEST_APPLESS_MAIN(LogTest)
#include "tst_log.moc"
