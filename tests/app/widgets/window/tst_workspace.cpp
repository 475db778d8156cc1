// All windows of the desktop together: real server, real sockets, real windows.
#include "app/board/savedview.h"
#include "app/feed/rawexport.h"
#include "app/session/session.h"
#include "app/settings/preferences.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/messagebox.h"
#include "app/widgets/base/scaledpage.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/commandpalette.h"
#include "app/widgets/window/mainwindow.h"
#include "app/workspace.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

constexpr int kPatienceMs = 15'000;

Settings settingsIn(const QTemporaryDir &dir)
{
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"entvas.db"_s);
    return settings;
}

void end(Workspace &workspace)
{
    QSignalSpy finished(&workspace, &Workspace::finished);
    workspace.quit();
    QVERIFY(finished.count() > 0 || finished.wait(kPatienceMs));
}

void run(MainWindow &window, const QString &action)
{
    QAction *found = window.actions().find(action);
    QVERIFY2(found, qPrintable(action));
    found->trigger();
}

QPushButton *buttonCalled(const QWidget &parent, const QString &text)
{
    for (auto *button : parent.findChildren<QPushButton *>())
        if (button->text().remove(u'&') == text)
            return button;
    return nullptr;
}

} // namespace

class TestWorkspace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void aNewWindowLooksAtTheSame();
    void windowsComeBackAsTheyWere();
    void windowsThatMakeNoSenseAreLeftOut();
    void windowsAreBounded();
    void onSomebodysServerNothingIsHosted();
    void aNamedViewLeavesTheOthersAsTheyWere();
    void oneWindowAsksAboutAProblem();
    void otherWindowsStillSayWhatIsWrong();
    void textOfDataIsNeverMarkup();
    void savedViewsBringEverythingBack();
    void aRunningExportIsNotLostUnasked();
    void aRemovedViewCanBeTakenBack();
    void aStrangersViewDoesNotCallItsServer();
    void theKioskShowsViewsInTurn();
    void aLargePageIsDrawnLarger();
    void thePaletteExportsWhatWasTyped();
    void thePaletteFindsAndDoes();
    void allActionsAreListed();
    void settingsHoldAtOnceAndCanBeUndone();
    void rulesOfOneWindowHoldInTheOthers();

private:
    QTemporaryDir m_config;
};

void TestWorkspace::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    QVERIFY(QSettings().fileName().startsWith(m_config.path()));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TestWorkspace::init()
{
    QSettings().clear();
    QDir(ViewStore::defaultFolder()).removeRecursively();
    QVERIFY(ViewStore::defaultFolder().startsWith(m_config.path()));
}

void TestWorkspace::aNewWindowLooksAtTheSame()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &first = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(first.board().hasData(), kPatienceMs);
    first.board().setRange(NamedRange::Month);
    run(first, u"window.new"_s);
    QCOMPARE(workspace.windows().size(), 2);
    MainWindow &second = *workspace.windows().last();
    QVERIFY(second.isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(second.board().hasData(), kPatienceMs);
    QCOMPARE(second.board().choice().view, TimeView::of(NamedRange::Month));
    QCOMPARE(second.session().serverUrl(), first.session().serverUrl()); // one server for both
    second.board().setRange(NamedRange::Day);
    QCOMPARE(first.board().choice().view, TimeView::of(NamedRange::Month)); // from here on each for itself

    QPointer<MainWindow> gone = &second;
    second.close();
    QCOMPARE(workspace.windows().size(), 1);
    QTRY_VERIFY(!gone);
    QVERIFY(workspace.host().isRunning());
    QCOMPARE(first.board().state().kind, FeedState::Kind::Live);
    end(workspace);
    QVERIFY(!workspace.host().isRunning());
}

