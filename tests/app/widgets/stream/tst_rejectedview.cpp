#include "app/board/board.h"
#include "app/feed/rejectedpages.h"
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/stream/rejectedpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "tests/app/fakefeed.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
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
        count(0);
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

RejectedEvent numbered(quint64 number)
{
    RejectedEvent event;
    event.number = number;
    return event;
}

void picture(QWidget &widget, const QString &name)
{
    if (const QString folder = qEnvironmentVariable("ENTVAS_PICTURES"); !folder.isEmpty())
        QCoreApplication::processEvents(), QCoreApplication::processEvents(),
            widget.grab().save(folder + u'/' + name + u".png"_s);
}

} // namespace

// The view of rejected events: what it asks a server for, and what it shows of the answers.
class RejectedViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysThatAllIsWell();
    void showsWhatWasWrong();
    void asksOnlyForWhatIsNew();
    void asksOnlyWhileItCanBeSeen();
    void asksAtMostOnceASecond();
    void keepsWhatIsChosen();
    void keepsAsManyAsTheServer();
    void startsAfreshWithTheServer();
    void followsTheProject();
    void tellsWhyItCant_data();
    void tellsWhyItCant();
    void survivesAServerThatIsHostile();
    void neverSendsATokenInTheOpen();
    void worksByKeyboard();
    void copiesBodyAndCommand();
    void dataIsPlainText();
    void hasAccessibleNames();
    void fitsNarrowAndWide();
    void showsAMistakeOfARealSender();

private:
    QTemporaryDir m_config;
};

void RejectedViewTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"tst_rejectedview"_s);
}

void RejectedViewTest::saysThatAllIsWell()
{
    ManualClock clock{kNow};
    Theme theme;
    Board board(clock);
    RejectedView unconnected(board, theme);
    unconnected.setServer(RejectedServer().options());
    unconnected.show();
    QCOMPARE(unconnected.headline(), u"No server"_s);
    Screen screen;
    screen.show();
    QCOMPARE(screen.view.headline(), u"Loading…"_s);
    QTRY_COMPARE(screen.view.headline(), u"All events were accepted"_s);
    QVERIFY(screen.view.curlLine().contains(u"http://127.0.0.1:8000/webhook"_s));
    QVERIFY(screen.view.note().isEmpty());
    picture(screen.view, u"rejected-empty-light"_s);
    // Some were counted before the server started again.
    screen.count(7);
    QTRY_COMPARE(screen.view.headline(), u"All events since 16:03 were accepted"_s);
    picture(screen.view, u"rejected-restarted-light"_s);
}

