#include "core/base/jsontext.h"
#include "core/base/log.h"
#include "core/store/events/storewriter.h"
#include "server/access/auththrottle.h"
#include "server/gate/httpfront.h"
#include "server/http/reply.h"
#include "server/ingest/ingest.h"
#include "server/live/liveprojects.h"
#include "tests/server/rawclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

// As foreign as a dialect can be: a form body, the key in it, events that have names of their own, answers in plain
// text, and clients that retry 503 but not 429. Body: token=KEY&event=ID/TYPE/USER&event=…
namespace tiny {

QByteArray presentedKey(const SentBody &sent)
{
    return QUrlQuery(QString::fromUtf8(sent.text())).queryItemValue(u"token"_s).toUtf8();
}

std::variant<SentEvents, UnusableBody> read(const SentBody &sent, const ParseRules &rules)
{
    if (const UnusableBody *fault = sent.fault())
        return *fault;
    const QStringList items = QUrlQuery(QString::fromUtf8(sent.text())).allQueryItemValues(u"event"_s);
    if (items.isEmpty()) {
        HttpReply reply;
        reply.status = 422;
        reply.body = "no event";
        UnusableBody unusable = unusableBody(reply, u"No event"_s, u"tiny.empty"_s);
        unusable.rejected = 1;
        return unusable;
    }
    SentEvents events;
    events.isArray = true;
    for (const QString &item : items) {
        const QStringList parts = item.split(u'/');
        QByteArray json = "{\"eventType\":";
        json::appendString(json, parts.value(1).toUtf8());
        json += ",\"userId\":";
        json::appendString(json, parts.value(2).toUtf8());
        auto parsed = parseEvents(json + '}', rules, nullptr);
        events.references.append(parts.first());
        events.events.append(std::move(parsed->events.first()));
    }
    return events;
}

QList<SentText> locate(const SentBody &sent, const SentEvents &events, const QList<qsizetype> &wanted)
{
    QList<SentText> found;
    for (const qsizetype index : wanted) {
        const QByteArray name = "event=" + events.references[index].toUtf8() + '/';
        const qsizetype from = sent.text().indexOf(name);
        const qsizetype end = sent.text().indexOf('&', from);
        found.append({QByteArrayView(sent.text()).sliced(from, (end < 0 ? sent.text().size() : end) - from)});
    }
    return found;
}

HttpReply verdict(int status, const EventVerdicts &verdicts)
{
    HttpReply reply;
    reply.status = status;
    reply.contentType = "text/plain";
    for (qsizetype i = 0; i < verdicts.errors.size(); ++i)
        reply.body += verdicts.references[i].toUtf8() + (verdicts.errors[i].isEmpty() ? " ok\n" : " dropped\n");
    return reply;
}

HttpReply refused(const HttpRequest &, const Refusal &refusal)
{
    HttpReply reply = refusal.usual;
    if (reply.status == 429) // its clients would drop what they have
        reply.status = 503;
    reply.body = "tiny: " + refusal.failure.forCallers().toUtf8();
    return reply;
}

const IngestDialect kDialect{u"tiny"_s,
                             {{"POST", u"/tiny"_s, RouteAccess::Sender, {}, u"a test"_s}},
                             presentedKey,
                             read,
                             locate,
                             [](const EventVerdicts &verdicts) { return verdict(202, verdicts); },
                             [](const EventVerdicts &verdicts) { return verdict(422, verdicts); },
                             refused};

} // namespace tiny

// Ingest behind a port, with a database, and nothing else of the server.
struct Bench {
    explicit Bench(int rateLimit = 0)
    {
        settings.rateLimit = rateLimit;
        url.path = directory.filePath(u"a.db"_s);
        all.append(tiny::kDialect);
    }
    bool start()
    {
        bool opened = false;
        writer = std::make_unique<StoreWriter>([this] { return makeStore(url, u"w"_s); }, StoreWriter::Limits());
        QObject::connect(writer.get(), &StoreWriter::opened, writer.get(), [&] { opened = true; });
        writer->start();
        projects.open({u"default"_s, u"Default"_s}, WarmState{LiveCube(projects.dimensions()), {}});
        ingest = std::make_unique<Ingest>(settings, Ingest::Credentials{&keys, &throttle}, writer.get(), &projects,
                                          &clock, all);
        for (const IngestDialect &dialect : all)
            for (const RouteDeclaration &route : dialect.routes)
                front.route(route.method, route.path,
                            [this](const HttpRequest &request, const HttpResponder &r) { ingest->post(request, r); });
        port = front.listen(u"127.0.0.1"_s, 0).value();
        return spinUntil([&] { return opened; }, 20'000);
    }
    Answer post(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {})
    {
        RawClient client(port);
        client.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers +
                    "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return client.waitForAnswers(1).value(0);
    }
    double count(const QString &result) const { return ingest->metrics().value("entvas_ingest_events_total", result); }

    QTemporaryDir directory;
    DatabaseUrl url;
    Settings settings;
    SystemClock clock;
    QList<IngestDialect> all = ingestDialects();
    ApiKeys keys{settings};
    AuthThrottle throttle{3};
    LiveProjects projects{u"epoch"_s, {u"eventType"_s, u"page"_s, u"browser"_s}};
    HttpFront front{GateLimits()};
    std::unique_ptr<StoreWriter> writer;
    std::unique_ptr<Ingest> ingest;
    quint16 port = 0;
};

QByteArray form(const QByteArray &events)
{
    return QByteArray("token=") + kDevelopmentKey + '&' + events;
}

} // namespace

