#include "core/base/clock.h"
#include "core/base/metrics.h"
#include "server/gate/httpfront.h"
#include "server/http/reply.h"
#include "server/ingest/earlyposts.h"
#include "tests/server/rawclient.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray post(const QByteArray &body)
{
    return "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\n\r\n" + body;
}

} // namespace

class EarlyPostsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_front.reset(); }
    void areLetInInOrder();
    void areRefusedAfterTheirTime();
    void patienceMayGrow();
    void nobodyWaitsForNothing();
    void areBounded();
    void areForgottenWhenTheirSenderHasGone();

private:
    int waiting() const { return int(m_early->metrics().value("entvas_ingest_early_posts")); }

    ManualClock m_clock;
    std::unique_ptr<EarlyPosts> m_early;
    std::unique_ptr<HttpFront> m_front;
    quint16 m_port = 0;
};

void EarlyPostsTest::init()
{
    const auto refusal = [] { return failureReply({Fault::Unavailable, u"not yet"_s}); };
    m_early = std::make_unique<EarlyPosts>(&m_clock, refusal, EarlyPosts::Limits{3, 100});
    m_early->setPatience(1'000);
    m_front = std::make_unique<HttpFront>(GateLimits());
    m_front->route("POST", u"/webhook"_s, [this](const HttpRequest &request, const HttpResponder &responder) {
        if (!m_early->hold(request, responder))
            responder.send(failureReply({Fault::Unavailable, u"no room"_s}));
    });
    const auto port = m_front->listen(u"127.0.0.1"_s, 0);
    QVERIFY(port.ok());
    m_port = *port;
}

void EarlyPostsTest::areLetInInOrder()
{
    RawClient first(m_port);
    first.send(post("1"));
    QVERIFY(spinUntil([&] { return waiting() == 1; }));
    RawClient second(m_port);
    second.send(post("2"));
    QVERIFY(spinUntil([&] { return waiting() == 2; }));
    QByteArrayList bodies;
    m_early->replay([&](const HttpRequest &request, const HttpResponder &responder) {
        bodies << request.body;
        HttpReply reply;
        reply.body = "taken " + request.body;
        responder.send(reply);
    });
    QCOMPARE(bodies, (QByteArrayList{"1", "2"}));
    QCOMPARE(first.waitForAnswers(1).value(0).body, "taken 1");
    QCOMPARE(second.waitForAnswers(1).value(0).body, "taken 2");
    QCOMPARE(waiting(), 0);
}

void EarlyPostsTest::areRefusedAfterTheirTime()
{
    RawClient client(m_port);
    client.send(post("1"));
    QVERIFY(spinUntil([&] { return waiting() == 1; }));
    m_clock.advance(999);
    spinUntil([] { return false; }, 250);
    QCOMPARE(waiting(), 1);
    m_clock.advance(1);
    const Answer answer = client.waitForAnswers(1).value(0);
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.body.contains("not yet"));
    QVERIFY(answer.headers.contains("retry-after"));
}

void EarlyPostsTest::patienceMayGrow()
{
    RawClient client(m_port);
    client.send(post("1"));
    QVERIFY(spinUntil([&] { return waiting() == 1; }));
    m_early->setPatience(5'000);
    m_clock.advance(4'999);
    spinUntil([] { return false; }, 250);
    QCOMPARE(waiting(), 1);
    m_early->setPatience(0); // the server stops
    QCOMPARE(client.waitForAnswers(1).value(0).status, 503);
}

void EarlyPostsTest::nobodyWaitsForNothing()
{
    m_early->setPatience(0);
    RawClient client(m_port);
    client.send(post("1"));
    QVERIFY(client.waitForAnswers(1).value(0).body.contains("no room"));
}

void EarlyPostsTest::areBounded()
{
    RawClient large(m_port);
    large.send(post(QByteArray(101, 'x')));
    QVERIFY(large.waitForAnswers(1).value(0).body.contains("no room"));
    QCOMPARE(m_early->metrics().value("entvas_ingest_early_limit_reached_total"), 1.);
    std::array<std::unique_ptr<RawClient>, 3> clients;
    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i] = std::make_unique<RawClient>(m_port);
        clients[i]->send(post(QByteArray(30, 'x')));
        QVERIFY(spinUntil([&] { return waiting() == int(i) + 1; }));
    }
    QCOMPARE(m_early->metrics().value("entvas_ingest_early_bytes"), 90.);
    RawClient late(m_port);
    late.send(post("1"));
    QVERIFY(late.waitForAnswers(1).value(0).body.contains("no room"));
    QCOMPARE(m_early->metrics().value("entvas_ingest_early_posts_limit_reached_total"), 1.);
}

// It will be sent again: storing it as well would count it twice.
void EarlyPostsTest::areForgottenWhenTheirSenderHasGone()
{
    {
        RawClient client(m_port);
        client.send(post("1"));
        QVERIFY(spinUntil([&] { return waiting() == 1; }));
    }
    QVERIFY(spinUntil([&] { return m_front->connectionCount() == 0; }));
    int handled = 0;
    m_early->replay([&](const HttpRequest &, const HttpResponder &) { ++handled; });
    QCOMPARE(handled, 0);
    QCOMPARE(waiting(), 0);
}

QTEST_GUILESS_MAIN(EarlyPostsTest)
#include "tst_earlyposts.moc"
