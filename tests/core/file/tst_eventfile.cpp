#include "core/base/isotime.h"
#include "core/base/uuid7.h"
#include "core/file/csv.h"
#include "core/file/eventfile.h"
#include "core/file/exportrows.h"
#include "core/file/gzip.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNoonMs = 1'767'268'800'000; // 2026-01-01T12:00:00Z

} // namespace

// Files of events: every format that is read, and what is said about those that are broken.
class TestEventFile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void csvFieldsComeBack();
    void everyFormatBringsTheSame_data();
    void everyFormatBringsTheSame();
    void faultsAreNamed_data();
    void faultsAreNamed();
    void brokenFilesAreRefused_data();
    void brokenFilesAreRefused();
    void streamsArePackedAndUnpacked();
    void otherIdsAreMapped();
    void rowsKeepTheirBytes();

private:
    struct Read {
        QList<Event> events;
        QList<FileEvent> faults;
        QString failure;
    };
    Read read(const QByteArray &bytes, const QString &name)
    {
        const QString path = m_directory.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            return {{}, {}, u"not written"_s};
        file.close();
        ImportRules rules;
        rules.nowMs = kNoonMs + 86'400'000;
        rules.parse.dimensions = {u"page"_s};
        EventFile events(path, std::nullopt, rules);
        Read read;
        if (const Result<void> opened = events.open(); !opened)
            return {{}, {}, opened.failure().text};
        while (true) {
            const auto next = events.next();
            if (!next) {
                read.failure = next.failure().text;
                return read;
            }
            if (!next.value())
                return read;
            if (const auto *event = std::get_if<Event>(&next.value()->event))
                read.events << *event;
            else
                read.faults << *next.value();
        }
    }
    QTemporaryDir m_directory;
};

void TestEventFile::csvFieldsComeBack()
{
    QRandomGenerator random(7);
    const QString nasty = u"'=+-@,\"\r\n\tx é🙂"_s;
    for (int i = 0; i < 20'000; ++i) {
        QList<QString> texts;
        QByteArray record;
        for (int f = 0; f < 3; ++f) {
            QString text;
            for (int n = random.bounded(6); n > 0; --n)
                text += nasty.at(random.bounded(10));
            texts << text + (i % 3 == 0 ? u"🙂"_s : QString());
            record += (f > 0 ? "," : "") + csvField(texts.last());
        }
        qsizetype fault = -1;
        const auto fields = csvFields(record, &fault);
        QVERIFY2(fields && fields->size() == 3, record.constData());
        for (int f = 0; f < 3; ++f)
            QCOMPARE(QString::fromUtf8(csvText(fields->at(f).bytes)), texts[f]);
    }
    // What a spreadsheet would run never stands first.
    QCOMPARE(csvField(u"=1"_s), QByteArray("'=1"));
    QCOMPARE(csvField(u"'=1"_s), QByteArray("''=1"));
    QCOMPARE(csvField(u"it's"_s), QByteArray("it's"));
    for (const QString &sign : {u"＝"_s, u"＋"_s, u"－"_s, u"＠"_s}) { // full width, which some spreadsheets obey too
        const QByteArray text = (sign + u"1"_s).toUtf8();
        QCOMPARE(csvField(sign + u"1"_s), "'" + text);
        QCOMPARE(csvText("'" + text), text);
    }
}

