#include "app/board/text/rejectedtext.h"

#include <QProcess>
#include <QSet>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// What a rejected event says to a person, and what becomes of an answer that makes no sense.
class RejectedTextTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void makesHiddenCharactersVisible_data();
    void makesHiddenCharactersVisible();
    void knowsWhereEachByteIs();
    void findsPlaces_data();
    void findsPlaces();
    void anyTextHasNoPlaceOrOne();
    void marksTheFault();
    void everyTypeHasARemedy_data();
    void everyTypeHasARemedy();
    void tellsUnknownTypesInTheServersWords();
    void readsTheEventType();
    void saysHowMuchWasKept();
    void commandSendsTheSameBytes_data();
    void commandSendsTheSameBytes();
    void readsAnAnswer();
    void boundsAnAnswer();
    void survivesNonsense_data();
    void survivesNonsense();
};

void RejectedTextTest::makesHiddenCharactersVisible_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << QByteArray("{\"a\":\"ä€𝄞\"}") << u"{\"a\":\"ä€𝄞\"}"_s;
    QTest::newRow("controls") << QByteArray("a\0\x1b\x7f", 4) << u"a␀␛␡"_s;
    QTest::newRow("tab and line break") << QByteArray("a\tb\r\nc") << u"a␉b␍␊\nc"_s;
    QTest::newRow("C1") << QByteArray("\xc2\x85") << u"⟨U+0085⟩"_s;
    QTest::newRow("direction of writing") << QByteArray("\xe2\x80\xae") << u"⟨U+202E⟩"_s;
    QTest::newRow("spaces that look like one") << QByteArray("\xc2\xa0\xe2\x80\x8b") << u"⟨U+00A0⟩⟨U+200B⟩"_s;
    QTest::newRow("line separator") << QByteArray("\xe2\x80\xa8") << u"⟨U+2028⟩"_s;
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf{") << u"⟨U+FEFF⟩{"_s;
    QTest::newRow("beyond the first plane") << QByteArray("\xf3\xa0\x81\x81") << u"⟨U+E0041⟩"_s;
    QTest::newRow("no text") << QByteArray("\xff\xc3(\xc0\xaf") << u"⟨FF⟩⟨C3⟩(⟨C0⟩⟨AF⟩"_s;
    QTest::newRow("half a pair") << QByteArray("\xed\xa0\x80") << u"⟨ED⟩⟨A0⟩⟨80⟩"_s;
    QTest::newRow("cut off") << QByteArray("x\xe2\x82") << u"x⟨E2⟩⟨82⟩"_s;
    QTest::newRow("nothing") << QByteArray() << QString();
}

void RejectedTextTest::makesHiddenCharactersVisible()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, shown);
    const VisibleText visible = visibleText(body);
    QCOMPARE(visible.text, shown);
    QCOMPARE(visible.starts.size(), body.size() + 1);
}

void RejectedTextTest::knowsWhereEachByteIs()
{
    const VisibleText visible = visibleText(QByteArray("a\xe2\x82\xac\n\xff!", 7));
    QCOMPARE(visible.text, u"a€␊\n⟨FF⟩!"_s);
    QCOMPARE(visible.starts, (QList<int>{0, 1, 1, 1, 2, 4, 8, 9}));
}

