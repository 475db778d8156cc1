// Alerts on a real message bus: a dbus-daemon of the test's own, and a service of the test's on it that shows
// notifications as a desktop does.
#include "app/theme/theme.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/tray/notifier.h"
#include "app/widgets/tray/tray.h"
#include "tests/app/fakefeed.h"

#include "app/board/board.h"

#include <QDBusMessage>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

// What shows notifications; the names are those of the specification.
class Desktop : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint replaces;
        QString headline, text;
    };
    QList<Shown> shown;
    bool hasMarkup = true;

public Q_SLOTS:
    QStringList GetCapabilities()
    {
        return hasMarkup ? QStringList{u"body"_s, u"body-markup"_s} : QStringList{u"body"_s};
    }
    uint Notify(const QString &, uint replaces, const QString &, const QString &summary, const QString &body,
                const QStringList &, const QVariantMap &, int)
    {
        shown.append({replaces, summary, body});
        return replaces ? replaces : uint(shown.size()) + 100;
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);
};

class TestNotifier : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void tellsAndIsClicked();
    void textIsNeverMarkup();
    void withoutABusSomebodyElseMustTell();
    void withoutAServiceSomebodyElseMustTell();
    void anAlertReachesTheDesktopOnce();

private:
    QDBusConnection connection(const QString &name) { return QDBusConnection::connectToBus(m_address, name); }
    QProcess m_daemon;
    QString m_address;
};

void TestNotifier::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test-notifier"_s);
    QSettings().clear();
    m_daemon.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
    QVERIFY2(m_daemon.waitForStarted(), qPrintable(m_daemon.errorString()));
    QVERIFY(m_daemon.waitForReadyRead());
    m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
    QVERIFY(connection(u"probe"_s).isConnected());
}

void TestNotifier::cleanupTestCase()
{
    for (const char *name : {"probe", "desktop", "app"})
        QDBusConnection::disconnectFromBus(QString::fromLatin1(name));
    m_daemon.terminate();
    QVERIFY(m_daemon.waitForFinished());
}

void TestNotifier::tellsAndIsClicked()
{
    QDBusConnection bus = connection(u"desktop"_s);
    Desktop desktop;
    QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_s, &desktop,
                               QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
    Notifier notifier(connection(u"app"_s));
    QSignalSpy chosen(&notifier, &Notifier::chosen);
    QSignalSpy undelivered(&notifier, &Notifier::undelivered);
    notifier.notify(u"a"_s, u"Many"_s, u"120 events in 5 minutes"_s);
    notifier.notify(u"b"_s, u"Few"_s, u"2 events"_s);
    QTRY_COMPARE(desktop.shown.size(), 2);
    QCOMPARE(desktop.shown[0].headline, u"Many"_s);
    QCOMPARE(desktop.shown[0].text, u"120 events in 5 minutes"_s);
    QTest::qWait(50); // for the answer with its number
    notifier.notify(u"a"_s, u"Many"_s, u"140 events in 5 minutes"_s);
    QTRY_COMPARE(desktop.shown.size(), 3);
    QCOMPARE(desktop.shown[2].replaces, 101u); // in place of the first one
    Q_EMIT desktop.ActionInvoked(102, u"default"_s);
    Q_EMIT desktop.ActionInvoked(999, u"default"_s); // somebody else's
    Q_EMIT desktop.ActionInvoked(101, u"settings"_s);
    QTRY_COMPARE(chosen.size(), 1);
    QCOMPARE(chosen.first().first().toString(), u"b"_s);
    Q_EMIT desktop.NotificationClosed(101, 2);
    QTest::qWait(50);
    notifier.notify(u"a"_s, u"Many"_s, u"160 events in 5 minutes"_s);
    QTRY_COMPARE(desktop.shown.size(), 4);
    QCOMPARE(desktop.shown[3].replaces, 0u); // the first one is gone
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(undelivered.size(), 0);
    bus.unregisterService(u"org.freedesktop.Notifications"_s);
    bus.unregisterObject(u"/org/freedesktop/Notifications"_s);
}