void TestWorkspace::windowsComeBackAsTheyWere()
{
    const QTemporaryDir dir;
    {
        Workspace workspace(settingsIn(dir));
        workspace.start();
        MainWindow &first = *workspace.windows().first();
        QTRY_VERIFY_WITH_TIMEOUT(first.board().hasData(), kPatienceMs);
        first.resize(1024, 700); // no larger than the screen of the offscreen platform allows
        first.board().setZone(QTimeZone("Asia/Tokyo"));
        SavedView other = first.view();
        other.zone = "America/New_York";
        other.choice.view = TimeView::of(NamedRange::Quarter);
        QVERIFY(workspace.openWindow(other));
        end(workspace);
    }
    Workspace workspace(settingsIn(dir));
    workspace.start();
    QCOMPARE(workspace.windows().size(), 2);
    MainWindow &first = *workspace.windows().first();
    MainWindow &second = *workspace.windows().last();
    QCOMPARE(first.size(), QSize(1024, 700));
    QCOMPARE(first.board().zone(), QTimeZone("Asia/Tokyo"));
    QCOMPARE(second.board().zone(), QTimeZone("America/New_York"));
    QCOMPARE(second.board().choice().view, TimeView::of(NamedRange::Quarter));
    QTRY_VERIFY_WITH_TIMEOUT(first.board().hasData() && second.board().hasData(), kPatienceMs);
    Preferences preferences = Preferences::load();
    preferences.restoresWindows = false;
    preferences.save();
    end(workspace);
    Workspace fresh(settingsIn(dir));
    fresh.start();
    QCOMPARE(fresh.windows().size(), 1);
    QCOMPARE(fresh.windows().first()->board().zone(), QTimeZone::systemTimeZone());
    end(fresh);
}

void TestWorkspace::windowsThatMakeNoSenseAreLeftOut()
{
    QSettings().setValue(u"windows/own"_s,
                         QByteArray(R"([{"view":{"entvas":"view","show":{"view":"week"},"server":"local"},
        "geometry":"%%%"}, 7, {"view":{"entvas":"view","server":"gopher://x"}}, {}])"));
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    QCOMPARE(workspace.windows().size(), 1);
    QCOMPARE(workspace.windows().first()->board().choice().view, TimeView::of(NamedRange::Week));
    end(workspace);
}

void TestWorkspace::windowsAreBounded()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    for (qsizetype i = 0; i < Workspace::kMostWindows; ++i)
        QVERIFY(workspace.openWindow(SavedView()));
    QVERIFY(!workspace.openWindow(SavedView()));
    run(*workspace.windows().first(), u"window.new"_s); // says nothing, breaks nothing
    QCOMPARE(workspace.windows().size(), Workspace::kMostWindows);
    end(workspace);
}

void TestWorkspace::onSomebodysServerNothingIsHosted()
{
    const QTemporaryDir dir, other;
    Workspace server(settingsIn(dir));
    server.start();
    QTRY_VERIFY_WITH_TIMEOUT(server.windows().first()->board().hasData(), kPatienceMs);
    const QUrl url = server.windows().first()->session().serverUrl();
    {
        Workspace guest(settingsIn(other));
        guest.startOn(url, {});
        MainWindow &window = *guest.windows().first();
        QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
        QVERIFY(!guest.host().isRunning());
        QVERIFY(!QFile::exists(other.filePath(u"entvas.db"_s)));
        window.board().setRange(NamedRange::All);
        run(window, u"window.new"_s);
        QCOMPARE(guest.windows().last()->session().serverUrl(), url);
        end(guest);
    }
    Workspace again(settingsIn(other));
    again.startOn(url, {});
    QCOMPARE(again.windows().size(), 1);
    QCOMPARE(again.windows().first()->board().choice().view, TimeView::of(NamedRange::All));
    end(again);
    end(server);
}

void TestWorkspace::aNamedViewLeavesTheOthersAsTheyWere()
{
    const QTemporaryDir dir;
    const QByteArray before = R"([{"view":{"entvas":"view","show":{"view":"week"},"server":"local"}}])";
    QSettings().setValue(u"windows/own"_s, before);
    Workspace workspace(settingsIn(dir));
    SavedView view;
    view.choice.view = TimeView::of(NamedRange::Quarter);
    workspace.startWith(view);
    QCOMPARE(workspace.windows().size(), 1);
    MainWindow &window = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs); // of this computer's server
    QCOMPARE(window.board().choice().view, TimeView::of(NamedRange::Quarter));
    end(workspace);
    QCOMPARE(QSettings().value(u"windows/own"_s).toByteArray(), before);
}

void TestWorkspace::oneWindowAsksAboutAProblem()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const QTemporaryDir dir;
    Settings settings = settingsIn(dir);
    settings.port = taken.serverPort();
    Workspace workspace(settings);
    SavedView local;
    local.server = QString::fromUtf16(kLocalServer);
    workspace.openWindow(local);
    workspace.openWindow(local);
    int asked = 0;
    QTimer watch;
    connect(&watch, &QTimer::timeout, this, [&] {
        if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget())) {
            ++asked;
            box->hide(); // so that it is counted once; then as if Another port had been chosen
            for (QAbstractButton *button : box->buttons())
                if (button->text().contains(u"Try again"_s)) {
                    taken.close();
                    button->click();
                }
        }
    });
    watch.start(20);
    QTRY_VERIFY_WITH_TIMEOUT(
        workspace.windows().first()->board().hasData() && workspace.windows().last()->board().hasData(), kPatienceMs);
    QCOMPARE(asked, 1);
    end(workspace);
}