void RejectedTextTest::findsPlaces_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QVariantList>("path");
    QTest::addColumn<bool>("key");
    QTest::addColumn<QByteArray>("found"); // null = nothing
    const QByteArray event(
        R"( {"eventType": "a,b}" ,"userId":7,"metadata":{"x":[1,{"y":null}],"":true},"k\u0065y":-1})");
    QTest::newRow("text") << event << QVariantList{u"eventType"_s} << false << QByteArray("\"a,b}\"");
    QTest::newRow("number") << event << QVariantList{u"userId"_s} << false << QByteArray("7");
    QTest::newRow("object") << event << QVariantList{u"metadata"_s} << false
                            << QByteArray(R"({"x":[1,{"y":null}],"":true})");
    QTest::newRow("within an array") << event << QVariantList{u"metadata"_s, u"x"_s, 1, u"y"_s} << false
                                     << QByteArray("null");
    QTest::newRow("element") << event << QVariantList{u"metadata"_s, u"x"_s, 0} << false << QByteArray("1");
    QTest::newRow("empty key") << event << QVariantList{u"metadata"_s, u""_s} << false << QByteArray("true");
    QTest::newRow("escaped key") << event << QVariantList{u"key"_s} << false << QByteArray("-1");
    QTest::newRow("key itself") << event << QVariantList{u"key"_s} << true << QByteArray("\"k\\u0065y\"");
    QTest::newRow("not there") << event << QVariantList{u"id"_s} << false << QByteArray();
    QTest::newRow("no array") << event << QVariantList{u"metadata"_s, 0} << false << QByteArray();
    QTest::newRow("no object") << event << QVariantList{u"userId"_s, u"x"_s} << false << QByteArray();
    QTest::newRow("repeated: the last") << QByteArray(R"({"a":1,"a":2})") << QVariantList{u"a"_s} << false
                                        << QByteArray("2");
    QTest::newRow("cut off in a text") << QByteArray(R"({"a":"xy)") << QVariantList{u"a"_s} << false
                                       << QByteArray("\"xy");
    QTest::newRow("cut off before") << QByteArray(R"({"a":1,"b)") << QVariantList{u"b"_s} << false << QByteArray();
    QTest::newRow("no JSON") << QByteArray("{a:1}") << QVariantList{u"a"_s} << false << QByteArray();
}

void RejectedTextTest::findsPlaces()
{
    QFETCH(QByteArray, json);
    QFETCH(QVariantList, path);
    QFETCH(bool, key);
    QFETCH(QByteArray, found);
    const auto part = locate(json, path, key);
    QCOMPARE(part.has_value(), !found.isNull());
    if (part)
        QCOMPARE(json.mid(part->from, part->length), found);
}

// Every beginning of a text, and every text with one byte changed: nothing outside of it, and an end.
void RejectedTextTest::anyTextHasNoPlaceOrOne()
{
    const QByteArray event(R"({"a":"x\"y","b":[{"c":1},[],"\\"],"d":{"e":{"f":"g"}}})");
    const QList<QVariantList> paths{{u"a"_s}, {u"b"_s, 0, u"c"_s}, {u"b"_s, 2}, {u"d"_s, u"e"_s, u"f"_s}};
    const auto check = [&](const QByteArray &text) {
        for (const QVariantList &path : paths)
            for (const bool key : {false, true})
                if (const auto part = locate(text, path, key))
                    if (part->from < 0 || part->length < 0 || part->from + part->length > text.size())
                        return false;
        return true;
    };
    for (qsizetype size = 0; size <= event.size(); ++size)
        QVERIFY2(check(event.first(size)), event.first(size).constData());
    for (qsizetype at = 0; at < event.size(); ++at)
        for (const char c : QByteArrayView("\"\\{}[],: \0", 10)) {
            QByteArray changed = event;
            changed[at] = c;
            QVERIFY2(check(changed), changed.constData());
        }
}

void RejectedTextTest::marksTheFault()
{
    RejectedEvent event;
    event.body = R"({"userId":7,"pgae":1})";
    event.bodyBytes = event.body.size();
    const auto marked = [&](const FieldError &error) {
        const auto part = faultyPart(event, error);
        return part ? event.body.mid(part->from, part->length) : QByteArray();
    };
    QCOMPARE(marked({{u"userId"_s}, {}, u"string.base"_s}), "7");
    QCOMPARE(marked({{u"pgae"_s}, {}, u"object.unknown"_s}), "\"pgae\"");
    QCOMPARE(marked({{u"eventType"_s}, {}, u"any.required"_s}), "");
    QCOMPARE(marked({{}, {}, u"object.base"_s}), "");
    event.offset = 11;
    QCOMPARE(marked({{}, {}, u"json.malformed"_s}), ",");
    event.offset = event.body.size(); // it ends too early
    QCOMPARE(marked({{}, {}, u"json.malformed"_s}), "}");
    event.offset = 1'000;
    QCOMPARE(marked({{}, {}, u"json.malformed"_s}), "");
    event.bodyFrom = 990; // only a part was kept
    event.bodyBytes = 5'000;
    QCOMPARE(marked({{}, {}, u"json.malformed"_s}), "7");
    QCOMPARE(marked({{u"userId"_s}, {}, u"string.base"_s}), "");
    event.offset = 3;
    QCOMPARE(marked({{}, {}, u"json.malformed"_s}), "");
}

