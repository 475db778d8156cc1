#include "app/samples/feeder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

// Answers each request on its connection with what `answer` makes of the body.
class Webhook : public QTcpServer
{
    Q_OBJECT
public:
    using Answer = std::function<std::pair<int, QByteArray>(const QByteArray &body)>;

    explicit Webhook(Answer answer) : m_answer(std::move(answer))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1/webhook"_s.arg(serverPort())); }

    QList<QByteArray> heads;
    QList<QByteArray> bodies;
    int waiting = 0; // requests that have come and are not answered
    int mostWaiting = 0;
    bool silent = false;

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &buffer = m_buffers[socket];
        buffer += socket->readAll();
        for (;;) {
            const qsizetype end = buffer.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            const QByteArray head = buffer.first(end);
            const qsizetype at = head.toLower().indexOf("content-length:");
            const qsizetype length = head.mid(at + 15).split('\r').first().trimmed().toLongLong();
            if (buffer.size() < end + 4 + length)
                return;
            heads.append(head);
            bodies.append(buffer.mid(end + 4, length));
            buffer.remove(0, end + 4 + length);
            mostWaiting = std::max(mostWaiting, ++waiting);
            if (silent)
                continue;
            --waiting;
            const auto [status, body] = m_answer(bodies.last());
            socket->write("HTTP/1.1 " + QByteArray::number(status) +
                          " X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        }
    }

    Answer m_answer;
    QHash<QTcpSocket *, QByteArray> m_buffers;
};

class TestFeeder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsLookLikeTheDocumentedOnes();
    void sendsOneAndEnds();
    void everyThirdIsInvalid();
    void countsArrays();
    void tellsOnceThatTheKeyIsWrong();
    void endsWhenNobodyAnswers();
    void goesOnWhenTheServerComesBack();
    void neverMoreInFlightThanAllowed();

private:
    static std::pair<int, QByteArray> like(const QByteArray &body); // what a server says
};

std::pair<int, QByteArray> TestFeeder::like(const QByteArray &body)
{
    const auto isValid = [](const QJsonValue &event) { return event.toObject().contains(u"metadata"_s); };
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (document.isObject())
        return {isValid(document.object()) ? 200 : 400, "{}"};
    int accepted = 0;
    const QJsonArray events = document.array();
    for (const QJsonValue &event : events)
        accepted += isValid(event) ? 1 : 0;
    return {200, QJsonDocument(QJsonObject{{u"data"_s, QJsonObject{{u"accepted"_s, accepted},
                                                                   {u"rejected"_s, events.size() - accepted}}}})
                     .toJson()};
}

void TestFeeder::eventsLookLikeTheDocumentedOnes()
{
    const QStringList types{u"page_view"_s, u"user_joined"_s, u"user_disconnect"_s, u"log"_s, u"user_message"_s};
    const QStringList pages{u"home"_s, u"dashboard"_s, u"profile"_s, u"settings"_s};
    const QStringList browsers{u"chrome"_s, u"firefox"_s, u"safari"_s, u"edge"_s};
    SampleEvents events(1);
    QSet<QString> seenTypes, seenPages, seenBrowsers;
    for (int i = 0; i < 2'000; ++i) {
        const QJsonObject event = events.valid(1'735'732'800'000);
        QCOMPARE(event.keys(), QStringList({u"eventType"_s, u"metadata"_s, u"timestamp"_s, u"userId"_s}));
        QCOMPARE(event.value(u"timestamp"_s).toString(), u"2025-01-01T12:00:00.000Z"_s);
        const int user = event.value(u"userId"_s).toString().toInt();
        QVERIFY(user >= 1 && user <= 999);
        const QJsonObject metadata = event.value(u"metadata"_s).toObject();
        seenTypes.insert(event.value(u"eventType"_s).toString());
        seenPages.insert(metadata.value(u"page"_s).toString());
        seenBrowsers.insert(metadata.value(u"browser"_s).toString());
    }
    QCOMPARE(seenTypes, QSet<QString>(types.begin(), types.end()));
    QCOMPARE(seenPages, QSet<QString>(pages.begin(), pages.end()));
    QCOMPARE(seenBrowsers, QSet<QString>(browsers.begin(), browsers.end()));
}

