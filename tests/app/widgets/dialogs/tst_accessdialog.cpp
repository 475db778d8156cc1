// Keys and access in the desktop: what an administrator does there is done at a real server, and others find the way
// closed.
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/window/mainwindow.h"
#include "core/model/directory.h"
#include "tests/server/testserver.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <QTreeWidget>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

class AccessDialogTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aKeyIsMadeShownOnceAndRevoked();
    void aKeyIsRotatedAndEnds();
    void membersAreAddedAndRemoved();
    void aProjectIsMade();
    void historyTellsIt();
    void markupStaysText();
    void anUncopiedKeyIsNotLostByAccident();
    void failuresAreTold();
    void anotherServerIsLeftAlone();
    void theActionIsForAdministrators();

private:
    static constexpr char kOwner[] = "owner-of-this-test";

    std::unique_ptr<AccessDialog> open()
    {
        auto dialog =
            std::make_unique<AccessDialog>([this] { return m_options; }, QTimeZone("Europe/Paris"), u"default"_s);
        dialog->show();
        if (!spinUntil([&] { return dialog->findChild<QComboBox *>()->count() > 0; }, 10'000))
            qWarning("no project came");
        return dialog;
    }
    static QPushButton *button(QWidget &where, const QString &text)
    {
        for (QPushButton *one : where.findChildren<QPushButton *>())
            if (one->text().remove(u'&') == text)
                return one;
        return nullptr;
    }
    static QTreeWidget *list(AccessDialog &dialog, int index)
    {
        static const QStringList names{u"Keys"_s, u"Members"_s, u"Audit log"_s};
        for (QTreeWidget *one : dialog.findChildren<QTreeWidget *>())
            if (one->accessibleName() == names[index])
                return one;
        return nullptr;
    }
    static bool waitForRows(AccessDialog &dialog, int index, int rows)
    {
        // The sentence of an empty list is no row.
        return spinUntil(
            [&] {
                int found = 0;
                for (int i = 0; i < list(dialog, index)->topLevelItemCount(); ++i)
                    found += list(dialog, index)->topLevelItem(i)->flags() != Qt::NoItemFlags;
                return found == rows;
            },
            10'000);
    }
    // Clicks, and deals with the dialog that opens.
    static void click(QPushButton *button, const std::function<void(QDialog &)> &deal)
    {
        bool dealt = false;
        QTimer::singleShot(0, button, [&] {
            auto *opened = qobject_cast<QDialog *>(QApplication::activeModalWidget());
            if (!opened)
                return qWarning("no dialog opened");
            dealt = true;
            deal(*opened);
        });
        button->click();
        QVERIFY(dealt);
    }
    static QString newKey(AccessDialog &dialog) { return dialog.findChild<QLineEdit *>(u"code"_s)->text(); }
    int sends(const QString &key)
    {
        return m_server->call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", key.toLatin1()}}).status;
    }
    void makeKey(AccessDialog &dialog, const QString &name)
    {
        click(button(dialog, u"New key…"_s), [&](QDialog &form) {
            form.findChild<QLineEdit *>()->setText(name);
            form.accept();
        });
        QVERIFY(spinUntil([&] { return !newKey(dialog).isEmpty(); }, 10'000));
    }

    std::unique_ptr<TestServer> m_server;
    EventPagesOptions m_options;
};

void AccessDialogTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void AccessDialogTest::init()
{
    m_server = std::make_unique<TestServer>();
    m_server->settings.ownerToken = QString::fromLatin1(kOwner);
    QVERIFY(m_server->start());
    m_options = {};
    m_options.server = m_server->url;
    m_options.token = QString::fromLatin1(kOwner);
}

void AccessDialogTest::cleanup()
{
    m_server.reset();
}

void AccessDialogTest::aKeyIsMadeShownOnceAndRevoked()
{
    const auto dialog = open();
    QVERIFY(!dialog->findChild<QFrame *>(u"banner"_s)->isVisible());
    QVERIFY(!button(*dialog, u"Revoke…"_s)->isEnabled());
    makeKey(*dialog, u"the till"_s);
    const QString key = newKey(*dialog);
    QVERIFY(!apiKeyId(key.toLatin1()).isEmpty());
    QVERIFY(dialog->findChild<QFrame *>(u"banner"_s)->isVisible());
    button(*dialog, u"Copy"_s)->click();
    QCOMPARE(QApplication::clipboard()->text(), key);
    QCOMPARE(sends(key), 200);
    QVERIFY(waitForRows(*dialog, 0, 1));
    QTreeWidgetItem *row = list(*dialog, 0)->topLevelItem(0);
    QCOMPARE(row->text(0), u"the till"_s);
    QCOMPARE(row->text(1), u"Sender"_s);
    QCOMPARE(row->text(2), u"Valid"_s);
    button(*dialog, u"Done"_s)->click();
    QVERIFY(newKey(*dialog).isEmpty()); // nowhere any more
    QVERIFY(!dialog->findChild<QFrame *>(u"banner"_s)->isVisible());

    list(*dialog, 0)->setCurrentItem(row);
    QVERIFY(button(*dialog, u"Revoke…"_s)->isEnabled());
    click(button(*dialog, u"Revoke…"_s), [](QDialog &box) { box.reject(); }); // thought better of it
    QCOMPARE(sends(key), 200);
    click(button(*dialog, u"Revoke…"_s), [](QDialog &box) { button(box, u"Revoke"_s)->click(); });
    QVERIFY(spinUntil([&] { return list(*dialog, 0)->topLevelItem(0)->text(2) == "Revoked"_L1; }, 10'000));
    QCOMPARE(sends(key), 401);
    QVERIFY(!button(*dialog, u"Rotate…"_s)->isEnabled());
}

void AccessDialogTest::aKeyIsRotatedAndEnds()
{
    const auto dialog = open();
    makeKey(*dialog, u"ci"_s);
    const QString old = newKey(*dialog);
    QVERIFY(waitForRows(*dialog, 0, 1));
    list(*dialog, 0)->setCurrentItem(list(*dialog, 0)->topLevelItem(0));
    click(button(*dialog, u"Rotate…"_s), [](QDialog &form) { form.accept(); });
    QVERIFY(waitForRows(*dialog, 0, 2));
    const QString next = newKey(*dialog);
    QVERIFY(!next.isEmpty() && next != old);
    QCOMPARE(sends(old), 200);
    QCOMPARE(sends(next), 200);
    QCOMPARE(list(*dialog, 0)->topLevelItem(0)->text(2), u"Being replaced"_s);
    QVERIFY(!button(*dialog, u"Rotate…"_s)->isEnabled()); // once is enough
    click(button(*dialog, u"Set expiry…"_s), [](QDialog &form) {
        form.findChild<QComboBox *>()->setCurrentIndex(0); // now
        form.accept();
    });
    QVERIFY(spinUntil([&] { return list(*dialog, 0)->topLevelItem(1)->text(2) == "Expired"_L1; }, 10'000));
    QCOMPARE(sends(old), 401);
    QCOMPARE(sends(next), 200);
}

void AccessDialogTest::membersAreAddedAndRemoved()
{
    const auto dialog = open();
    dialog->findChild<QTabBar *>()->setCurrentIndex(1);
    QVERIFY(spinUntil(
        [&] {
            for (const QLabel *label : dialog->findChildren<QLabel *>(u"hint"_s))
                if (label->text().contains("every login can see every project"_L1))
                    return true;
            return false;
        },
        10'000));
    click(button(*dialog, u"Add or change…"_s), [](QDialog &form) {
        QVERIFY(!button(form, u"Save"_s)->isEnabled()); // nobody named yet
        form.findChild<QLineEdit *>()->setText(u"auth0|ann"_s);
        QVERIFY(button(form, u"Save"_s)->isEnabled());
        form.findChild<QComboBox *>()->setCurrentIndex(1);
        button(form, u"Save"_s)->click();
    });
    QVERIFY(waitForRows(*dialog, 1, 1));
    QCOMPARE(list(*dialog, 1)->topLevelItem(0)->text(0), u"auth0|ann"_s);
    QCOMPARE(list(*dialog, 1)->topLevelItem(0)->text(1), u"Administrator"_s);
    list(*dialog, 1)->setCurrentItem(list(*dialog, 1)->topLevelItem(0));
    click(button(*dialog, u"Remove…"_s), [](QDialog &box) { button(box, u"Remove"_s)->click(); });
    QVERIFY(waitForRows(*dialog, 1, 0));
}

void AccessDialogTest::aProjectIsMade()
{
    const auto dialog = open();
    click(button(*dialog, u"New project…"_s), [](QDialog &form) {
        form.findChildren<QLineEdit *>()[0]->setText(u"shop"_s);
        form.findChildren<QLineEdit *>()[1]->setText(u"The shop"_s);
        form.accept();
    });
    auto *projects = dialog->findChild<QComboBox *>();
    QVERIFY(spinUntil([&] { return projects->currentText() == "The shop (shop)"_L1; }, 10'000));
    makeKey(*dialog, u"till"_s);
    QVERIFY(waitForRows(*dialog, 0, 1));
    projects->setCurrentIndex(projects->findData(u"default"_s));
    // No key there: a sentence that can't be chosen says so.
    const auto emptySays = [&] {
        const QTreeWidgetItem *row = list(*dialog, 0)->topLevelItem(0);
        return row && row->flags() == Qt::NoItemFlags && row->text(0).startsWith(u"No keys yet"_s);
    };
    QVERIFY(spinUntil(emptySays, 10'000));
    QCOMPARE(list(*dialog, 0)->topLevelItemCount(), 1);
}

void AccessDialogTest::historyTellsIt()
{
    const auto dialog = open();
    makeKey(*dialog, u"the till"_s);
    const QString key = newKey(*dialog);
    dialog->findChild<QTabBar *>()->setCurrentIndex(2);
    QVERIFY(waitForRows(*dialog, 2, 1));
    const QTreeWidgetItem *row = list(*dialog, 2)->topLevelItem(0);
    QCOMPARE(row->text(1), u"owner"_s);
    QCOMPARE(row->text(2), u"Key created"_s);
    QCOMPARE(row->text(3), apiKeyId(key.toLatin1()));
    QVERIFY(row->text(4).startsWith("the till, Sender"_L1));
    QVERIFY(!button(*dialog, u"Show older"_s)->isEnabled());
}

void AccessDialogTest::markupStaysText()
{
    const auto dialog = open();
    const QString name = u"<b>x</b><img src=\"/etc/passwd\">"_s;
    makeKey(*dialog, name);
    QVERIFY(waitForRows(*dialog, 0, 1));
    QCOMPARE(list(*dialog, 0)->topLevelItem(0)->text(0), name);
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        if (label->text().contains(u'<'))
            QCOMPARE(label->textFormat(), Qt::PlainText);
    list(*dialog, 0)->setCurrentItem(list(*dialog, 0)->topLevelItem(0));
    click(button(*dialog, u"Revoke…"_s), [](QDialog &box) {
        for (const QLabel *label : box.findChildren<QLabel *>())
            if (label->text().contains(u'<'))
                QCOMPARE(label->textFormat(), Qt::PlainText);
        box.reject();
    });
}

void AccessDialogTest::anUncopiedKeyIsNotLostByAccident()
{
    const auto dialog = open();
    makeKey(*dialog, u"x"_s);
    click(button(*dialog, u"Close"_s), [](QDialog &box) { box.reject(); });
    QVERIFY(dialog->isVisible());
    QVERIFY(!newKey(*dialog).isEmpty());
    button(*dialog, u"Copy"_s)->click();
    button(*dialog, u"Close"_s)->click(); // without a question
    QVERIFY(!dialog->isVisible());
}

void AccessDialogTest::failuresAreTold()
{
    const auto dialog = open();
    dialog->findChild<QTabBar *>()->setCurrentIndex(1);
    const auto add = [&] {
        click(button(*dialog, u"Add or change…"_s), [](QDialog &form) {
            form.findChild<QLineEdit *>()->setText(u"ann"_s);
            form.accept();
        });
    };
    add();
    QVERIFY(waitForRows(*dialog, 1, 1));
    add();
    auto *failure = dialog->findChild<QLabel *>(u"failure"_s);
    QVERIFY(spinUntil([&] { return failure->isVisible() && failure->text().contains("already"_L1); }, 10'000));
    QVERIFY(m_server->stop());
    add();
    QVERIFY(spinUntil([&] { return failure->text().contains("is not responding"_L1); }, 20'000));
}

void AccessDialogTest::anotherServerIsLeftAlone()
{
    const auto dialog = open();
    m_options.server = QUrl(u"http://127.0.0.1:1"_s); // the window has gone on to another one
    click(button(*dialog, u"New key…"_s), [](QDialog &form) { form.accept(); });
    auto *failure = dialog->findChild<QLabel *>(u"failure"_s);
    QVERIFY(failure->isVisible() && failure->text().contains("another server"_L1));
    // Nor does a token travel in clear.
    m_options.server = QUrl(u"http://events.example.org"_s);
    AccessDialog far([this] { return m_options; }, QTimeZone::utc(), {});
    far.show();
    QVERIFY(far.findChild<QLabel *>(u"failure"_s)->text().contains("https"_L1));
}

void AccessDialogTest::theActionIsForAdministrators()
{
    QTemporaryDir directory;
    Settings settings;
    settings.port = 0;
    settings.database.path = directory.filePath(u"own.db"_s);
    Session session{Result<Settings>(settings)};
    MainWindow window(&session);
    QAction *action = window.actions().find(u"server.access"_s);
    window.show();
    QVERIFY(!action->isEnabled() || !session.feed());
    session.start();
    // One's own server is one's own.
    QVERIFY(spinUntil([&] { return action->isEnabled(); }, 20'000));
    // Somebody else's, on this machine, lets anybody read, and nobody administer.
    session.connectTo(m_server->url);
    QVERIFY(spinUntil([&] { return session.feed() && !session.isLocal() && !action->isEnabled(); }, 20'000));
    QTest::qWait(500);
    QVERIFY(!action->isEnabled());
    QVERIFY2(action->text().contains("only for administrators"_L1), qPrintable(action->text()));
    bool stopped = false;
    connect(&session, &Session::stopped, this, [&] { stopped = true; });
    window.close();
    QVERIFY(spinUntil([&] { return stopped; }, 15'000));
}

QTEST_MAIN(AccessDialogTest)
#include "tst_accessdialog.moc"