void RejectedTextTest::everyTypeHasARemedy_data()
{
    QTest::addColumn<QString>("type");
    for (const char *type :
         {"any.required",   "string.base",   "string.empty",   "string.max",       "string.isoDate", "string.pattern",
          "string.unicode", "object.base",   "object.unknown", "object.duplicate", "object.depth",   "object.size",
          "number.unsafe",  "any.only",      "array.min",      "array.max",        "json.malformed", "body.max",
          "body.gzip",      "body.encoding", "key.role"})
        QTest::newRow(type) << QString::fromLatin1(type);
}

void RejectedTextTest::everyTypeHasARemedy()
{
    QFETCH(QString, type);
    const FieldError error{{u"metadata"_s, u"a"_s, 2}, u"as the server says it"_s, type};
    QVERIFY(!reasonOf(error).isEmpty() && reasonOf(error) != error.message);
    QVERIFY(remedyFor(error).endsWith(u'.'));
    QVERIFY(remedyFor(error) != remedyFor({{}, {}, u"unknown"_s}));
    for (const QString &field :
         {u"eventType"_s, u"userId"_s, u"timestamp"_s, u"metadata"_s, u"id"_s, u"Idempotency-Key"_s}) {
        const QString example = exampleFor({{field}, {}, type});
        QVERIFY(!example.contains(u"%1"_s));
        if (type == "string.base"_L1 || type == "string.empty"_L1)
            QVERIFY2(example.contains(field), qPrintable(example));
    }
}

void RejectedTextTest::tellsUnknownTypesInTheServersWords()
{
    RejectedEvent event;
    QCOMPARE(reasonOf(event), u"No reason given"_s);
    event.errors = {{{}, u"something of tomorrow"_s, u"future.kind"_s}, {{u"userId"_s}, {}, u"any.required"_s}};
    QCOMPARE(reasonOf(event.errors[0]), u"something of tomorrow"_s);
    QCOMPARE(reasonOf(event), u"something of tomorrow, and 1 more"_s);
    QCOMPARE(reasonOf(FieldError{{u"metadata"_s, u"items"_s, 2, u"name"_s}, {}, u"string.unicode"_s}),
             u"metadata.items[2].name has characters that can’t be stored"_s);
}

void RejectedTextTest::readsTheEventType()
{
    RejectedEvent event;
    event.body = R"({"userId":1,"eventType":"pa\u0067e","x":)"; // no JSON as a whole
    QCOMPARE(eventTypeOf(event), u"page"_s);
    event.body = R"({"eventType":7})";
    QCOMPARE(eventTypeOf(event), QString());
    event.body = "nonsense";
    QCOMPARE(eventTypeOf(event), QString());
    event.keyId = u"a1"_s;
    QCOMPARE(keyNameOf(event), u"a1"_s);
    event.keyName = u"till"_s;
    QCOMPARE(keyNameOf(event), u"till"_s);
}

