// Numbers that senders write stay as they were written, from the socket to the clipboard: real server, real window.
#include "app/board/eventstream.h"
#include "app/session/session.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 15'000;
const QByteArray kMetadata = R"({"big":12345678901234567890,"price":1.50,"part":0.1000,"huge":1e21,"in":{"a":[-0.0]}})";

bool post(const QUrl &webhook, const QByteArray &body)
{
    QNetworkAccessManager manager;
    QNetworkRequest request(webhook);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", kDevelopmentKey);
    QNetworkReply *reply = manager.post(request, body);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    const bool done = finished.wait(kPatienceMs) && reply->error() == QNetworkReply::NoError;
    reply->deleteLater();
    return done;
}

// Names and values of a tree, from the top down.
QStringList texts(const QTreeWidgetItem *parent)
{
    QStringList all;
    for (int i = 0; i < parent->childCount(); ++i)
        all << parent->child(i)->text(0) + u'=' + parent->child(i)->text(1) << texts(parent->child(i));
    return all;
}

// What the window shows, finds and copies of the only event of the stream.
void checkShown(Desk *desk)
{
    StreamCard *card = desk->stream();
    QCOMPARE(card->view()->stream().kept(), 1);
    QCOMPARE(card->view()->stream().event(0).metadata, kMetadata);
    const std::pair<QString, int> found[]{
        {u"price=1.50"_s, 1},  {u"price=1.5"_s, 0}, {u"big=12345678901234567890"_s, 1},
        {u"part=0.1000"_s, 1}, {u"1e21"_s, 1},      {u"1e+21"_s, 0}};
    for (const auto &[line, rows] : found) {
        card->filterLine()->setText(line);
        QVERIFY2(card->view()->stream().rowCount() == rows, qPrintable(line));
    }
    card->filterLine()->clear();
    QTest::mouseClick(card->view()->viewport(), Qt::LeftButton, {}, QPoint(100, 26 + 5));
    EventPane *pane = desk->eventPane();
    QVERIFY(pane->isVisible());
    const QStringList shown = texts(pane->tree()->invisibleRootItem());
    for (const QString &text :
         {u"big=12345678901234567890"_s, u"price=1.50"_s, u"part=0.1000"_s, u"huge=1e21"_s, u"[0]=-0.0"_s})
        QVERIFY2(shown.contains(text), qPrintable(shown.join(u' ')));
    for (QPushButton *button : pane->findChildren<QPushButton *>()) {
        if (!button->text().startsWith(u"Copy as"_s))
            continue;
        QApplication::clipboard()->clear();
        button->click();
        const QString copied = QApplication::clipboard()->text().remove(u' ').remove(u'\n');
        QVERIFY2(copied.contains(QString::fromLatin1(kMetadata)), qPrintable(copied));
    }
    QTest::keyClick(pane, Qt::Key_Escape);
}

} // namespace

class DigitsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void stayAsSentInLiveAndStoredEvents();

private:
    QTemporaryDir m_config;
};

void DigitsTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas-test"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
}

void DigitsTest::stayAsSentInLiveAndStoredEvents()
{
    Settings settings;
    settings.port = 0;
    settings.database.path = m_config.filePath(u"entvas.db"_s);
    Session session(settings);
    MainWindow window(&session);
    window.resize(1280, 800);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QVERIFY(post(session.webhookUrl(), R"({"eventType":"paid","userId":"42","metadata":)" + kMetadata + '}'));
    QTRY_COMPARE_WITH_TIMEOUT(window.board().stream().rowCount(), 1, kPatienceMs);
    checkShown(window.desk());
    if (QTest::currentTestFailed())
        return;
    QTRY_COMPARE_WITH_TIMEOUT(window.board().frame().main.total, 1, kPatienceMs);
    Q_EMIT window.desk()->chart()->eventsWanted(window.board().frame().grid.span());
    QTRY_COMPARE_WITH_TIMEOUT(window.desk()->stream()->view()->stream().kept(), 1, kPatienceMs);
    QVERIFY(!window.desk()->stream()->isLive());
    checkShown(window.desk());
    QSignalSpy stopped(&session, &Session::stopped);
    session.shutdown();
    QVERIFY(stopped.count() > 0 || stopped.wait(kPatienceMs));
}

QTEST_MAIN(DigitsTest)
#include "tst_digits.moc"
