// Every shortcut of the list of actions, pressed on a real X server: on a Latin layout, on a Cyrillic one beside a
// Latin one, and on one alone. Keys come from outside, as scan codes; Qt makes of them what it makes for people.
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/mainwindow.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QPointer>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

constexpr int kPatienceMs = 20'000;
QString noServer; // why there is no X server of our own

bool run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished(kPatienceMs) && process.exitCode() == 0;
}

// Scan codes of a PC keyboard under X11, by what a US layout has there.
int scanCode(Qt::Key key)
{
    const auto in = [key](QLatin1StringView row, int first) {
        const qsizetype at = row.indexOf(QChar(char16_t(key)));
        return at < 0 ? 0 : first + int(at);
    };
    if (key >= Qt::Key_F1 && key <= Qt::Key_F10)
        return 67 + key - Qt::Key_F1;
    switch (key) {
    case Qt::Key_F11: return 95;
    case Qt::Key_F12: return 96;
    case Qt::Key_Left: return 113;
    case Qt::Key_Right: return 114;
    case Qt::Key_Up: return 111;
    case Qt::Key_Down: return 116;
    default: break;
    }
    for (const int code :
         {in("1234567890"_L1, 10), in("QWERTYUIOP"_L1, 24), in("ASDFGHJKL"_L1, 38), in("ZXCVBNM,./"_L1, 52)})
        if (code > 0)
            return code;
    return 0;
}

// With the modifiers held. A Cyrillic layout has the slash above the backslash.
QStringList press(const QKeySequence &keys, bool isCyrillic)
{
    const QKeyCombination combination = keys[0];
    QList<int> held;
    const Qt::KeyboardModifiers modifiers = combination.keyboardModifiers();
    int code = scanCode(combination.key());
    if (modifiers.testFlag(Qt::ControlModifier))
        held << 37;
    if (modifiers.testFlag(Qt::AltModifier))
        held << 64;
    if (modifiers.testFlag(Qt::ShiftModifier))
        held << 50;
    if (isCyrillic && combination.key() == Qt::Key_Slash) {
        held << 50;
        code = 51;
    }
    if (code == 0)
        return {};
    QStringList arguments;
    for (const int modifier : std::as_const(held))
        arguments << u"keydown"_s << QString::number(modifier);
    arguments << u"keydown"_s << QString::number(code) << u"keyup"_s << QString::number(code);
    for (auto modifier = held.crbegin(); modifier != held.crend(); ++modifier)
        arguments << u"keyup"_s << QString::number(*modifier);
    return arguments;
}

} // namespace

class TestKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void everyShortcutDoesItsOwn_data();
    void everyShortcutDoesItsOwn();
    void lettersDoWhatTheySay_data();
    void lettersDoWhatTheySay();

private:
    void layouts();
    bool show(MainWindow &window, const QString &layout);
    QTemporaryDir m_config;
};

void TestKeys::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TestKeys::init()
{
    if (!noServer.isEmpty())
        QSKIP(qPrintable(u"keys are not pressed: "_s + noServer));
    QSettings().clear();
}

void TestKeys::layouts()
{
    QTest::addColumn<QString>("layout");
    QTest::newRow("Latin") << u"us"_s;
    QTest::newRow("Cyrillic beside a Latin one") << u"ru,us"_s;
    QTest::newRow("Cyrillic alone") << u"ru"_s;
}

// The window as it opens, with the keyboard's focus where it is by default.
bool TestKeys::show(MainWindow &window, const QString &layout)
{
    window.show();
    if (!QTest::qWaitForWindowExposed(&window, kPatienceMs))
        return false;
    // A key first: the layout is set for the keyboard that was used last.
    if (!run(u"xdotool"_s, {u"key"_s, u"Shift_L"_s}) || !run(u"setxkbmap"_s, {u"-layout"_s, layout}))
        return false;
    const QString id = QString::number(window.winId());
    return run(u"xdotool"_s, {u"windowfocus"_s, id}) && QTest::qWaitForWindowActive(&window, kPatienceMs) &&
           QTest::qWaitFor([&] { return window.desk()->chart()->hasFocus(); }, kPatienceMs);
}

void TestKeys::everyShortcutDoesItsOwn_data()
{
    layouts();
}