void TestEventFile::everyFormatBringsTheSame_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray id = "019b796d-d600-7000-8000-00000000000";
    const QByteArray csv =
        "id,eventType,userId,timestamp,receivedAt,metadata\r\n" + id +
        "1,page_view,\"'=a,\"\"b\",2026-01-01T11:59:00.000Z,2026-01-01T12:00:00.000Z,\"{\"\"page\"\": "
        "\"\"a\\nb, c\"\", \"\"n\"\": 1.10}\"\r\n" +
        id + "2,log,u2,2026-01-01T11:59:00.000Z,2026-01-01T12:00:00.001Z,\r\n";
    const QByteArray one =
        "{\"id\":\"" + id +
        "1\",\"eventType\":\"page_view\",\"userId\":\"=a,\\\"b\",\"timestamp\":\"2026-01-01T11:59:00.000Z\","
        "\"receivedAt\":\"2026-01-01T12:00:00.000Z\",\"metadata\":{\"page\": \"a\\nb, c\", \"n\": 1.10}}";
    const QByteArray two = "{\"metadata\":{},\"createdAt\":\"2026-01-01T12:00:00.001Z\",\"userId\":\"u2\",\"id\":\"" +
                           id + "2\",\"timestamp\":\"2026-01-01T11:59:00.000Z\",\"eventType\":\"log\"}";
    QTest::newRow("csv") << u"a.csv"_s << csv;
    QTest::newRow("csv, packed") << u"a.csv.gz"_s << gzipped(csv);
    QTest::newRow("csv without a name") << u"a1"_s << csv;
    QTest::newRow("csv of a spreadsheet") << u"b.csv"_s << "\xef\xbb\xbf" + QByteArray(csv).replace("\r\n", "\n");
    QTest::newRow("ndjson") << u"a.ndjson"_s << one + '\n' + two + '\n';
    QTest::newRow("ndjson without a name or end") << u"a2"_s << one + "\r\n\n" + two;
    QTest::newRow("json") << u"a.json"_s
                          << "{\"success\":true,\"data\":{\"events\":[\n" + one + ",\n" + two +
                                 "\n],\"count\":2,\"filter\":\"all\"}}\n";
    QTest::newRow("array") << u"a3"_s << "[" + one + " , " + two + "]";
    QTest::newRow("dump") << u"a.sql"_s
                          << "--\nCOPY public.other (id) FROM stdin;\n1\n\\.\nCOPY public.events (id, \"eventType\", "
                             "\"userId\", \"timestamp\", metadata, \"createdAt\") FROM stdin;\n" +
                                 id +
                                 "1\tpage_view\t=a,\"b\t2026-01-01 11:59:00\t{\"page\": \"a\\\\nb, c\", \"n\": "
                                 "1.10}\t2026-01-01 12:00:00\n" +
                                 id +
                                 "2\tlog\tu2\t2026-01-01 11:59:00\t\\N\t2026-01-01 12:00:00.001\n\\.\n\nSELECT 1;\n";
}

void TestEventFile::everyFormatBringsTheSame()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const Read read = this->read(bytes, name);
    QCOMPARE(read.failure, QString());
    QVERIFY2(read.faults.isEmpty(),
             read.faults.isEmpty() ? "" : qPrintable(std::get<ImportFault>(read.faults.first().event).reason));
    QCOMPARE(read.events.size(), 2);
    const Event &first = read.events.first();
    QCOMPARE(first.id.toString(QUuid::WithoutBraces), u"019b796d-d600-7000-8000-000000000001"_s);
    QCOMPARE(first.userId, u"=a,\"b"_s);
    QCOMPARE(first.metadata, QByteArray("{\"page\": \"a\\nb, c\", \"n\": 1.10}"));
    QCOMPARE(first.receivedAtMs, kNoonMs);
    QCOMPARE(first.timestampMs, kNoonMs - 60'000);
    QCOMPARE(first.series, (SeriesKey{u"page_view"_s, u"a\nb, c"_s}));
    QCOMPARE(first.idempotencyKey, QString());
    QCOMPARE(read.events[1].metadata, QByteArray());
    QCOMPARE(read.events[1].receivedAtMs, kNoonMs + 1);
}

