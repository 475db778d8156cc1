// The whole product in one process: a real server with a real database, a real socket, a real window.
#include "app/feed/rawexport.h"
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/banner.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/emptypanel.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"
#include "app/workspace.h"
#include <QAction>
#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 15'000;

Settings settingsIn(const QTemporaryDir &dir)
{
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"entvas.db"_s);
    return settings;
}

int post(const QUrl &webhook, const QByteArray &body, const QByteArray &key = kDevelopmentKey)
{
    QNetworkAccessManager manager;
    QNetworkRequest request(webhook);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", key);
    QNetworkReply *reply = manager.post(request, body);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    if (!finished.wait(kPatienceMs))
        return -1;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    reply->deleteLater();
    return status;
}

const QByteArray kView = R"({"eventType":"page_view","userId":"42","metadata":{"page":"home","browser":"chrome"}})";
// What the original's feeder sends now and then.
const QByteArray kInvalid = R"({"eventType":"invalid_type","userId":"invalid_user","timestamp":"invalid-timestamp"})";

// Passes bytes on between a desktop and a server, counts what the desktop says, and can cut the line.
class Relay : public QTcpServer
{
public:
    explicit Relay(quint16 target) : m_target(target) { listen(QHostAddress::LocalHost); }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort())); }
    void cut()
    {
        close();
        for (const QPointer<QTcpSocket> &socket : std::as_const(m_sockets))
            if (socket)
                socket->abort();
    }
    void mend(quint16 port) { listen(QHostAddress::LocalHost, port); }
    int messagesUp = 0; // whole text or binary messages from the desktop; pings and pongs do not count

protected:
    void incomingConnection(qintptr handle) override
    {
        auto *desktop = new QTcpSocket(this);
        desktop->setSocketDescriptor(handle);
        auto *server = new QTcpSocket(desktop);
        server->connectToHost(QHostAddress::LocalHost, m_target);
        m_sockets << desktop << server;
        connect(desktop, &QTcpSocket::readyRead, server, [this, desktop, server] {
            const QByteArray bytes = desktop->readAll();
            const int opcode = bytes[0] & 0x0f;
            messagesUp += opcode == 1 || opcode == 2 ? 1 : 0;
            server->write(bytes);
        });
        connect(server, &QTcpSocket::readyRead, desktop, [desktop, server] { desktop->write(server->readAll()); });
        connect(server, &QTcpSocket::disconnected, desktop, &QTcpSocket::disconnectFromHost);
        connect(desktop, &QTcpSocket::disconnected, desktop, &QObject::deleteLater);
    }

private:
    quint16 m_target;
    QList<QPointer<QTcpSocket>> m_sockets;
};

void closeAll(Session &session)
{
    QSignalSpy stopped(&session, &Session::stopped);
    session.shutdown();
    QVERIFY(stopped.count() > 0 || stopped.wait(kPatienceMs));
}

} // namespace

class EndToEndTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void postChangesTheNumbersOnScreen();
    void aRangeClickChangesTheChartAndSendsNothing();
    void aLostServerIsSaidAndComesBack();
    void aMomentShowsItsEvents();
    void storedEventsAreSearched();
    void theStreamBeginsWithWhatIsStored();
    void rawEventsAreExported();
    void numbersAndChoicesSurviveARestart();
    void takenPortIsAProblemWithAWayOn();
    void sampleTrafficFillsTheScreen();

private:
    QTemporaryDir m_config;
};

void EndToEndTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas-test"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8()); // views too
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void EndToEndTest::postChangesTheNumbersOnScreen()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow window(&session);
    window.show();
    session.start();
    auto *empty = window.findChild<EmptyPanel *>();
    QTRY_VERIFY_WITH_TIMEOUT(empty->isVisible(), kPatienceMs);
    QVERIFY(empty->curlLine().contains(session.webhookUrl().toString()));
    QCOMPARE(window.findChild<ConnectionBadge *>()->word(), u"Live"_s);
    QCOMPARE(window.desk()->totalCard()->number(), u"0"_s);

    QCOMPARE(post(session.webhookUrl(), kView), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"1"_s, kPatienceMs);
    QVERIFY(!empty->isVisible());
    QCOMPARE(window.board().frame().main.groups[0].name, u"page_view"_s);
    QTRY_COMPARE_WITH_TIMEOUT(window.board().stream().rowCount(), qsizetype(1), kPatienceMs);

    QCOMPARE(post(session.webhookUrl(), kInvalid), 400);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->rejectedCard()->number(), u"1"_s, kPatienceMs);
    QCOMPARE(window.desk()->totalCard()->number(), u"1"_s);
    QCOMPARE(post(session.webhookUrl(), kView, "wrong-key"), 401);
    QCOMPARE(post(session.webhookUrl(), '[' + QByteArrayList(250, kView).join(',') + ']'), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"251"_s, kPatienceMs);
    closeAll(session);
}