void RejectedTextTest::saysHowMuchWasKept()
{
    RejectedEvent event;
    QCOMPARE(bodySizeOf(event), u"empty"_s);
    event.bodyBytes = 3 * 1024 * 1024;
    QCOMPARE(bodySizeOf(event), u"3.0 MB, not kept"_s);
    event.body = QByteArray(8'192, 'x');
    QCOMPARE(bodySizeOf(event), u"the first 8.0 kB of 3.0 MB"_s);
    event.bodyFrom = 12'345;
    QCOMPARE(bodySizeOf(event), u"8.0 kB of 3.0 MB, from byte 12,345"_s);
    QVERIFY(event.isCut());
    event.line = 1'204;
    QCOMPARE(placeOf(event), u"line 1,204"_s);
    event.line = -1;
    event.index = 3;
    QCOMPARE(placeOf(event), u"event 4 of an array"_s);
}

void RejectedTextTest::commandSendsTheSameBytes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("plain") << QByteArray("{\"a\":1}");
    QTest::newRow("quotes") << QByteArray("{'a':\"it's $HOME `id` \\\\\"}");
    QTest::newRow("lines") << QByteArray("{\n\t\"a\": 1\n}");
    QTest::newRow("looks like a file") << QByteArray("@/etc/hostname");
    QTest::newRow("looks like an option") << QByteArray("-v");
    QTest::newRow("controls and bytes that are no text") << QByteArray("{\"a\":\"\0\x01\x1b\xff%s'\\n\"}\r", 18);
    QTest::newRow("text of other scripts") << QByteArray("{\"ключ\":\"値\"}");
}

// The command as a shell takes it, with a curl that writes down what it would send.
void RejectedTextTest::commandSendsTheSameBytes()
{
    QFETCH(QByteArray, body);
    RejectedEvent event;
    event.body = body;
    event.bodyBytes = body.size();
    const QString command = rejectedAsCurl(event, u"http://127.0.0.1:8000/webhook"_s, u"key' with a quote"_s);
    const QByteArray curl = "curl() { [ \"$1\" = -H ] && [ \"$2\" = \"X-API-Key: key' with a quote\" ] || exit 3\n"
                            "[ \"$5\" = http://127.0.0.1:8000/webhook ] && [ $# = 5 ] || exit 4\n"
                            "if [ \"$3\" = --data-binary ]; then [ \"$4\" = @- ] && cat; "
                            "else [ \"$3\" = --data-raw ] && printf %s \"$4\"; fi; }\n";
    QProcess shell;
    shell.start(u"/bin/sh"_s, {u"-c"_s, QString::fromUtf8(curl) + command});
    QVERIFY(shell.waitForFinished());
    QCOMPARE(shell.exitCode(), 0);
    QCOMPARE(shell.readAllStandardOutput(), body);
    event.bodyBytes += 1;
    QCOMPARE(rejectedAsCurl(event, {}, {}), QString());
}

void RejectedTextTest::readsAnAnswer()
{
    const auto answer = readRejected(R"({"success":true,"data":{"rejections":[
        {"number":9,"receivedAt":"2026-05-28T20:27:10.000Z","status":400,"requestId":"r","key":{"id":"k","name":"n"},
         "sender":"::1","index":2,"errors":[{"path":["metadata",1,"x"],"message":"m","type":"t"}],
         "body":"{}","bodyFrom":0,"bodyBytes":2,"skipped":4},
        {"number":7,"bodyBase64":"/wAB","offset":1,"line":3}],
        "total":12,"epoch":"e","since":"1970-01-01T00:00:01.000Z"}})");
    QVERIFY(answer.ok());
    QCOMPARE(answer.value().events.size(), 2);
    const RejectedEvent &one = answer.value().events[0];
    QCOMPARE(one.number, 9u);
    QCOMPARE(one.receivedAtMs, 1'780'000'030'000);
    QCOMPARE(one.status, 400);
    QCOMPARE(one.index, 2);
    QCOMPARE(one.line, -1);
    QCOMPARE(one.errors[0].path, (QVariantList{u"metadata"_s, 1, u"x"_s}));
    QCOMPARE(one.body, "{}");
    QCOMPARE(one.skipped, 4);
    QCOMPARE(answer.value().events[1].body, QByteArray("\xff\x00\x01", 3));
    QCOMPARE(answer.value().events[1].offset, 1);
    QCOMPARE(answer.value().events[1].line, 3);
    QCOMPARE(answer.value().total, 12);
    QCOMPARE(answer.value().sinceMs, 1'000);
}