void RejectedViewTest::showsWhatWasWrong()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    RejectedModel *model = screen.view.model();
    QTRY_COMPARE(model->rowCount(), 6);
    QCOMPARE(screen.view.headline(), QString());
    QCOMPARE(screen.view.note(), u"6 since the server started at 16:03"_s);
    const auto cell = [&](int row, int column) { return model->index(row, column).data().toString(); };
    QCOMPARE(cell(0, RejectedModel::Time), u"22:27:06"_s);
    QCOMPARE(cell(0, RejectedModel::Key), u"Checkout, shop 3"_s);
    QCOMPARE(cell(0, RejectedModel::Type), u"page_view"_s);
    QCOMPARE(cell(0, RejectedModel::Reason), u"userId is missing"_s);
    QCOMPARE(cell(1, RejectedModel::Key), u"f00d"_s); // a key without a name
    QCOMPARE(cell(1, RejectedModel::Type), u"–"_s);
    QCOMPARE(cell(3, RejectedModel::Reason), u"“amount” is not a field of an event · and 1,280 more events like it"_s);
    QCOMPARE(cell(4, RejectedModel::Type), u"log␉in"_s);
    QCOMPARE(cell(5, RejectedModel::Reason), u"userId must be a text, and 1 more"_s);

    screen.server.total = 1'500;
    screen.count(1);
    QTRY_COMPARE(screen.view.note(), u"1,500 since the server started at 16:03 · showing the latest 6"_s);

    // The newest is chosen at first; every one has its reasons, remedies, examples and marks.
    RejectedPane *pane = screen.view.pane();
    QCOMPARE(pane->title(), u"page_view from Checkout, shop 3"_s);
    QVERIFY(pane->body()->toPlainText().contains(u"caf\u00e9 ⟨U+202E⟩evil"_s));
    const auto marked = [&] {
        QStringList texts;
        for (const QTextEdit::ExtraSelection &mark : pane->body()->extraSelections())
            if (mark.format.underlineStyle() == QTextCharFormat::WaveUnderline)
                texts << mark.cursor.selectedText();
        return texts;
    };
    QCOMPARE(marked(), QStringList());
    picture(screen.view, u"rejected-light-0"_s);
    const QList<QStringList> faults{
        {}, {}, {u"'"_s}, {u"\"amount\""_s}, {u"\"log␉in\""_s}, {u"42"_s, u"\"yesterday\""_s}};
    for (int row = 1; row < 6; ++row) {
        screen.view.list()->setCurrentIndex(model->index(row, 0));
        QCOMPARE(marked(), faults[row]);
        picture(screen.view, u"rejected-light-%1"_s.arg(row));
    }
    QCOMPARE(pane->errors().size(), 8);
    QCOMPARE(pane->errors()[0], u"✕ userId must be a text"_s);
    QVERIFY(pane->errors()[1].contains(u"double quotes"_s));
    QCOMPARE(pane->errors()[2], u"\"userId\": \"42\""_s);
    QCOMPARE(pane->errors()[3], u"The sender was told: \"userId\" must be a string"_s);
    QVERIFY(pane->facts().contains(u"10.20.0.17"_s) && pane->facts().contains(u"answered 400"_s));
    screen.view.list()->setCurrentIndex(model->index(1, 0));
    QVERIFY(!pane->copyButton()->isEnabled() && !pane->curlButton()->isEnabled());
    screen.view.list()->setCurrentIndex(model->index(5, 0));

    screen.theme.setMode(ThemeMode::Dark);
    picture(screen.view, u"rejected-dark"_s);
    screen.view.resize(420, 640);
    picture(screen.view, u"rejected-dark-narrow"_s);
    screen.theme.setMode(ThemeMode::HighContrastLight);
    screen.view.resize(1000, 420);
    picture(screen.view, u"rejected-contrast"_s);
}

void RejectedViewTest::asksOnlyForWhatIsNew()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    QCOMPARE(screen.server.asked.size(), 1);
    QCOMPARE(screen.server.asked.first().path(), u"/rejections"_s);
    QCOMPARE(screen.server.parameter(u"after"_s), QString());
    screen.server.add("7", {error(u"object.base"_s, u"\"value\" must be of type object"_s)});
    screen.count(7);
    QTRY_COMPARE(screen.view.model()->rowCount(), 7);
    QCOMPARE(screen.server.parameter(u"after"_s), u"6"_s);
    QCOMPARE(screen.view.model()->event(0).body, "7");
    QCOMPARE(screen.view.model()->event(6).number, 1u);
}

void RejectedViewTest::asksOnlyWhileItCanBeSeen()
{
    Screen screen;
    screen.view.setServer(screen.server.options());
    screen.count(3);
    QTest::qWait(50);
    QVERIFY(screen.server.asked.isEmpty());
    screen.view.show();
    QTRY_COMPARE(screen.server.asked.size(), 1);
    screen.view.hide();
    screen.count(4);
    QTest::qWait(RejectedView::kLeastGapMs + 200);
    QCOMPARE(screen.server.asked.size(), 1);
    screen.view.show();
    QTRY_COMPARE(screen.server.asked.size(), 2);
}

void RejectedViewTest::asksAtMostOnceASecond()
{
    Screen screen;
    screen.show();
    QTRY_COMPARE(screen.view.headline(), u"All events were accepted"_s);
    QElapsedTimer timer;
    timer.start();
    for (int invalid = 1; invalid <= 12; ++invalid) {
        screen.server.add("{}", {error(u"any.required"_s, u"eventType is required"_s, {u"eventType"_s})});
        screen.count(invalid);
        QTest::qWait(100);
    }
    QTRY_COMPARE(screen.view.model()->rowCount(), 12); // the last is not lost
    QVERIFY(screen.server.asked.size() <= 2 + timer.elapsed() / RejectedView::kLeastGapMs);
    // And nothing without a change.
    const qsizetype asked = screen.server.asked.size();
    screen.count(12);
    QTest::qWait(RejectedView::kLeastGapMs + 200);
    QCOMPARE(screen.server.asked.size(), asked);
}