// One window's person chose another server: the other windows still want the one that could not start, and say so.
void TestWorkspace::otherWindowsStillSayWhatIsWrong()
{
    const QTemporaryDir dir, elsewhere;
    Workspace other(settingsIn(elsewhere));
    other.start();
    QTRY_VERIFY_WITH_TIMEOUT(other.windows().first()->board().hasData(), kPatienceMs);
    const QUrl url = other.windows().first()->session().serverUrl();
    Settings settings = settingsIn(dir);
    settings.port = quint16(url.port());
    Workspace workspace(settings);
    SavedView local;
    local.server = QString::fromUtf16(kLocalServer);
    workspace.openWindow(local);
    workspace.openWindow(local);
    QTimer watch;
    connect(&watch, &QTimer::timeout, this, [&] {
        if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget()))
            for (QAbstractButton *button : box->buttons())
                if (button->text().contains(u"Show it"_s))
                    button->click();
    });
    watch.start(20);
    const auto live = [&](int i) { return workspace.windows()[i]->board().hasData(); };
    QTRY_VERIFY_WITH_TIMEOUT(live(0) || live(1), kPatienceMs);
    MainWindow &stranded = *workspace.windows()[live(0) ? 1 : 0];
    QVERIFY(stranded.session().lastProblem());
    QPushButton *again = nullptr;
    QTRY_VERIFY((again = buttonCalled(stranded, u"Try again"_s)) && again->isVisible());
    QTest::qWait(1'200); // frames go on; it still says so
    QVERIFY(again->isVisible());
    end(workspace);
    end(other);
}

void TestWorkspace::textOfDataIsNeverMarkup()
{
    QMessageBox box;
    setPlainTexts(box, u"<b>headline</b>"_s, u"<img src='/etc/passwd'> & more"_s);
    int seen = 0;
    for (const QLabel *label : box.findChildren<QLabel *>()) {
        if (!label->text().contains(u'<'))
            continue;
        ++seen;
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QCOMPARE(seen, 2);
}

void TestWorkspace::savedViewsBringEverythingBack()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    window.board().setZone(QTimeZone("Asia/Kolkata"));
    BoardChoice choice;
    choice.view = TimeView::last(7'200'000);
    choice.filter.insert(u"page"_s, {{u"home"_s}, false});
    choice.comparison = Comparison::PreviousPeriod;
    window.board().choose(choice);
    const LayoutNode layout = removed(defaultLayout(true), u"stream"_s);
    window.desk()->docking()->setLayout(layout);
    SavedView saved = window.view();
    saved.name = u"Mine"_s;
    QVERIFY(workspace.views().save(saved).ok());

    window.board().choose({});
    window.board().setZone(QTimeZone::utc());
    run(window, u"window.new"_s); // with the layout of the first
    QVERIFY(workspace.windows().last()->desk()->docking()->own() == layout);
    window.desk()->docking()->resetLayout();
    QSignalSpy feeds(&window.session(), &Session::feedChanged);
    run(window, u"palette"_s);
    auto *line = window.palette()->findChild<QLineEdit *>();
    QTest::keyClicks(line, u"mine"_s);
    QCOMPARE(window.palette()->shown().value(0), u"Mine"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(window.board().choice(), choice);
    QCOMPARE(window.board().zone(), QTimeZone("Asia/Kolkata"));
    QVERIFY(window.desk()->docking()->own() == layout);
    QVERIFY(window.desk()->docking()->canUndo()); // a view that was shown by mistake costs nobody a layout
    window.desk()->docking()->undo();
    QVERIFY(window.desk()->docking()->isAutomatic());
    QCOMPARE(feeds.size(), 0); // the same server: nothing is connected anew
    end(workspace);
}

void TestWorkspace::aRunningExportIsNotLostUnasked()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    auto *raw =
        new RawExport(window.session().pagesOptions(), dir.filePath(u"all.csv"_s), RawExport::Format::Csv, &window);
    int asked = 0;
    QTimer watch;
    connect(&watch, &QTimer::timeout, this, [&] {
        if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget())) {
            ++asked;
            box->reject(); // Esc
        }
    });
    watch.start(20);
    window.close();
    QCOMPARE(asked, 1);
    QVERIFY(window.isVisible());
    run(window, u"quit"_s);
    QCOMPARE(asked, 2);
    QVERIFY(window.isVisible());
    delete raw;
    QSignalSpy finished(&workspace, &Workspace::finished);
    run(window, u"quit"_s);
    QCOMPARE(asked, 2);
    QVERIFY(finished.count() > 0 || finished.wait(kPatienceMs));
}

