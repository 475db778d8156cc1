#include "app/feed/restclient.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

// Sends the same bytes to each request, and remembers the requests.
class RawServer : public QTcpServer
{
public:
    explicit RawServer(const QByteArray &answer)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, answer] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket, answer] {
                asked.append(socket->readAll());
                socket->write(answer);
            });
        });
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1/"_s.arg(serverPort())); }
    QList<QByteArray> asked;
};

QByteArray answerOf(const QByteArray &status, const QByteArray &body, const QByteArray &header = {})
{
    return "HTTP/1.1 " + status + "\r\n" + header + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
           body;
}

// What comes back; nothing within ten seconds.
std::optional<RestAnswer> ask(RestClient &client, const QUrl &url, const QString &token = {})
{
    std::optional<RestAnswer> got;
    client.get(url, token, [&got](const RestAnswer &answer) { got = answer; });
    (void)QTest::qWaitFor([&] { return got.has_value(); }, 10'000);
    return got;
}

} // namespace

class RestClientTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void presentsTheTokenAndKeepsNothing();
    void followsNoRedirect();
    void takesNoMoreThanItMay();
    void waitsNoLongerThanItMay_data();
    void waitsNoLongerThanItMay();
    void stopsWithoutAnAnswer();
    void asksOnlyWhereItMay();
    void saysWhy_data();
    void saysWhy();
};

void RestClientTest::presentsTheTokenAndKeepsNothing()
{
    RawServer server(answerOf("200 OK", R"({"a":1})", "Set-Cookie: session=1\r\nCache-Control: max-age=600\r\n"));
    RestClient client({});
    for (int i = 0; i < 2; ++i) {
        const auto answer = ask(client, server.url(), u"secret"_s);
        QVERIFY(answer && answer->isWhole());
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->body, QByteArray(R"({"a":1})"));
    }
    QCOMPARE(server.asked.size(), 2); // no answer is kept
    QVERIFY(server.asked.last().contains("Authorization: Bearer secret\r\n"));
    QVERIFY(!server.asked.last().toLower().contains("cookie"));
    QVERIFY(ask(client, server.url()));
    QVERIFY(!server.asked.last().contains("Authorization"));
}

void RestClientTest::followsNoRedirect()
{
    RawServer other(answerOf("200 OK", "{}"));
    RawServer server(answerOf("302 Found", {}, "Location: " + other.url().toEncoded() + "\r\n"));
    RestClient client({});
    const auto answer = ask(client, server.url(), u"secret"_s);
    QVERIFY(answer);
    QCOMPARE(answer->status, 302);
    QCOMPARE(other.asked.size(), 0);
}

void RestClientTest::takesNoMoreThanItMay()
{
    RawServer server(answerOf("200 OK", QByteArray(5'000, 'x')));
    RestClient exact({5'000});
    const auto whole = ask(exact, server.url());
    QVERIFY(whole && whole->isWhole());
    QCOMPARE(whole->body.size(), 5'000);
    RestClient client({4'999});
    const auto answer = ask(client, server.url());
    QVERIFY(answer && !answer->isWhole());
    QVERIFY(answer->body.size() <= 4'999);
}

void RestClientTest::waitsNoLongerThanItMay_data()
{
    QTest::addColumn<RestClient::Limits>("limits");
    QTest::newRow("no sign of life") << RestClient::Limits{1'000, 200};
    QTest::newRow("the whole of it") << RestClient::Limits{1'000, 60'000, 200};
}

void RestClientTest::waitsNoLongerThanItMay()
{
    QFETCH(RestClient::Limits, limits);
    RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"); // and no more
    RestClient client(limits);
    QElapsedTimer waited;
    waited.start();
    const auto answer = ask(client, server.url());
    QVERIFY(answer && !answer->isWhole());
    QVERIFY(waited.elapsed() >= 150);
}

void RestClientTest::stopsWithoutAnAnswer()
{
    RawServer server({}); // says nothing
    int answers = 0;
    RestClient client({1'000, 60'000, 0, 2});
    client.get(server.url(), {}, [&](const RestAnswer &) { ++answers; });
    QVERIFY(client.isBusy() && !client.isFull());
    client.get(server.url(), {}, [&](const RestAnswer &) { ++answers; });
    QVERIFY(client.isFull());
    client.stop();
    QVERIFY(!client.isBusy());
    {
        RestClient gone({});
        gone.get(server.url(), {}, [&](const RestAnswer &) { ++answers; });
    }
    QTest::qWait(50);
    QCOMPARE(answers, 0);
}

void RestClientTest::asksOnlyWhereItMay()
{
    QVERIFY(RestClient::mayAsk(QUrl(u"https://example.com"_s), false, false));
    QVERIFY(RestClient::mayAsk(QUrl(u"http://127.0.0.1:8000"_s), false, false));
    QVERIFY(RestClient::mayAsk(QUrl(u"http://example.com"_s), true, false));
    QVERIFY(RestClient::mayAsk(QUrl(u"http://example.com"_s), false, true));
    const auto may = RestClient::mayAsk(QUrl(u"http://example.com"_s), false, false);
    QVERIFY(!may && may.failure().kind == Fault::Denied);
}

void RestClientTest::saysWhy_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("reason");
    QTest::newRow("its own sentence") << 403 << QByteArray(R"({"message":"No."})") << u"No."_s;
    QTest::newRow("none") << 500 << QByteArray("<html>") << u"shop.example answered with status 500."_s;
    QTest::newRow("no answer") << 0 << QByteArray() << u"shop.example is not responding."_s;
    QTest::newRow("a long one") << 400 << "{\"message\":\"" + QByteArray(1'000, 'x') + "\"}" << QString(300, u'x');
}

void RestClientTest::saysWhy()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    RestAnswer answer;
    answer.status = status;
    answer.body = body;
    QTEST(reasonOf(answer, u"shop.example"_s), "reason");
}

QTEST_GUILESS_MAIN(RestClientTest)
#include "tst_restclient.moc"