void EndToEndTest::aRangeClickChangesTheChartAndSendsNothing()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(session.feed(), kPatienceMs);
    const QUrl webhook = session.webhookUrl();
    Relay relay(quint16(session.serverUrl().port()));

    Session remote(settingsIn(dir)); // never started: it only looks
    MainWindow window(&remote);
    window.show();
    remote.connectTo(relay.url(), {});
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QCOMPARE(post(webhook, kView), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"1"_s, kPatienceMs);
    QVERIFY(relay.messagesUp > 0); // it did subscribe

    const int before = relay.messagesUp;
    const QList<QToolButton *> buttons = window.findChildren<QToolButton *>(u"segment"_s);
    QCOMPARE(buttons.size(), 8); // the last one asks for a span
    QSignalSpy frames(&window.board(), &Board::framed);
    for (int i = 0; i < 7; ++i) {
        frames.clear();
        const int chosen = (i + 2) % 7;
        QTest::mouseClick(buttons[chosen], Qt::LeftButton);
        QVERIFY(frames.size() >= 1); // in the click itself
        QCOMPARE(window.board().frame().choice.view, TimeView::of(kNamedRanges[std::size_t(chosen)]));
        QCOMPARE(window.board().frame().main.total, 1);
    }
    QTest::qWait(300);
    QCOMPARE(relay.messagesUp, before);
    closeAll(remote);
    closeAll(session);
}

void EndToEndTest::aLostServerIsSaidAndComesBack()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(session.feed(), kPatienceMs);
    const QUrl webhook = session.webhookUrl();
    Relay relay(quint16(session.serverUrl().port()));
    const quint16 port = relay.serverPort();

    Session remote(settingsIn(dir));
    MainWindow window(&remote);
    window.show();
    remote.connectTo(relay.url(), {});
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QCOMPARE(post(webhook, kView), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"1"_s, kPatienceMs);

    relay.cut();
    auto *banner = window.findChild<Banner *>();
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
    QCOMPARE(banner->headline(), u"Connection lost"_s);
    QCOMPARE(window.desk()->totalCard()->number(), u"1"_s); // what was last known stays
    QCOMPARE(post(webhook, kView), 200);                    // meanwhile, elsewhere
    relay.mend(port);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"2"_s, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), kPatienceMs);
    closeAll(remote);
    closeAll(session);
}