void TestFeeder::sendsOneAndEnds()
{
    Webhook webhook(like);
    FeederOptions options{webhook.url(), u"the-key"_s};
    options.count = 1;
    options.invalidEvery = 0;
    Feeder feeder(options);
    QSignalSpy sent(&feeder, &Feeder::sent), answered(&feeder, &Feeder::answered), finished(&feeder, &Feeder::finished);
    feeder.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(sent.count(), 1);
    QCOMPARE(answered.count(), 1);
    QCOMPARE(answered.first().first().toInt(), 200);
    QCOMPARE(feeder.totals().accepted, 1);
    QVERIFY(webhook.heads.first().startsWith("POST /webhook "));
    QVERIFY(webhook.heads.first().toLower().contains("x-api-key: the-key"));
    QVERIFY(QJsonDocument::fromJson(webhook.bodies.first()).object().contains(u"eventType"_s));
}

void TestFeeder::everyThirdIsInvalid()
{
    Webhook webhook(like);
    FeederOptions options{webhook.url(), u"k"_s};
    options.perSecond = 150;
    options.count = 9;
    options.invalidEvery = 3;
    Feeder feeder(options);
    QSignalSpy finished(&feeder, &Feeder::finished);
    feeder.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(feeder.totals().accepted, 6);
    QCOMPARE(feeder.totals().rejected, 3);
    QCOMPARE(feeder.totals().failed, 0);
    QCOMPARE(webhook.bodies.size(), 9);
}

void TestFeeder::countsArrays()
{
    Webhook webhook(like);
    FeederOptions options{webhook.url(), u"k"_s};
    options.perSecond = 20'000;
    options.count = 5'000;
    options.invalidEvery = 10;
    Feeder feeder(options);
    QSignalSpy finished(&feeder, &Feeder::finished);
    feeder.start();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QCOMPARE(feeder.totals().accepted, 4'500);
    QCOMPARE(feeder.totals().rejected, 500);
    QVERIFY(webhook.bodies.size() < 5'000);
}

void TestFeeder::tellsOnceThatTheKeyIsWrong()
{
    Webhook webhook([](const QByteArray &) { return std::pair(401, QByteArray("{}")); });
    FeederOptions options{webhook.url(), u"k"_s};
    options.perSecond = 100;
    options.count = 5;
    Feeder feeder(options);
    QSignalSpy refused(&feeder, &Feeder::refused), finished(&feeder, &Feeder::finished);
    feeder.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(refused.count(), 1);
    QVERIFY(refused.first().first().value<Failure>().text.contains(u"WEBHOOK_API_KEY"_s));
    QCOMPARE(feeder.totals().failed, 5);
}

void TestFeeder::endsWhenNobodyAnswers()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    FeederOptions options{QUrl(u"http://127.0.0.1:%1/webhook"_s.arg(closed.serverPort())), u"k"_s};
    closed.close();
    options.count = 3;
    options.keepTrying = false;
    Feeder feeder(options);
    QSignalSpy unreachable(&feeder, &Feeder::unreachable), finished(&feeder, &Feeder::finished);
    feeder.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(unreachable.count(), 1);
    QVERIFY(unreachable.first().first().toString().contains(u"Nobody answers"_s));
    QCOMPARE(feeder.totals().accepted, 0);
}

void TestFeeder::goesOnWhenTheServerComesBack()
{
    Webhook webhook(like);
    const quint16 port = webhook.serverPort();
    FeederOptions options{webhook.url(), u"k"_s};
    options.perSecond = 100;
    webhook.close();
    Feeder feeder(options);
    QSignalSpy unreachable(&feeder, &Feeder::unreachable);
    feeder.start();
    QTRY_COMPARE(unreachable.count(), 1);
    QVERIFY(webhook.listen(QHostAddress::LocalHost, port));
    QTRY_VERIFY(feeder.totals().accepted > 5);
    QCOMPARE(unreachable.count(), 1);
    feeder.stop();
    QTest::qWait(50);
    const qint64 before = feeder.totals().accepted;
    QTest::qWait(100);
    QCOMPARE(feeder.totals().accepted, before);
}

void TestFeeder::neverMoreInFlightThanAllowed()
{
    Webhook webhook(like);
    webhook.silent = true;
    FeederOptions options{webhook.url(), u"k"_s};
    options.perSecond = 200;
    Feeder feeder(options);
    QSignalSpy sent(&feeder, &Feeder::sent);
    feeder.start();
    QTRY_COMPARE(webhook.waiting, Feeder::kMaxInFlight);
    QTest::qWait(300); // time in which 60 more are due
    QCOMPARE(webhook.mostWaiting, Feeder::kMaxInFlight);
    QCOMPARE(sent.count(), Feeder::kMaxInFlight);
}

QTEST_GUILESS_MAIN(TestFeeder)
#include "tst_feeder.moc"