void RejectedTextTest::boundsAnAnswer()
{
    QByteArray errors;
    for (int i = 0; i < 500; ++i)
        errors += QByteArray(i ? "," : "") + "{\"path\":[" + QByteArray("\"p\",").repeated(99) + "1],\"message\":\"" +
                  QByteArray(5'000, 'm') + "\",\"type\":\"t\"}";
    QByteArray events = "{\"number\":5000,\"errors\":[" + errors + "],\"body\":\"" + QByteArray(500'000, 'b') + "\"}";
    events += ",{\"number\":4999,\"bodyBase64\":\"" + QByteArray(500'000, 'A') + "\",\"requestId\":\"" +
              QByteArray(9'000, 'r') + "\"}";
    for (int i = 0; i < 1'000; ++i)
        events += ",{\"number\":" + QByteArray::number(4'000 - i) + "}";
    const auto answer = readRejected("{\"data\":{\"rejections\":[" + events + "],\"total\":1e300}}");
    QVERIFY(answer.ok());
    QCOMPARE(answer.value().events.size(), kMostRejected);
    const RejectedEvent &one = answer.value().events[0];
    QCOMPARE(one.errors.size(), kMostRejectedErrors);
    QCOMPARE(one.errors[0].message.size(), kMostRejectedText);
    QVERIFY(one.errors[0].path.size() <= 32);
    QCOMPARE(one.body.size(), kMostRejectedBody);
    QCOMPARE(answer.value().events[1].body.size(), kMostRejectedBody);
    QCOMPARE(answer.value().events[1].requestId.size(), kMostRejectedText);
    // In the order told, each once: a list that goes up again is not followed.
    const auto odd =
        readRejected(R"({"data":{"rejections":[{"number":3},{"number":3},{"number":9},{"number":-1},{"number":2}]}})");
    QCOMPARE(odd.value().events.size(), 2);
}

void RejectedTextTest::survivesNonsense_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("isAnswer");
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("no JSON") << QByteArray("<html>") << false;
    QTest::newRow("array") << QByteArray("[1,2]") << false;
    QTest::newRow("no list") << QByteArray(R"({"data":{"rejections":{}}})") << false;
    QTest::newRow("list of anything") << QByteArray(R"({"data":{"rejections":[1,"x",null,[],{"number":"5"}]}})")
                                      << true;
    QTest::newRow("wrong kinds") << QByteArray(
                                        R"({"data":{"rejections":[{"number":1,"receivedAt":5,"status":"x","key":7,
        "errors":{"a":1},"body":[],"bodyFrom":-9,"bodyBytes":-1,"index":"a","offset":1e99,"skipped":-3}],"total":"many"}})")
                                 << true;
    QTest::newRow("deep") << QByteArray("{\"data\":{\"rejections\":[" + QByteArray("[").repeated(5'000) +
                                        QByteArray("]").repeated(5'000) + "]}}")
                          << false;
}

void RejectedTextTest::survivesNonsense()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, isAnswer);
    const auto answer = readRejected(json);
    QCOMPARE(answer.ok(), isAnswer);
    if (!isAnswer) {
        QVERIFY(answer.failure().text.endsWith(u'.'));
        return;
    }
    for (const RejectedEvent &event : answer.value().events) {
        QVERIFY(event.bodyFrom >= 0 && event.skipped >= 0 && event.bodyBytes >= event.body.size());
        (void)reasonOf(event);
        (void)bodySizeOf(event);
        QVERIFY(!faultyPart(event, {{}, {}, u"json.malformed"_s}));
    }
}

QTEST_GUILESS_MAIN(RejectedTextTest)
#include "tst_rejectedtext.moc"