void TestWorkspace::aRemovedViewCanBeTakenBack()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    SavedView saved = window.view();
    saved.name = u"A & <b>"_s;
    saved.choice.view = TimeView::of(NamedRange::Quarter);
    QVERIFY(workspace.views().save(saved).ok());
    QMenu *menu = nullptr;
    for (const QToolButton *button : window.findChildren<QToolButton *>())
        if (button->accessibleName() == u"Menu"_s)
            menu = button->menu();
    QVERIFY(menu);
    Q_EMIT menu->aboutToShow();
    for (const QString &text : {u"&Views"_s, u"A && <b>"_s}) {
        QMenu *next = nullptr;
        for (const QAction *action : menu->actions())
            if (action->text() == text)
                next = action->menu();
        QVERIFY2(next, qPrintable(text));
        menu = next;
    }
    menu->actions().last()->trigger();
    QCOMPARE(workspace.views().names(), QStringList());
    QPushButton *undo = buttonCalled(window, u"Undo"_s);
    QVERIFY(undo && undo->isVisible());
    undo->click();
    QVERIFY(!undo->isVisible());
    QCOMPARE(workspace.views().load(u"A & <b>"_s)->choice, saved.choice);
    end(workspace);
}

void TestWorkspace::aStrangersViewDoesNotCallItsServer()
{
    const QTemporaryDir dir;
    QTcpServer stranger;
    QVERIFY(stranger.listen(QHostAddress::LocalHost));
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    SavedView view;
    view.server = u"http://127.0.0.1:%1"_s.arg(stranger.serverPort());
    view.choice.view = TimeView::of(NamedRange::Week);
    const QString path = dir.filePath(u"gift.json"_s);
    QVERIFY(ViewStore::write(view, path).ok());
    bool asked = false;
    QTimer::singleShot(300, this, [&] {
        if (auto *dialog = qobject_cast<QDialog *>(QApplication::activeModalWidget())) {
            asked = true;
            dialog->reject();
        }
    });
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QVERIFY(asked);
    QCOMPARE(window.board().choice().view, TimeView::of(NamedRange::Week)); // what harms nobody is shown
    QVERIFY(!stranger.hasPendingConnections());
    QVERIFY(window.session().isLocal());
    end(workspace);
}

void TestWorkspace::theKioskShowsViewsInTurn()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    for (const NamedRange range : {NamedRange::Day, NamedRange::Week, NamedRange::Month}) {
        SavedView view;
        view.name = u"view %1"_s.arg(int(range));
        view.choice.view = TimeView::of(range);
        QVERIFY(workspace.views().save(view).ok());
    }
    QFile broken(workspace.views().folder() + u"/view 3b.json"_s);
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("{") == 1);
    broken.close();
    QTRY_COMPARE(workspace.views().names().size(), 4);

    const LayoutNode layout = removed(defaultLayout(true), u"top"_s);
    window.desk()->docking()->setLayout(layout);
    window.board().setRange(NamedRange::Quarter);
    const SavedView before = window.view();
    run(window, u"kiosk"_s);
    QVERIFY(window.isKiosk());
    QVERIFY(window.desk()->docking()->isAutomatic()); // as the view has it
    QCOMPARE(window.view(), before);                  // what is remembered, and what a new window begins with
    QVERIFY(window.isFullScreen());
    QVERIFY(!window.findChild<QFrame *>(u"toolbar"_s)->isVisible());
    StreamCard *stream = window.desk()->stream();
    QVERIFY(!stream->filterLine()->isVisible() && !stream->pauseButton()->isVisible());
    QVERIFY(!window.desk()->chart()->hasFocus());
    QTest::keyClick(window.focusWidget(), Qt::Key_Tab); // nor does it go anywhere
    QCOMPARE(window.focusWidget(), window.centralWidget());
    const auto range = [&] { return window.board().choice().view.named; };
    QCOMPARE(range(), NamedRange::Day);
    QTest::keyClick(&window, Qt::Key_PageDown);
    QCOMPARE(range(), NamedRange::Week);
    QTest::keyClick(&window, Qt::Key_PageDown); // the broken one: what was shown stays
    QCOMPARE(range(), NamedRange::Week);
    QTest::keyClick(&window, Qt::Key_PageDown);
    QCOMPARE(range(), NamedRange::Month);
    QTest::keyClick(&window, Qt::Key_PageDown);
    QCOMPARE(range(), NamedRange::Day);
    QTest::keyClick(&window, Qt::Key_PageUp);
    QCOMPARE(range(), NamedRange::Month);
    QTest::keyClick(&window, Qt::Key_Escape);
    QVERIFY(!window.isKiosk());
    QVERIFY(!window.isFullScreen());
    QVERIFY(window.findChild<QFrame *>(u"toolbar"_s)->isVisible());
    QVERIFY(stream->filterLine()->isVisible() && stream->pauseButton()->isVisible());
    QVERIFY(window.desk()->chart()->hasFocus());
    QCOMPARE(window.view(), before);
    window.desk()->docking()->undo(); // the turns were no steps
    QVERIFY(window.desk()->docking()->isAutomatic());
    QVERIFY(!window.desk()->docking()->canUndo());
    end(workspace);
}