void TestKeys::everyShortcutDoesItsOwn()
{
    QFETCH(QString, layout);
    Session session(Result<Settings>(Failure{Fault::Unavailable, u"not wanted here"_s}));
    MainWindow window(&session);
    QString done;
    int pressed = 0;
    QList<QAction *> actions;
    for (const Actions::Group &group : window.actions().groups())
        actions << group.actions;
    for (QAction *action : std::as_const(actions)) {
        QObject::disconnect(action, &QAction::triggered, nullptr, nullptr); // dialogs would stay open
        connect(action, &QAction::triggered, this, [&done, action] { done += action->objectName() + u' '; });
    }
    QVERIFY(show(window, layout));
    for (QAction *action : std::as_const(actions)) {
        if (action->shortcut().isEmpty())
            continue;
        const QStringList keys = press(action->shortcut(), layout != u"us"_s);
        QVERIFY2(!keys.isEmpty(), qPrintable(action->shortcut().toString()));
        action->setEnabled(true); // also what there is nothing to undo for
        done.clear();
        QVERIFY(run(u"xdotool"_s, keys));
        QTRY_VERIFY2_WITH_TIMEOUT(!done.isEmpty(),
                                  qPrintable(Actions::textOf(action) + u": "_s + action->shortcut().toString()), 5'000);
        QCOMPARE(done, action->objectName() + u' ');
        ++pressed;
    }
    QVERIFY2(pressed > 30, qPrintable(QString::number(pressed)));
}

void TestKeys::lettersDoWhatTheySay_data()
{
    layouts();
}

void TestKeys::lettersDoWhatTheySay()
{
    QFETCH(QString, layout);
    const QTemporaryDir dir;
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"entvas.db"_s);
    Session session(settings);
    MainWindow window(&session);
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QVERIFY(show(window, layout));
    const auto type = [&](Qt::Key key) { return run(u"xdotool"_s, press(QKeySequence(key), layout != u"us"_s)); };
    StreamCard *stream = window.desk()->stream();

    QVERIFY(type(Qt::Key_P));
    QTRY_VERIFY(window.board().stream().isPaused());
    QVERIFY(stream->pauseButton()->text().contains(u"Resume"_s));
    QVERIFY(type(Qt::Key_P)); // the button has another text now
    QTRY_VERIFY(!window.board().stream().isPaused());
    QVERIFY(type(Qt::Key_P));
    QTRY_VERIFY(window.board().stream().isPaused());
    QVERIFY(type(Qt::Key_P));
    QTRY_VERIFY(!window.board().stream().isPaused());

    window.desk()->chart()->pick(window.board().frame().grid.size() - 1);
    const std::optional<TimeSpan> bar = window.desk()->chart()->picked();
    QVERIFY(bar);
    QVERIFY(type(Qt::Key_E));
    QTRY_VERIFY(!stream->isLive());
    QVERIFY(type(Qt::Key_Slash));
    QTRY_VERIFY(stream->filterLine()->hasFocus());
    QVERIFY(type(Qt::Key_P)); // text now
    QTRY_COMPARE(stream->filterLine()->text().size(), 1);
    QSignalSpy stopped(&session, &Session::stopped);
    window.close();
    QTRY_VERIFY_WITH_TIMEOUT(stopped.count() > 0, kPatienceMs);
}

// The platform is chosen before there is an application.
int main(int argc, char **argv)
{
    QProcess server;
    server.setProcessChannelMode(QProcess::SeparateChannels);
    server.start(u"Xvfb"_s, {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s, u"1440x900x24"_s, u"-noreset"_s,
                             u"-nolisten"_s, u"tcp"_s});
    QByteArray display;
    while (server.state() != QProcess::NotRunning && !display.contains('\n') && server.waitForReadyRead(kPatienceMs))
        display += server.readAllStandardOutput();
    display = display.trimmed();
    if (display.isEmpty())
        noServer = u"no X server starts (package xvfb)"_s;
    else
        qputenv("DISPLAY", ':' + display);
    if (noServer.isEmpty() && !run(u"setxkbmap"_s, {u"-layout"_s, u"us"_s}))
        noServer = u"no setxkbmap (package x11-xkb-utils)"_s;
    if (noServer.isEmpty() && !run(u"xdotool"_s, {u"version"_s}))
        noServer = u"no xdotool"_s;
    qputenv("QT_QPA_PLATFORM", noServer.isEmpty() ? "xcb" : "offscreen");
    int failed = 0;
    {
        QApplication app(argc, argv);
        TestKeys test;
        failed = QTest::qExec(&test, argc, argv);
    }
    server.terminate();
    if (!server.waitForFinished(5'000))
        server.kill();
    server.waitForFinished(5'000);
    return failed;
}

#include "tst_keys.moc"