void TestEventFile::faultsAreNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qint64>("line");
    QTest::addColumn<qint64>("column");
    QTest::addColumn<QString>("says");
    const QByteArray good = "{\"id\":\"x\",\"eventType\":\"a\",\"userId\":\"b\",\"timestamp\":\"2026-01-01T11:59:00Z\","
                            "\"receivedAt\":\"2026-01-01T12:00:00Z\"}\n";
    const auto row = [&](const char *title, const QByteArray &line, qint64 column, const char *says) {
        QTest::newRow(title) << u"bad.ndjson"_s << good + line + '\n' + good << 2LL << column
                             << QString::fromUtf8(says);
    };
    row("no JSON", "{\"id\":\"y\",\"eventType\" \"a\"}", 23, "no valid JSON");
    row("cut", good.left(30), 31, "no valid JSON");
    row("no time of receipt", QByteArray(good.trimmed()).replace("receivedAt", "received"), 86,
        "\"received\" is not allowed");
    row("no date", QByteArray(good.trimmed()).replace("12:00", "25:00"), 88, "receivedAt must be");
    row("future", QByteArray(good.trimmed()).replace("2026-01-01T12", "2027-01-01T12"), 88, "in the future");
    row("no user", QByteArray(good.trimmed()).replace("\"b\"", "\"\""), 36, "userId is not allowed to be empty");
    const QByteArray head = "id,eventType,userId,timestamp,receivedAt,metadata\n";
    const QByteArray times = "2026-01-01T11:59:00Z,2026-01-01T12:00:00Z";
    const auto csv = [&](const char *title, const QByteArray &record, qint64 column, const char *says) {
        QTest::newRow(title) << u"bad.csv"_s << head + "1,\"a\nb\",u," + times + ",\n" + record + '\n'
                             << 4LL << column << QString::fromUtf8(says);
    };
    csv("few fields", "1,a,u", 1, "3 fields where the header names 6");
    csv("stray quote", "1,a\"b,u," + times + ",", 4, "quote");
    csv("metadata", "2,a,u," + times + ",\"{\"\"a\"\":tru}\"", 49, "metadata is no valid JSON");
    csv("metadata and more", "2,a,u," + times + ",\"{},\"\"id\"\":1\"", 49, "metadata is no JSON object");
    csv("type", "2,,u," + times + ",", 3, "eventType is not allowed to be empty");
}

void TestEventFile::faultsAreNamed()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(qint64, line);
    QFETCH(qint64, column);
    QFETCH(QString, says);
    const Read read = this->read(bytes, name);
    QCOMPARE(read.failure, QString());
    QVERIFY(!read.faults.isEmpty());
    const FileEvent &bad = read.faults.last();
    const QString reason = std::get<ImportFault>(bad.event).reason;
    QVERIFY2(reason.contains(says), qPrintable(reason));
    QCOMPARE(bad.line, line);
    QCOMPARE(bad.column, column);
    QVERIFY(!bad.text.isEmpty());
}

void TestEventFile::brokenFilesAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QByteArray lines;
    for (int i = 0; i < 5'000; ++i)
        lines += "{\"id\":\"" + QByteArray::number(i * 7'919 % 65'521) +
                 "\",\"eventType\":\"a\",\"userId\":\"b\",\"timestamp\":\"2026-01-01T11:59:00Z\",\"receivedAt\":"
                 "\"2026-01-01T12:00:00Z\"}\n";
    const QByteArray packed = gzipped(lines);
    QTest::newRow("cut gzip") << u"cut.ndjson.gz"_s << packed.chopped(9) << u"cut short"_s;
    QByteArray damaged = packed;
    damaged[damaged.size() / 2] = char(damaged[damaged.size() / 2] ^ 0x55);
    QTest::newRow("damaged gzip") << u"bad.ndjson.gz"_s << damaged << u"damaged"_s;
    QTest::newRow("cut array") << u"cut.json"_s << QByteArray("[") + lines.left(lines.indexOf('\n')) << u"cut short"_s;
    QTest::newRow("cut export") << u"cut2.json"_s
                                << QByteArray("{\"success\":true,\"data\":{\"events\":[\n],\"count\":0")
                                << u"cut short"_s;
    QTest::newRow("two commas") << u"commas.json"_s << QByteArray("[{},,{}]") << u"comma"_s;
    QTest::newRow("name like a placeholder") << u"%2 of %3 %1.json"_s << QByteArray("[{},,{}]") << u"comma"_s;
    QTest::newRow("no array") << u"none.json"_s << QByteArray("{\"a\":1}") << u"no JSON array"_s;
    QTest::newRow("open quote") << u"open.csv"_s
                                << QByteArray("id,eventType,userId,timestamp,createdAt\n1,\"a,b\n2,c\n")
                                << u"quote is never closed"_s;
    QTest::newRow("no columns") << u"columns.csv"_s << QByteArray("id,type,userId\n") << u"lack eventType"_s;
    QTest::newRow("empty csv") << u"empty.csv"_s << QByteArray() << u"empty"_s;
    QTest::newRow("unknown") << u"what"_s << QByteArray("hello") << u"--format"_s;
    QTest::newRow("endless line") << u"long.ndjson"_s << QByteArray(6 * 1024 * 1024, 'x') << u"longer than"_s;
    QTest::newRow("cut dump") << u"cut.sql"_s
                              << QByteArray(
                                     "COPY public.events (id, \"eventType\", \"userId\", \"timestamp\", metadata, "
                                     "\"createdAt\") FROM stdin;\n")
                              << u"cut short"_s;
    QTest::newRow("dump without rows") << u"no.sql"_s << QByteArray("--\nSELECT 1;\n") << u"pg_dump"_s;
}