void RejectedViewTest::keepsWhatIsChosen()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    screen.view.list()->setCurrentIndex(screen.view.model()->index(3, 0));
    screen.server.add("7", {error(u"object.base"_s, u"\"value\" must be of type object"_s)});
    screen.count(7);
    QTRY_COMPARE(screen.view.model()->rowCount(), 7);
    QCOMPARE(screen.view.list()->currentIndex().row(), 4);
    QVERIFY(screen.view.pane()->title().startsWith(u"purchase"_s));
}

void RejectedViewTest::keepsAsManyAsTheServer()
{
    RejectedModel model;
    RejectedAnswer answer;
    for (quint64 number = 150; number > 0; --number)
        answer.events.append(numbered(number));
    answer.isWhole = true;
    model.take(answer);
    answer.isWhole = false;
    answer.events.clear();
    for (quint64 number = 300; number > 100; --number) // some of them twice
        answer.events.append(numbered(number));
    model.take(answer);
    QCOMPARE(model.rowCount(), int(kMostRejected));
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.event(row).number, quint64(300 - row));
    QCOMPARE(model.rowOf(300), 0);
    QCOMPARE(model.rowOf(100), -1);
    model.take(answer); // nothing new
    QCOMPARE(model.rowCount(), int(kMostRejected));
}

void RejectedViewTest::startsAfreshWithTheServer()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    screen.server.epoch = u"second-run"_s;
    screen.server.rejections = {};
    screen.server.total = 0;
    screen.server.add("1", {error(u"object.base"_s, u"\"value\" must be of type object"_s)});
    screen.count(7);
    QTRY_COMPARE(screen.view.model()->rowCount(), 1);
    QCOMPARE(screen.server.parameter(u"after"_s), QString());
    QCOMPARE(screen.view.model()->event(0).body, "1");
}

void RejectedViewTest::followsTheProject()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    wire::Hello hello;
    hello.epoch = u"e"_s;
    hello.projects = {{u"shop & co"_s, u"Shop"_s}};
    screen.feed.say(hello);
    LiveCube cube({u"eventType"_s});
    wire::Snapshot snapshot;
    snapshot.project = u"shop & co"_s;
    snapshot.cube = cube.snapshot();
    screen.server.rejections = {};
    screen.feed.say(snapshot);
    screen.feed.live();
    QTRY_COMPARE(screen.view.model()->rowCount(), 0);
    QTRY_COMPARE(QUrlQuery(screen.server.asked.last()).queryItemValue(u"project"_s, QUrl::FullyDecoded),
                 u"shop & co"_s);
    QCOMPARE(screen.server.parameter(u"after"_s), QString());
}

void RejectedViewTest::tellsWhyItCant_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("refused") << QByteArray("403 Forbidden")
                             << QByteArray(R"({"success":false,"message":"This key may send, not read"})")
                             << u"This key may send, not read"_s;
    QTest::newRow("no project") << QByteArray("404 Not Found")
                                << QByteArray(
                                       R"({"success":false,"message":"There is no project \"x\" that you may read"})")
                                << u"There is no project \"x\" that you may read"_s;
    QTest::newRow("earlier version") << QByteArray("404 Not Found")
                                     << QByteArray(R"({"success":false,"message":"There is nothing at /rejections"})")
                                     << u"127.0.0.1 does not report rejected events: its version is too old."_s;
    QTest::newRow("broken") << QByteArray("500 Oh") << QByteArray("<html>") << u"127.0.0.1 answered with status 500."_s;
    QTest::newRow("nonsense") << QByteArray("200 OK") << QByteArray("{}")
                              << u"The server's reply about rejected events could not be read."_s;
    QTest::newRow("elsewhere") << QByteArray("302 Found\r\nLocation: http://127.0.0.1:1/") << QByteArray("")
                               << u"127.0.0.1 answered with status 302."_s;
}

void RejectedViewTest::tellsWhyItCant()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, sentence);
    Screen screen;
    screen.server.status = status;
    screen.server.raw = body;
    screen.show();
    QTRY_COMPARE(screen.view.headline(), u"The rejected events can’t be read"_s);
    QCOMPARE(screen.view.explanation(), sentence);
    QVERIFY(screen.view.retryButton()->isVisible());
    picture(screen.view, u"rejected-failed-"_s + QString::fromLatin1(QTest::currentDataTag()));
    screen.server.status = "200 OK";
    screen.server.raw = {};
    fill(screen.server);
    screen.view.retryButton()->click();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    // A failure later leaves what is known, and says so.
    screen.server.status = "500 Oh";
    screen.count(7);
    QTRY_COMPARE(screen.view.note(), u"127.0.0.1 answered with status 500."_s);
    QCOMPARE(screen.view.model()->rowCount(), 6);
}