// On a wall all grows with the screen, type and rows alike.
void TestWorkspace::aLargePageIsDrawnLarger()
{
    auto *page = new QWidget;
    auto *text = new QLabel(u"MMMM"_s, page);
    text->move(10, 10);
    text->setStyleSheet(u"background: #ff0000; color: #ff0000"_s);
    text->resize(100, 20);
    auto *button = new QPushButton(u"Log in"_s, page);
    button->setGeometry(400, 300, 100, 30);
    QSignalSpy clicked(button, &QPushButton::clicked);
    ScaledPage scaled(page);
    scaled.resize(2560, 1600);
    scaled.show();
    QCOMPARE(page->size(), scaled.size());
    const auto redAt = [&](int x, int y) { return scaled.grab().toImage().pixelColor(x, y) == QColor(Qt::red); };
    QVERIFY(redAt(60, 20) && !redAt(210, 50));
    scaled.setLarge(true);
    QCOMPARE(scaled.factor(), 2.0);
    QCOMPARE(page->size(), QSize(1280, 800));
    QVERIFY(redAt(25, 25) && redAt(215, 55) && !redAt(225, 40) && !redAt(100, 65));
    const QPoint seen(900, 630); // twice as far from the corner
    QTest::mouseClick(scaled.childAt(seen), Qt::LeftButton, {}, seen);
    QCOMPARE(clicked.size(), 1);
    QTest::mouseClick(scaled.childAt(seen), Qt::LeftButton, {}, QPoint(450, 315));
    QCOMPARE(clicked.size(), 1);
    scaled.resize(1024, 700); // as on a small screen: as it is
    QCOMPARE(scaled.factor(), 1.0);
    QCOMPARE(page->size(), QSize(1024, 700));
    scaled.setLarge(false);
    scaled.resize(2560, 1600);
    QCOMPARE(page->size(), scaled.size());
}

// What the list offers first is what Enter does.
void TestWorkspace::thePaletteExportsWhatWasTyped()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    MainWindow &window = *workspace.openWindow(SavedView());
    for (const auto &[typed, id] : {std::pair{u"csv"_s, u"export.csv"_s}, std::pair{u"svg"_s, u"export.svg"_s},
                                    std::pair{u"json"_s, u"export.json"_s}, std::pair{u"pdf"_s, u"export.pdf"_s},
                                    std::pair{u"export csv"_s, u"export.csv"_s}}) {
        QAction *action = window.actions().find(id);
        QObject::disconnect(action, &QAction::triggered, nullptr, nullptr); // a dialog for a file would stay open
        QSignalSpy done(action, &QAction::triggered);
        run(window, u"palette"_s);
        auto *line = window.palette()->findChild<QLineEdit *>();
        QTest::keyClicks(line, typed);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY2(done.size() == 1, qPrintable(typed));
    }
    end(workspace);
}