// From a bar to the events behind it: stored ones, from the server, page by page.
void EndToEndTest::aMomentShowsItsEvents()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow window(&session);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QByteArrayList bodies;
    for (int i = 0; i < 450; ++i)
        bodies << R"({"eventType":"page_view","userId":"u)" + QByteArray::number(i) + R"(","metadata":{"n":)" +
                      QByteArray::number(i) + "}}";
    QCOMPARE(post(session.webhookUrl(), '[' + bodies.join(',') + ']'), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"450"_s, kPatienceMs);

    StreamCard *card = window.desk()->stream();
    const TimeGrid grid = window.board().frame().grid;
    Q_EMIT window.desk()->chart()->eventsWanted(grid.span());
    QVERIFY(!card->isLive());
    QTRY_COMPARE_WITH_TIMEOUT(card->view()->stream().kept(), 200, kPatienceMs);
    QCOMPARE(card->view()->stream().event(0).userId, u"u449"_s); // newest first
    QVERIFY2(card->note().contains(u"scroll"_s), qPrintable(card->note()));
    QScrollBar *bar = card->view()->verticalScrollBar();
    bar->setValue(bar->maximum());
    QTRY_COMPARE_WITH_TIMEOUT(card->view()->stream().kept(), 400, kPatienceMs);
    bar->setValue(bar->maximum());
    QTRY_COMPARE_WITH_TIMEOUT(card->view()->stream().kept(), 450, kPatienceMs);
    QCOMPARE(card->view()->stream().event(449).userId, u"u0"_s);
    QVERIFY2(card->note().contains(u"End of list"_s), qPrintable(card->note()));
    card->filterLine()->setText(u"n=17"_s);
    QCOMPARE(card->view()->stream().rowCount(), 1);
    QVERIFY2(card->note().startsWith(u"1 of 450 loaded"_s), qPrintable(card->note()));
    card->filterLine()->clear();
    QTest::keyClick(card->view(), Qt::Key_Escape);
    QVERIFY(card->isLive());
    // Nothing came a year ago; and a filter that finds nothing reads on by itself until the end.
    Q_EMIT window.desk()->chart()->eventsWanted({grid.edgesMs.first() - 31'536'000'000, grid.edgesMs.first()});
    QTRY_VERIFY_WITH_TIMEOUT(card->note().contains(u"No events stored"_s), kPatienceMs);
    card->filterLine()->setText(u"n:3 -n:4"_s);
    Q_EMIT window.desk()->chart()->eventsWanted(grid.span());
    QTRY_COMPARE_WITH_TIMEOUT(card->view()->stream().rowCount(), 86, kPatienceMs);
    QVERIFY2(card->note().startsWith(u"86 of 200 loaded"_s), qPrintable(card->note()));
    bar->setValue(bar->maximum());
    QTRY_COMPARE_WITH_TIMEOUT(card->view()->stream().kept(), 400, kPatienceMs);
    closeAll(session);
}

// What is typed later asks the server again, where the server can choose; the rest says what it was applied to.
void EndToEndTest::storedEventsAreSearched()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow window(&session);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    // 39 events of user 42, older than the 3,000 of others.
    QByteArrayList bodies;
    for (int i = 0; i < 3'039; ++i)
        bodies << R"({"eventType":")" + QByteArray(i % 2 == 0 ? "page_view" : "purchase") + R"(","userId":")" +
                      (i < 39 ? "42" : "o" + QByteArray::number(i)) + R"(","metadata":{"page":")" +
                      (i % 3 == 0 ? "home" : "cart") + R"(","n":)" + QByteArray::number(i) + "}}";
    QCOMPARE(post(session.webhookUrl(), '[' + bodies.join(',') + ']'), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.board().frame().totalEvents, 3'039, kPatienceMs);
    StreamCard *card = window.desk()->stream();
    const TimeSpan span = window.board().frame().grid.span();
    window.desk()->showStored(span);
    const EventStream &shown = card->view()->stream();
    QTRY_COMPARE_WITH_TIMEOUT(shown.kept(), 200, kPatienceMs);
    card->filterLine()->setText(u"user=42"_s);
    QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 39, kPatienceMs);
    QCOMPARE(shown.kept(), 39);
    QTRY_VERIFY2_WITH_TIMEOUT(card->note() == u"39 matches · End of list"_s, qPrintable(card->note()), kPatienceMs);
    // The one and the other: the server's part, then ours.
    card->filterLine()->setText(u"user=42 page=home"_s);
    QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 13, kPatienceMs);
    QVERIFY2(card->note().startsWith(u"13 of 39 loaded"_s), qPrintable(card->note()));
    // Only ours: it reads on for a while, then says so and offers to go on.
    card->filterLine()->setText(u"n=5"_s);
    QTRY_VERIFY_WITH_TIMEOUT(card->loadMoreButton()->isVisible(), kPatienceMs);
    QCOMPARE(shown.rowCount(), 0);
    QCOMPARE(shown.kept(), 2'000);
    QVERIFY2(card->note().startsWith(u"0 of 2,000 loaded"_s), qPrintable(card->note()));
    QTest::mouseClick(card->loadMoreButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(shown.kept(), 3'039, kPatienceMs);
    card->filterLine()->clear();

    // The window's filters: as the numbers count them, in stored events and in the live stream, until a switch says no.
    QVERIFY(!card->windowFiltersButton()->isVisible());
    BoardChoice choice = window.board().choice();
    choice.filter = {{u"eventType"_s, {{u"purchase"_s}, false}}, {u"page"_s, {{u"home"_s}, true}}};
    window.board().choose(choice);
    const qint64 counted = window.board().frame().main.total;
    QCOMPARE(counted, 1'013); // odd, and no multiple of three
    QVERIFY(card->windowFiltersButton()->isVisible());
    QVERIFY(card->windowFiltersButton()->isChecked());
    window.desk()->showStored(span);
    QTRY_VERIFY_WITH_TIMEOUT(shown.rowCount() > 0, kPatienceMs);
    for (qsizetype row = 0; row < shown.rowCount(); ++row) {
        QCOMPARE(shown.event(row).eventType, u"purchase"_s);
        QVERIFY(!shown.event(row).metadata.contains("home"));
    }
    card->showLive();
    const EventStream &live = window.board().stream();
    QVERIFY(live.kept() > live.rowCount());
    for (qsizetype row = 0; row < live.rowCount(); ++row)
        QCOMPARE(live.event(row).eventType, u"purchase"_s);
    QTest::mouseClick(card->windowFiltersButton(), Qt::LeftButton);
    QVERIFY(!card->usesWindowFilters());
    QCOMPARE(live.rowCount(), live.kept());
    QVERIFY(!window.actions().find(u"filter.events"_s)->isChecked());
    window.actions().find(u"filter.events"_s)->trigger(); // the same switch, in the menu
    QVERIFY(card->usesWindowFilters());

    // What an export takes with them, in both formats.
    const StreamFilter filter({}, card->windowFilters());
    for (const auto format : {RawExport::Format::Ndjson, RawExport::Format::Csv}) {
        RawExport raw(session.pagesOptions(), dir.filePath(u"filtered"_s), format);
        QSignalSpy finished(&raw, &RawExport::finished);
        raw.start(span, filter.choice(), [&](const wire::TailEvent &event) { return filter.matches(event); });
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QCOMPARE(finished.first().first().toLongLong(), counted);
    }
    closeAll(session);
}

// A window that opens on a server with a past shows its end at once; titles of stored events say of which day.
void EndToEndTest::theStreamBeginsWithWhatIsStored()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow first(&session);
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(first.board().hasData(), kPatienceMs);
    const auto bodies = [](int from, int count) {
        QByteArrayList all;
        for (int i = from; i < from + count; ++i)
            all << R"({"eventType":"log","userId":")" + QByteArray::number(i) + "\"}";
        return '[' + all.join(',') + ']';
    };
    QCOMPARE(post(session.webhookUrl(), bodies(0, 250)), 200);
    QTRY_COMPARE_WITH_TIMEOUT(first.board().frame().totalEvents, 250, kPatienceMs);
    Session other(settingsIn(dir));
    MainWindow second(&other);
    other.connectTo(session.serverUrl(), {});
    const EventStream &stream = second.board().stream();
    QTRY_COMPARE_WITH_TIMEOUT(stream.kept(), 200, kPatienceMs);
    QCOMPARE(stream.event(0).userId, u"50"_s); // oldest first
    QCOMPARE(stream.event(199).userId, u"249"_s);
    QCOMPARE(post(session.webhookUrl(), bodies(250, 10)), 200);
    QTRY_COMPARE_WITH_TIMEOUT(stream.kept(), 210, kPatienceMs);
    for (qsizetype i = 0; i < 210; ++i)
        QCOMPARE(stream.event(i).userId, QString::number(50 + i));
    second.desk()->stream()->showPast({1'780'000'000'000, 1'780'000'060'000});
    const QString year = QString::number(QDateTime::fromMSecsSinceEpoch(1'780'000'000'000).date().year());
    bool isSaid = false;
    for (const QLabel *label : second.desk()->stream()->findChildren<QLabel *>())
        isSaid = isSaid || (label->text().startsWith(u"Events of"_s) && label->text().contains(year));
    QVERIFY(isSaid);
    closeAll(other);
    closeAll(session);
}

void EndToEndTest::rawEventsAreExported()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow window(&session);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    constexpr int kEvents = 2'300;
    QByteArrayList bodies;
    for (int i = 0; i < kEvents; ++i)
        bodies << R"({"eventType":"a,\"metadata\":{","userId":"=u)" + QByteArray::number(i) +
                      R"(","metadata":{"price":1.10,"big":12345678901234567,"text":"},]\"x\n"}})";
    QCOMPARE(post(session.webhookUrl(), '[' + bodies.join(',') + ']'), 200);
    QTRY_COMPARE_WITH_TIMEOUT(window.board().frame().totalEvents, kEvents, kPatienceMs);
    const TimeSpan span = window.board().frame().grid.span();
    const auto lines = [&](const QString &name) {
        QFile file(dir.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll().split('\n') : QByteArrayList();
    };
    {
        RawExport raw(session.pagesOptions(), dir.filePath(u"a.ndjson"_s), RawExport::Format::Ndjson);
        QSignalSpy finished(&raw, &RawExport::finished);
        raw.start(span);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QCOMPARE(finished.first().first().toLongLong(), kEvents);
        const QByteArrayList written = lines(u"a.ndjson"_s);
        QCOMPARE(written.size(), kEvents + 1); // the last line ends too
        QSet<QString> users;
        for (const QByteArray &line : written.first(kEvents)) {
            const QJsonObject event = QJsonDocument::fromJson(line).object();
            QCOMPARE(event.value(u"eventType"_s).toString(), u"a,\"metadata\":{"_s);
            users.insert(event.value(u"userId"_s).toString());
        }
        QCOMPARE(users.size(), kEvents);
        QVERIFY(written[0].contains(R"("price":1.10)")); // digit by digit
        QVERIFY(written[0].contains("12345678901234567"));
    }
    {
        RawExport raw(session.pagesOptions(), dir.filePath(u"a.csv"_s), RawExport::Format::Csv);
        QSignalSpy finished(&raw, &RawExport::finished);
        raw.start(span);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        const QByteArrayList written = lines(u"a.csv"_s);
        QCOMPARE(written.size(), kEvents + 2);
        QVERIFY2(written[1].contains(",'=u"), written[1].constData()); // no formula
    }
    RawExport nowhere(session.pagesOptions(), dir.filePath(u"no/folder.csv"_s), RawExport::Format::Csv);
    QSignalSpy failed(&nowhere, &RawExport::failed);
    nowhere.start(span);
    QCOMPARE(failed.size(), 1);
    closeAll(session);
}