void RejectedViewTest::survivesAServerThatIsHostile()
{
    Screen screen;
    screen.show();
    // Far more than may come.
    screen.server.raw = QByteArray("{\"data\":{\"rejections\":[") + QByteArray("{\"number\":1},").repeated(1'500'000);
    QVERIFY(screen.server.raw.size() > RejectedPages::kMaxAnswerBytes);
    QTRY_COMPARE_WITH_TIMEOUT(screen.view.headline(), u"The rejected events can’t be read"_s, 20'000);
    // As much as may come, of the worst kind: decoded without holding up the window.
    QByteArray events;
    for (int number = 200; number > 0; --number)
        events += (events.isEmpty() ? "{\"number\":" : ",{\"number\":") + QByteArray::number(number) + ",\"errors\":[" +
                  QByteArray("{\"type\":\"string.base\",\"path\":[\"a\",\"b\"],\"message\":\"m\"},").repeated(199) +
                  "{\"type\":\"x\"}],\"body\":\"" + QByteArray("\\u0000{\\\"a\\\":[").repeated(2'500) + "\"}";
    screen.server.raw = "{\"data\":{\"rejections\":[" + events + "],\"total\":9e18,\"epoch\":\"x\"}}";
    QVERIFY(screen.server.raw.size() > 8'000'000 && screen.server.raw.size() < RejectedPages::kMaxAnswerBytes);
    screen.view.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(screen.view.model()->rowCount(), 200, 20'000);
    for (int row = 0; row < 3; ++row)
        screen.view.list()->setCurrentIndex(screen.view.model()->index(row, 0));
    QVERIFY(screen.view.pane()->body()->toPlainText().startsWith(u"␀{"_s));
}

void RejectedViewTest::neverSendsATokenInTheOpen()
{
    EventPagesOptions options;
    options.server = QUrl(u"http://entvas.example:8000"_s);
    options.token = u"secret"_s;
    RejectedPages pages(options);
    QSignalSpy failed(&pages, &RejectedPages::failed);
    pages.ask();
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains(u"https"_s));
}

void RejectedViewTest::worksByKeyboard()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    screen.view.activateWindow();
    screen.view.setFocus();
    QTRY_VERIFY(screen.view.list()->hasFocus());
    QTest::keyClick(screen.view.list(), Qt::Key_Down);
    QTest::keyClick(screen.view.list(), Qt::Key_Down);
    QCOMPARE(screen.view.list()->currentIndex().row(), 2);
    QVERIFY(screen.view.pane()->errors().first().contains(u"not valid JSON"_s));
    QTest::keySequence(screen.view.list(), QKeySequence::Copy);
    QCOMPARE(QApplication::clipboard()->text(), u"{'eventType':'page_view','userId':'42'}"_s);
    QTest::keyClick(screen.view.list(), Qt::Key_Tab);
    QVERIFY(!screen.view.list()->hasFocus());
    QTest::keyClick(screen.view.list(), Qt::Key_End);
    QCOMPARE(screen.view.list()->currentIndex().row(), 5);
    QSignalSpy escaped(&screen.view, &RejectedView::escaped);
    QTest::keyClick(screen.view.list(), Qt::Key_Escape);
    QCOMPARE(escaped.size(), 1);
}

void RejectedViewTest::copiesBodyAndCommand()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    screen.view.list()->setCurrentIndex(screen.view.model()->index(3, 0));
    screen.view.pane()->copyButton()->click();
    QVERIFY(QApplication::clipboard()->text().startsWith(u"{\"eventType\":\"purchase\""_s));
    screen.view.pane()->curlButton()->click();
    QVERIFY(QApplication::clipboard()->text().startsWith(u"curl -H 'X-API-Key: YOUR_KEY' --data-raw '{"_s));
    QVERIFY(QApplication::clipboard()->text().endsWith(u" 'http://127.0.0.1:8000/webhook'"_s));
}

