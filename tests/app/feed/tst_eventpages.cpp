#include "app/feed/eventpages.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

// Answers every request with an empty page, and remembers what it was asked.
class PageServer : public QTcpServer
{
public:
    PageServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                const QByteArray head = socket->readAll();
                asked.append(QUrl::fromEncoded(head.split(' ').value(1)));
                const QByteArray body(R"({"success":true,"data":{"events":[],"count":0,"filter":"hour"}})");
                socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                              QByteArray::number(body.size()) + "\r\n\r\n" + body);
            });
        });
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort())); }
    QList<QUrl> asked;
};

} // namespace

class TestEventPages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void asksForTheProject_data();
    void asksForTheProject();
    void asksForTypeAndUser();
};

void TestEventPages::asksForTheProject_data()
{
    QTest::addColumn<QString>("project");
    QTest::newRow("the server's own choice") << QString();
    QTest::newRow("by id") << u"shop"_s;
    QTest::newRow("signs that mean something in an address") << u"a+b & c/ü?d=100%25"_s;
}

void TestEventPages::asksForTheProject()
{
    QFETCH(QString, project);
    PageServer server;
    EventPagesOptions options;
    options.server = server.url();
    options.project = project;
    EventPages pages(options);
    QSignalSpy arrived(&pages, &EventPages::arrived);
    pages.ask({1'000, 2'000});
    QTRY_COMPARE(arrived.size(), 1);
    QCOMPARE(server.asked.size(), 1);
    const QUrlQuery query(server.asked.first());
    QCOMPARE(query.hasQueryItem(u"project"_s), !project.isEmpty());
    QCOMPARE(query.queryItemValue(u"project"_s, QUrl::FullyDecoded), project);
    QCOMPARE(query.queryItemValue(u"from"_s, QUrl::FullyDecoded), u"1970-01-01T00:00:01.000Z"_s);
}

void TestEventPages::asksForTypeAndUser()
{
    PageServer server;
    EventPagesOptions options;
    options.server = server.url();
    EventPages pages(options);
    QSignalSpy arrived(&pages, &EventPages::arrived);
    pages.ask({1'000, 2'000}, {u"page view+more"_s, u"a&b=ü%20\U0001F600"_s});
    QTRY_COMPARE(arrived.size(), 1);
    const QUrlQuery query(server.asked.first());
    QCOMPARE(query.queryItemValue(u"type"_s, QUrl::FullyDecoded), u"page view+more"_s);
    QCOMPARE(query.queryItemValue(u"user"_s, QUrl::FullyDecoded), u"a&b=ü%20\U0001F600"_s);
    QVERIFY(!server.asked.first().toEncoded().contains('+')); // which some read as a blank
    pages.ask({1'000, 2'000});
    QTRY_COMPARE(arrived.size(), 2);
    QVERIFY(!QUrlQuery(server.asked.last()).hasQueryItem(u"type"_s));
    QVERIFY(!QUrlQuery(server.asked.last()).hasQueryItem(u"user"_s));
}

QTEST_GUILESS_MAIN(TestEventPages)
#include "tst_eventpages.moc"