void EndToEndTest::numbersAndChoicesSurviveARestart()
{
    const QTemporaryDir dir;
    for (const int run : {1, 2}) {
        Workspace workspace(settingsIn(dir));
        workspace.start();
        QCOMPARE(workspace.windows().size(), 1);
        MainWindow &window = *workspace.windows().first();
        QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
        if (run == 1) {
            QCOMPARE(
                post(window.session().webhookUrl(), '[' + QByteArrayList(5, kView).join(',') + ',' + kInvalid + ']'),
                200);
            QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"5"_s, kPatienceMs);
            QTRY_COMPARE_WITH_TIMEOUT(window.desk()->rejectedCard()->number(), u"1"_s, kPatienceMs);
            window.board().setRange(NamedRange::Week);
            window.theme().setMode(ThemeMode::Dark);
        } else {
            QTRY_COMPARE_WITH_TIMEOUT(window.desk()->totalCard()->number(), u"5"_s, kPatienceMs);
            QCOMPARE(window.desk()->rejectedCard()->number(), u"1"_s);
            QCOMPARE(window.board().choice().view, TimeView::of(NamedRange::Week));
            QCOMPARE(window.theme().mode(), ThemeMode::Dark);
            QCOMPARE(window.board().frame().main.total, 5);
            window.theme().setMode(ThemeMode::Light);
        }
        QSignalSpy finished(&workspace, &Workspace::finished);
        window.close(); // the last one: that ends it all
        QVERIFY(finished.count() > 0 || finished.wait(kPatienceMs));
    }
}

void EndToEndTest::takenPortIsAProblemWithAWayOn()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const QTemporaryDir dir;
    Settings settings = settingsIn(dir);
    settings.port = other.serverPort();
    Session session(settings);
    QSignalSpy problems(&session, &Session::problem);
    session.start();
    QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 1, kPatienceMs);
    const auto problem = problems.first().first().value<SessionProblem>();
    QCOMPARE(problem.kind, SessionProblem::Kind::PortTaken);
    QVERIFY(problem.failure.text.contains(QString::number(other.serverPort())));
    session.useOwnServerOnPort(0);
    QTRY_VERIFY_WITH_TIMEOUT(session.feed(), kPatienceMs);
    closeAll(session);
}

void EndToEndTest::sampleTrafficFillsTheScreen()
{
    const QTemporaryDir dir;
    Session session(settingsIn(dir));
    MainWindow window(&session);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    session.startSampleTraffic(50);
    QTRY_VERIFY_WITH_TIMEOUT(window.board().frame().totalEvents > 20, kPatienceMs);
    session.stopSampleTraffic();
    QVERIFY(!session.isSampling());
    closeAll(session);
}

QTEST_MAIN(EndToEndTest)
#include "tst_endtoend.moc"