void RejectedViewTest::dataIsPlainText()
{
    Screen screen;
    const QString evil = u"<img src='x.png'><b>bold</b>"_s;
    screen.server.add("<h1>body</h1>", {error(u"future.kind"_s, evil, {evil})},
                      {{u"key"_s, QJsonObject{{u"id"_s, evil}, {u"name"_s, evil}}}, {u"sender"_s, evil}});
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 1);
    for (const QLabel *label : screen.view.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
    QCOMPARE(screen.view.pane()->body()->toPlainText(), u"<h1>body</h1>"_s);
    for (int column = 0; column < RejectedModel::kColumns; ++column) {
        const QString tip = screen.view.model()->index(0, column).data(Qt::ToolTipRole).toString();
        QVERIFY2(!tip.contains(u"<img"_s) && !tip.contains(u"<b>"_s), qPrintable(tip));
    }
    picture(screen.view, u"rejected-evil"_s);
}

void RejectedViewTest::hasAccessibleNames()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    QVERIFY(!screen.view.accessibleName().isEmpty());
    QVERIFY(!screen.view.list()->accessibleName().isEmpty());
    QVERIFY(!screen.view.pane()->body()->accessibleName().isEmpty());
    QVERIFY(!screen.view.findChild<QLineEdit *>()->accessibleName().isEmpty());
    for (const QPushButton *button : screen.view.findChildren<QPushButton *>())
        QVERIFY(!button->text().isEmpty());
    QCOMPARE(screen.view.model()->index(1, RejectedModel::Type).data(Qt::AccessibleTextRole).toString(),
             u"The event type can’t be read"_s);
}

void RejectedViewTest::fitsNarrowAndWide()
{
    Screen screen;
    fill(screen.server);
    screen.show();
    QTRY_COMPARE(screen.view.model()->rowCount(), 6);
    for (const int width : {1600, 1000, 380}) {
        screen.view.resize(width, 560);
        QCoreApplication::processEvents();
        QCOMPARE(screen.view.findChild<QSplitter *>()->orientation(), width > 720 ? Qt::Horizontal : Qt::Vertical);
        QCOMPARE(screen.view.width(), width);
        for (const QWidget *part :
             {static_cast<QWidget *>(screen.view.list()), static_cast<QWidget *>(screen.view.pane()),
              static_cast<QWidget *>(screen.view.pane()->curlButton())}) {
            const QRect place(part->mapTo(&screen.view, QPoint()), part->size());
            QVERIFY(screen.view.rect().contains(place));
        }
        picture(screen.view, u"rejected-%1"_s.arg(width));
    }
    screen.view.resize(760, 250);
    picture(screen.view, u"rejected-low"_s);
}

void RejectedViewTest::showsAMistakeOfARealSender()
{
    QTemporaryDir folder;
    Settings settings;
    settings.port = 0;
    settings.database.path = folder.filePath(u"events.db"_s);
    Session session{Result<Settings>(settings)};
    Screen screen;
    connect(&session, &Session::feedChanged, &screen.view, [&](Feed *feed) {
        screen.board.setFeed(feed);
        screen.view.setServer(feed ? std::optional(session.pagesOptions()) : std::nullopt);
    });
    session.start();
    screen.view.show();
    QTRY_COMPARE_WITH_TIMEOUT(screen.view.headline(), u"All events were accepted"_s, 15'000);
    QNetworkAccessManager http;
    QNetworkRequest request(session.webhookUrl());
    request.setRawHeader("X-API-Key", kDevelopmentKey);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    QNetworkReply *reply = http.post(request, R"({"eventType":"page_view","userId":""})");
    // Seen because the board counts one more: nobody asks for it.
    QTRY_COMPARE_WITH_TIMEOUT(screen.view.model()->rowCount(), 1, 8'000);
    QCOMPARE(screen.view.model()->index(0, RejectedModel::Key).data().toString(), u"development key"_s);
    QCOMPARE(screen.view.model()->index(0, RejectedModel::Reason).data().toString(), u"userId is empty"_s);
    QCOMPARE(screen.board.frame().rejected, 1);
    delete reply;
    QSignalSpy stopped(&session, &Session::stopped);
    screen.board.setFeed(nullptr);
    session.shutdown();
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, 15'000);
}

QTEST_MAIN(RejectedViewTest)
#include "tst_rejectedview.moc"