void TestEventFile::brokenFilesAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const Read read = this->read(bytes, name);
    QVERIFY2(read.failure.contains(says), qPrintable(read.failure));
    QVERIFY2(read.failure.contains(name), qPrintable(read.failure));
}

void TestEventFile::streamsArePackedAndUnpacked()
{
    QRandomGenerator random(3);
    GzipPacker writer;
    QByteArray plain;
    QByteArray packed;
    for (int i = 0; i < 200; ++i) {
        QByteArray piece(random.bounded(20'000), char('a' + i % 20));
        plain += piece;
        packed += writer.add(piece);
        if (i % 50 == 7)
            packed += writer.endMember(); // can be continued from here
    }
    packed += writer.endMember();
    GzipUnpacker reader;
    QByteArray back;
    for (qsizetype at = 0; at < packed.size();) {
        const qsizetype size = 1 + random.bounded(500);
        const Result<QByteArray> piece = reader.add(packed.mid(at, size));
        QVERIFY(piece.ok());
        back += piece.value();
        at += size;
    }
    QCOMPARE(back, plain);
    QVERIFY(reader.isWhole());
    GzipUnpacker cut;
    QVERIFY(cut.add(packed.chopped(1)).ok());
    QVERIFY(!cut.isWhole());
}

void TestEventFile::otherIdsAreMapped()
{
    const QByteArray theirs = "0b9f3c1e-6f0a-4c55-9d0a-3b1c2d4e5f60"; // version 4
    const QUuid mapped = importedId(theirs, kNoonMs);
    QCOMPARE(mapped, importedId(theirs, kNoonMs));
    QCOMPARE(mapped.variant(), QUuid::DCE);
    QCOMPARE(mapped.data3 >> 12, 7);
    QCOMPARE(uuid7Ms(mapped), kNoonMs);
    QVERIFY(mapped != importedId("0b9f3c1e-6f0a-4c55-9d0a-3b1c2d4e5f61", kNoonMs));
    const QUuid ours = Uuid7Generator().next(kNoonMs);
    QCOMPARE(importedId(ours.toByteArray(QUuid::WithoutBraces), kNoonMs), ours);
    QVERIFY(importedId(ours.toByteArray(QUuid::WithoutBraces), kNoonMs + 3'600'000) !=
            ours); // would be in the wrong order
    QCOMPARE(isoToMs(isoFromSqlTime("2026-01-01 12:00:00.5")), kNoonMs + 500);
    QCOMPARE(isoToMs(isoFromSqlTime("2026-01-01 14:00:00+02")), kNoonMs);
}

// The bytes that Qt's own writer gave a row of an export, with the sender's metadata as it is.
void TestEventFile::rowsKeepTheirBytes()
{
    StoredEvent event;
    event.id = uuid7Floor(kNoonMs);
    event.eventType = u"say \"hi\" \\ /"_s;
    event.userId = u"Zo\u00eb \u2028 \U0001f600 <&>"_s;
    event.timestampMs = kNoonMs;
    event.receivedAtMs = kNoonMs + 1;
    for (const QByteArray &metadata : {QByteArray(), QByteArray(R"({"n":1.50e2,"s":"\u0041\n"})")}) {
        event.metadata = metadata;
        const QJsonObject plain{{u"id"_s, event.id.toString(QUuid::WithoutBraces)},
                                {u"eventType"_s, event.eventType},
                                {u"userId"_s, event.userId},
                                {u"timestamp"_s, QLatin1StringView(isoFromMs(event.timestampMs))},
                                {u"receivedAt"_s, QLatin1StringView(isoFromMs(event.receivedAtMs))}};
        QByteArray expected = QJsonDocument(plain).toJson(QJsonDocument::Compact).chopped(1);
        expected += ",\"metadata\":" + (metadata.isEmpty() ? QByteArray("{}") : metadata) + '}';
        QCOMPARE(eventToJson(event), expected);
    }
}

QTEST_GUILESS_MAIN(TestEventFile)
#include "tst_eventfile.moc"
