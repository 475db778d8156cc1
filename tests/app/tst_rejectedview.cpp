#include "app/board/board.h"
#include "app/feed/rejectedpages.h"
#include "app/theme.h"
#include "app/widgets/rejectedpane.h"
#include "app/widgets/rejectedview.h"
#include "fakefeed.h"

#include <QApplication>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTreeView>
#include <QUrlQuery>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000;

QJsonObject error(const QString &type, const QString &message, const QJsonArray &path = {})
{
    return {{u"path"_s, path}, {u"message"_s, message}, {u"type"_s, type}};
}

QJsonObject rejection(qint64 number, const QByteArray &body, const QJsonArray &errors, const QJsonObject &more = {})
{
    QJsonObject json{{u"number"_s, number},
                     {u"receivedAt"_s, u"2026-05-28T20:27:%1.250Z"_s.arg(number % 60, 2, 10, QChar(u'0'))},
                     {u"status"_s, 400},
                     {u"requestId"_s, u"3f2a9c%1"_s.arg(number)},
                     {u"key"_s, QJsonObject{{u"id"_s, u"a1b2c3d4"_s}, {u"name"_s, u"Checkout, shop 3"_s}}},
                     {u"sender"_s, u"10.20.0.17"_s},
                     {u"errors"_s, errors},
                     {u"body"_s, QString::fromUtf8(body)},
                     {u"bodyFrom"_s, 0},
                     {u"bodyBytes"_s, body.size()}};
    for (auto it = more.constBegin(); it != more.constEnd(); ++it)
        json.insert(it.key(), it.value());
    return json;
}

// What a server may tell; remembers what it was asked.
class RejectedServer : public QTcpServer
{
public:
    RejectedServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                const QByteArray head = socket->readAll();
                asked.append(QUrl::fromEncoded(head.split(' ').value(1)));
                const QByteArray body = raw.isNull() ? answer() : raw;
                socket->write("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
                              QByteArray::number(body.size()) + "\r\n\r\n" + body);
            });
        });
    }
    EventPagesOptions options() const
    {
        EventPagesOptions options;
        options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort()));
        return options;
    }
    void add(const QByteArray &body, const QJsonArray &errors, const QJsonObject &more = {})
    {
        rejections.prepend(rejection(++total, body, errors, more));
    }
    QByteArray answer() const
    {
        const qint64 after = QUrlQuery(asked.last()).queryItemValue(u"after"_s).toLongLong();
        QJsonArray fresh;
        for (const QJsonValue &one : rejections)
            if (one[u"number"_s].toInteger() > after)
                fresh.append(one);
        const QJsonObject data{{u"rejections"_s, fresh},
                               {u"total"_s, total},
                               {u"epoch"_s, epoch},
                               {u"since"_s, u"2026-05-28T14:03:00.000Z"_s}};
        return QJsonDocument(QJsonObject{{u"success"_s, true}, {u"data"_s, data}}).toJson();
    }
    QString parameter(const QString &name) const { return QUrlQuery(asked.last()).queryItemValue(name); }

    QJsonArray rejections; // newest first
    qint64 total = 0;
    QString epoch = u"first-run"_s;
    QByteArray status = "200 OK";
    QByteArray raw; // in place of an answer that makes sense
    QList<QUrl> asked;
};

struct Screen {
    ManualClock clock{kNow};
    Theme theme;
    Board board{clock};
    FakeFeed feed;
    RejectedServer server;
    RejectedView view{board, theme};
    Screen()
    {
        theme.setMode(ThemeMode::Light);
        board.setZone(QTimeZone("Europe/Paris"));
        board.setFeed(&feed);
        feed.live();
        view.setWebhook(QUrl(u"http://127.0.0.1:8000/webhook"_s), u"YOUR_KEY"_s);
        view.resize(1000, 420);
    }
    void show()
    {
        view.setServer(server.options());
        view.show();
    }
    void count(qint64 invalid) { feed.snapshot(LiveCube({u"eventType"_s}), kNow, invalid); }
};

// A working day of senders' mistakes.
void fill(RejectedServer &server)
{
    server.add(R"({"eventType":"page_view","userId":42,"timestamp":"yesterday","metadata":{"page":"/home"}})",
               {error(u"string.base"_s, u"\"userId\" must be a string"_s, {u"userId"_s}),
                error(u"string.isoDate"_s, u"timestamp must be a valid ISO date string"_s, {u"timestamp"_s})});
    server.add("{\"eventType\":\"log\tin\",\"userId\":\"anna\"}",
               {error(u"string.pattern"_s, u"eventType must not contain control characters"_s, {u"eventType"_s})},
               {{u"line"_s, 1'204}});
    server.add(
        R"({"eventType":"purchase","userId":"u-7","amount":19.9,"metadata":{"page":"/cart","browser":"firefox"}})",
        {error(u"object.unknown"_s, u"\"amount\" is not allowed"_s, {u"amount"_s})},
        {{u"index"_s, 3}, {u"skipped"_s, 1'280}, {u"status"_s, 200}});
    server.add("{'eventType':'page_view','userId':'42'}",
               {error(u"json.malformed"_s, u"Missing a name for object member. (at byte 1)"_s)}, {{u"offset"_s, 1}});
    server.add({}, {error(u"body.max"_s, u"The body is larger than 8388608 bytes"_s)},
               {{u"status"_s, 413}, {u"bodyBytes"_s, 23'068'672}, {u"key"_s, QJsonObject{{u"id"_s, u"f00d"_s}}}});
    server.add("{\n  \"eventType\": \"page_view\",\n  \"metadata\": {\"page\": \"/pricing\", \"note\": \"caf\u00e9 "
               "\u202eevil\"}\n}",
               {error(u"any.required"_s, u"userId is required"_s, {u"userId"_s})});
}

void picture(QWidget &widget, const QString &name)
{
    if (const QString folder = qEnvironmentVariable("ENTVAS_PICTURES"); !folder.isEmpty())
        QCoreApplication::processEvents(), QCoreApplication::processEvents(), widget.grab().save(folder + u'/' + name + u".png"_s);
}

} // namespace

class RejectedViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void saysThatAllIsWell();
    void showsWhatWasWrong();
};

void RejectedViewTest::saysThatAllIsWell()
{
    Screen screen;
    QCOMPARE(screen.view.headline(), u"No server"_s);
    screen.show();
    QTRY_COMPARE(screen.view.headline(), u"Every event was accepted"_s);
    QVERIFY(screen.view.curlLine().contains(u"http://127.0.0.1:8000/webhook"_s));
    QVERIFY(screen.view.note().isEmpty());
    picture(screen.view, u"rejected-empty-light"_s);
}

void RejectedViewTest::showsWhatWasWrong()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    picture(screen.view, u"rejected-light-0"_s);
    for (int row = 1; row < 6; ++row) {
        screen.view.list()->setCurrentIndex(screen.view.model()->index(row, 0));
        picture(screen.view, u"rejected-light-%1"_s.arg(row));
    }
    screen.theme.setMode(ThemeMode::Dark);
    QCoreApplication::processEvents();
    picture(screen.view, u"rejected-dark"_s);
    screen.view.resize(420, 640);
    QCoreApplication::processEvents();
    picture(screen.view, u"rejected-dark-narrow"_s);
    screen.theme.setMode(ThemeMode::HighContrastLight);
    screen.view.resize(1000, 420);
    QCoreApplication::processEvents();
    picture(screen.view, u"rejected-contrast"_s);
}

QTEST_MAIN(RejectedViewTest)
#include "tst_rejectedview.moc"