// The seam between Ingest and what is foreign about a sender, with a dialect that differs from the webhook in
// everything.
class DialectsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tableIsSound();
    void goodEventsSurviveBadNeighbours();
    void allRejected();
    void unusableBodiesCount();
    void keysStandElsewhere();
    void overloadAnswersAsItsClientsNeed();
    void theWebhookIsNotDisturbed();
};

void DialectsTest::tableIsSound()
{
    QSet<QString> names, routes;
    for (const IngestDialect &dialect : ingestDialects()) {
        QVERIFY(!names.contains(dialect.name));
        names.insert(dialect.name);
        QVERIFY(!dialect.routes.isEmpty());
        for (const RouteDeclaration &route : dialect.routes) {
            const QString key = QString::fromLatin1(route.method) + u' ' + route.path;
            QVERIFY2(!routes.contains(key), qPrintable(key));
            routes.insert(key);
            QVERIFY(!route.help.isEmpty());
            QCOMPARE(route.access, RouteAccess::Sender);
        }
        QVERIFY(dialect.presentedKey && dialect.read && dialect.locate && dialect.accepted && dialect.rejected &&
                dialect.refused);
    }
    QVERIFY(names.contains(u"webhook"_s));
}

void DialectsTest::goodEventsSurviveBadNeighbours()
{
    Bench bench;
    QVERIFY(bench.start());
    const Answer answer = bench.post("/tiny", form("event=e1/click/u1&event=e2//u2&event=e3/click/u3"));
    QCOMPARE(answer.status, 202);
    QCOMPARE(answer.body, "e1 ok\ne2 dropped\ne3 ok\n");
    QCOMPARE(bench.count(u"accepted"_s), 2.0);
    QCOMPARE(bench.count(u"rejected"_s), 1.0);
    const HttpReply shown = bench.ingest->rejectedEvents().get(u"default"_s, QueryParameters(""));
    const QJsonValue one = QJsonDocument::fromJson(shown.body)[u"data"_s][u"rejections"_s][0];
    QCOMPARE(one[u"body"_s].toString(), u"event=e2//u2"_s);
    QCOMPARE(one[u"index"_s].toInt(), 1);
    QCOMPARE(one[u"errors"_s][0][u"type"_s].toString(), u"string.empty"_s);
}

void DialectsTest::allRejected()
{
    Bench bench;
    QVERIFY(bench.start());
    const Answer answer = bench.post("/tiny", form("event=e1//u1"));
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.body, "e1 dropped\n");
    QCOMPARE(bench.count(u"rejected"_s), 1.0);
}

void DialectsTest::unusableBodiesCount()
{
    Bench bench;
    QVERIFY(bench.start());
    const Answer answer = bench.post("/tiny", form("nothing=1"));
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.body, "no event");
    QCOMPARE(bench.count(u"rejected"_s), 1.0);
    // The key was in the body, and readers of GET /rejections may not send.
    const HttpReply shown = bench.ingest->rejectedEvents().get(u"default"_s, QueryParameters(""));
    QVERIFY(shown.body.contains("tiny.empty"));
    QVERIFY(!shown.body.contains(kDevelopmentKey));
}

void DialectsTest::keysStandElsewhere()
{
    Bench bench;
    QVERIFY(bench.start());
    const QByteArray right = QByteArray("X-API-Key: ") + kDevelopmentKey + "\r\n";
    for (int i = 0; i < 3; ++i) {
        const Answer answer = bench.post("/tiny", "token=wrong&event=e/click/u", right);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.body, "tiny: Invalid or missing API key");
        QVERIFY(answer.headers.contains("www-authenticate"));
    }
    const Answer throttled = bench.post("/tiny", "token=wrong&event=e/click/u");
    QCOMPARE(throttled.status, 503);
    QVERIFY(throttled.headers.contains("retry-after"));
    QCOMPARE(bench.post("/tiny", form("event=e/click/u")).status, 202);
    QCOMPARE(bench.count(u"accepted"_s), 1.0);
}

void DialectsTest::overloadAnswersAsItsClientsNeed()
{
    Bench bench(1);
    QVERIFY(bench.start());
    QCOMPARE(bench.post("/tiny", form("event=e1/click/u1&event=e2/click/u2")).status, 202);
    const Answer answer = bench.post("/tiny", form("event=e3/click/u3"));
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.body.startsWith("tiny: Too many events"));
    QVERIFY(answer.headers.value("retry-after").toInt() >= 1);
    QVERIFY(bench.writer->stop());
    Bench stopped;
    QVERIFY(stopped.start());
    QVERIFY(stopped.writer->stop());
    QCOMPARE(stopped.post("/tiny", form("event=e/click/u")).status, 503);
    QCOMPARE(stopped.count(u"refused"_s), 1.0);
}

void DialectsTest::theWebhookIsNotDisturbed()
{
    Bench bench;
    QVERIFY(bench.start());
    const QByteArray right = QByteArray("X-API-Key: ") + kDevelopmentKey + "\r\n";
    const QByteArray event = R"({"eventType":"a","userId":"b"})";
    QCOMPARE(bench.post("/webhook", event, right).status, 200);
    QCOMPARE(bench.post("/events", '[' + event + ",{}]", right).status, 200);
    QCOMPARE(bench.count(u"accepted"_s), 2.0);
    QCOMPARE(bench.count(u"rejected"_s), 1.0);
}

QTEST_GUILESS_MAIN(DialectsTest)
#include "tst_dialects.moc"