void TestNotifier::textIsNeverMarkup()
{
    for (const bool hasMarkup : {true, false}) {
        QDBusConnection bus = connection(u"desktop"_s);
        Desktop desktop;
        desktop.hasMarkup = hasMarkup;
        QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_s, &desktop, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
        Notifier notifier(connection(u"app"_s));
        notifier.notify(u"a"_s, u"<b>"_s, u"<img src=\"x\"> & more"_s);
        QTRY_COMPARE(desktop.shown.size(), 1);
        QCOMPARE(desktop.shown[0].text,
                 hasMarkup ? u"&lt;img src=&quot;x&quot;&gt; &amp; more"_s : u"<img src=\"x\"> & more"_s);
        bus.unregisterService(u"org.freedesktop.Notifications"_s);
        bus.unregisterObject(u"/org/freedesktop/Notifications"_s);
    }
}

void TestNotifier::withoutABusSomebodyElseMustTell()
{
    Notifier notifier(QDBusConnection::connectToBus(u"unix:path=/nonexistent"_s, u"nowhere"_s));
    QSignalSpy undelivered(&notifier, &Notifier::undelivered);
    notifier.notify(u"a"_s, u"Many"_s, u"text"_s);
    QCOMPARE(undelivered.size(), 1);
}

void TestNotifier::withoutAServiceSomebodyElseMustTell()
{
    Notifier notifier(connection(u"app"_s));
    QSignalSpy undelivered(&notifier, &Notifier::undelivered);
    for (int i = 0; i < 3; ++i)
        notifier.notify(u"a"_s, u"Many"_s, QString::number(i));
    QTRY_COMPARE(undelivered.size(), 3);
    QCOMPARE(undelivered.last().last().toString(), u"2"_s);
}

// Two windows look at the same server: a person is told once.
void TestNotifier::anAlertReachesTheDesktopOnce()
{
    QDBusConnection bus = connection(u"desktop"_s);
    Desktop desktop;
    QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_s, &desktop,
                               QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
    const Theme theme;
    const SystemClock clock;
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    Tray tray(theme, connection(u"app"_s));
    QSignalSpy wanted(&tray, &Tray::windowWanted);
    AlertCenter first(board), second(board);
    for (AlertCenter *center : {&first, &second}) {
        tray.watch(center);
        center->setServer(u"local"_s);
    }
    AlertRule rule;
    rule.name = u"Many <i>"_s;
    rule.threshold = 10;
    first.setRules({rule});
    QCOMPARE(second.watch().rules().size(), 1);
    feed.live();
    LiveCube cube({u"eventType"_s});
    const Cell cell{clock.nowMs() / 1'000, cube.intern({u"page_view"_s}), 90};
    cube.add({&cell, 1});
    feed.snapshot(cube, clock.nowMs());
    QTRY_COMPARE_WITH_TIMEOUT(desktop.shown.size(), 1, 5'000);
    QCOMPARE(desktop.shown[0].headline, u"Many <i>"_s);
    QVERIFY2(desktop.shown[0].text.startsWith(u"90 events in 5 minutes"_s), qPrintable(desktop.shown[0].text));
    QTRY_VERIFY(!second.headline().isEmpty()); // it knows too, and is silent
    // The second one's call would be on its way before this one's, on the same line.
    Notifier last(connection(u"app"_s));
    last.notify(u"last"_s, u"Last"_s, u"text"_s);
    QTRY_COMPARE(desktop.shown.size(), 2);
    QCOMPARE(desktop.shown[1].headline, u"Last"_s);
    Q_EMIT desktop.ActionInvoked(101, u"default"_s);
    QTRY_COMPARE(wanted.size(), 1);
    tray.setTelling(false);
    bus.unregisterService(u"org.freedesktop.Notifications"_s);
}

QTEST_MAIN(TestNotifier)
#include "tst_notifier.moc"