void TestWorkspace::thePaletteFindsAndDoes()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &window = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    CommandPalette *palette = window.palette();
    auto *line = palette->findChild<QLineEdit *>();
    const auto type = [&](const QString &text) {
        run(window, u"palette"_s);
        QVERIFY(palette->isVisible());
        QTest::keyClicks(line, text);
    };
    type(u"week"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QCOMPARE(window.board().choice().view, TimeView::of(NamedRange::Week));
    type(u"zone kolkata"_s);
    QCOMPARE(palette->shown().value(0), u"Asia/Kolkata"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(window.board().zone(), QTimeZone("Asia/Kolkata"));
    type(u"no such thing at all"_s);
    QCOMPARE(palette->shown(), QStringList());
    QTest::keyClick(line, Qt::Key_Return); // nothing to do
    QTest::keyClick(line, Qt::Key_Escape);
    QVERIFY(!palette->isVisible());
    for (int i = 0; i < 8; ++i) // the keys themselves work anywhere in the window, too
        QTest::keyClick(&window, Qt::Key(Qt::Key_1 + i % 7));
    QCOMPARE(window.board().choice().view, TimeView::of(NamedRange::FiveMinutes));
    // The key that opens it leaves it, and the keyboard is back where it was.
    QWidget *focused = window.focusWidget();
    type(u"x"_s);
    run(window, u"palette"_s);
    QVERIFY(!palette->isVisible());
    QCOMPARE(window.focusWidget(), focused);
    // What was used last is offered first.
    run(window, u"palette"_s);
    QCOMPARE(palette->recent().value(0), u"range.3"_s);
    QVERIFY(palette->shown().value(0).contains(u"7 days"_s));
    QTest::keyClick(line, Qt::Key_Up); // round to the last one
    auto *list = palette->findChild<QListView *>();
    QCOMPARE(list->currentIndex().row(), int(palette->shown().size()) - 1);
    QTest::keyClick(line, Qt::Key_Escape);
    end(workspace);
}

void TestWorkspace::allActionsAreListed()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    MainWindow &window = *workspace.openWindow(SavedView());
    QHash<QString, QString> byKey;
    for (const Actions::Group &group : window.actions().groups()) {
        QVERIFY(!group.title.isEmpty());
        for (const QAction *action : group.actions) {
            QVERIFY(!Actions::textOf(action).isEmpty());
            const QString keys = action->shortcut().toString();
            if (keys.isEmpty())
                continue;
            QVERIFY2(!byKey.contains(keys), qPrintable(keys + u": "_s + action->objectName()));
            byKey.insert(keys, action->objectName());
        }
    }
    KeysDialog dialog(window.actions(), &window);
    QStringList texts;
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        texts << label->text();
    for (const QString &keys : byKey.keys())
        QVERIFY2(texts.contains(QKeySequence(keys).toString(QKeySequence::NativeText)), qPrintable(keys));
    end(workspace);
}

void TestWorkspace::settingsHoldAtOnceAndCanBeUndone()
{
    const Preferences before = Preferences::load();
    SettingsDialog dialog(before, false, u"/nowhere"_s);
    QSignalSpy changed(&dialog, &SettingsDialog::changed);
    QVERIFY(!dialog.findChildren<QComboBox *>().isEmpty());
    for (QComboBox *box : dialog.findChildren<QComboBox *>()) {
        QVERIFY(!box->accessibleName().isEmpty());
        box->setCurrentIndex(box->count() - 1);
    }
    QCOMPARE(changed.size(), dialog.findChildren<QComboBox *>().size());
    QVERIFY(dialog.preferences() != before);
    dialog.preferences().save();
    QCOMPARE(Preferences::load(), dialog.preferences());
    buttonCalled(dialog, u"Undo changes"_s)->click();
    QCOMPARE(dialog.preferences(), before);
    QSettings().setValue(u"window/scale"_s, u"huge"_s);
    QSettings().setValue(u"window/theme"_s, 99);
    QCOMPARE(Preferences::load().scalePercent, Preferences::kLeastScale);
    QCOMPARE(Preferences::load().theme, ThemeMode::System);
}

void TestWorkspace::rulesOfOneWindowHoldInTheOthers()
{
    const QTemporaryDir dir;
    Workspace workspace(settingsIn(dir));
    workspace.start();
    MainWindow &first = *workspace.windows().first();
    QTRY_VERIFY_WITH_TIMEOUT(first.board().hasData(), kPatienceMs);
    run(first, u"window.new"_s);
    MainWindow &second = *workspace.windows().last();
    QTRY_VERIFY_WITH_TIMEOUT(second.board().hasData(), kPatienceMs);
    QCOMPARE(second.alerts()->server(), first.alerts()->server());
    AlertRule rule;
    rule.name = u"Many"_s;
    first.alerts()->setRules({rule});
    QCOMPARE(second.alerts()->watch().rules().size(), 1); // whether there is a tray or not
    end(workspace);
}

QTEST_MAIN(TestWorkspace)
#include "tst_workspace.moc"
