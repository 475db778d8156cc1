// What keys and the mouse do in the dialogs: Enter does what the dialog is for, and times can be typed.
#include "app/settings/preferences.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/dialogs/accessform.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"

#include <functional>
#include <memory>
#include <QAbstractSpinBox>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000; // 2026-05-28 20:27:10 UTC

QPushButton *buttonCalled(const QWidget &parent, const QString &text)
{
    for (auto *button : parent.findChildren<QPushButton *>())
        if (button->text().remove(u'&') == text)
            return button;
    return nullptr;
}

QLineEdit *lineOf(const QDateTimeEdit *edit)
{
    return edit->findChild<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly);
}

} // namespace

class DialogsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void enterSavesAlerts();
    void enterDoesWhatADialogIsFor_data();
    void enterDoesWhatADialogIsFor();
    void anHourIsClickedAndTyped_data();
    void anHourIsClickedAndTyped();

private:
    QTemporaryDir m_config;
};

void DialogsTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void DialogsTest::enterSavesAlerts()
{
    AlertDialog dialog({}, {}, {}, QTimeZone::utc());
    static_cast<QDialog &>(dialog).open();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QTest::mouseClick(buttonCalled(dialog, u"Add"_s), Qt::LeftButton);
    QCOMPARE(dialog.rules().size(), 1);
    QWidget *name = dialog.focusWidget();
    QVERIFY(qobject_cast<QLineEdit *>(name));
    QTest::keyClicks(name, u"Checkout"_s);
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(dialog.rules().size(), 1);
    QCOMPARE(dialog.rules().first().name, u"Checkout"_s);
}

void DialogsTest::enterDoesWhatADialogIsFor_data()
{
    QTest::addColumn<std::function<QDialog *()>>("make");
    QTest::addColumn<QString>("button");
    using Make = std::function<QDialog *()>;
    const TimeSpan hour{kNow - 3'600'000, kNow};
    AlertRule rule;
    rule.name = u"Quiet"_s;
    QTest::newRow("alerts") << Make([rule]() -> QDialog * {
        return new AlertDialog({rule}, {}, {{u"page"_s, {{u"cart"_s}, false}}}, QTimeZone::utc());
    }) << u"Save"_s;
    QTest::newRow("range") << Make([hour]() -> QDialog * {
        return new SpanDialog(TimeView::fixed(hour), hour, QTimeZone::utc());
    }) << u"Show"_s;
    QTest::newRow("zone") << Make([]() -> QDialog * { return new ZoneDialog(QTimeZone("Europe/Paris"), kNow); })
                          << u"Use"_s;
    QTest::newRow("settings") << Make([]() -> QDialog * {
        return new SettingsDialog(Preferences::load(), true, u"/nowhere"_s);
    }) << u"Close"_s;
    QTest::newRow("connect") << Make([]() -> QDialog * {
        return new ConnectDialog({QUrl(u"https://a.example"_s)}, [](const QString &, QUrl *) { return QString(); });
    }) << u"Connect"_s;
    QTest::newRow("form") << Make([]() -> QDialog * {
        auto *form = new AccessForm(u"Title"_s, u"Create"_s);
        form->addText(u"Name"_s, {}, 20, false);
        return form;
    }) << u"Create"_s;
}

void DialogsTest::enterDoesWhatADialogIsFor()
{
    QFETCH(std::function<QDialog *()>, make);
    QFETCH(QString, button);
    const std::unique_ptr<QDialog> dialog(make());
    dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    QPushButton *wanted = buttonCalled(*dialog, button);
    QVERIFY(wanted);
    QSignalSpy clicked(wanted, &QPushButton::clicked);
    // From every field that one types into or chooses in.
    QList<QWidget *> fields;
    for (QWidget *child : dialog->findChildren<QWidget *>())
        if (child->isVisible() && child->isEnabled() && child->focusPolicy() != Qt::NoFocus &&
            !qobject_cast<QPushButton *>(child) &&
            (qobject_cast<QLineEdit *>(child) || qobject_cast<QAbstractSpinBox *>(child)))
            fields << child;
    QVERIFY(!fields.isEmpty() || button == u"Close"_s);
    for (QWidget *field : std::as_const(fields)) {
        field->setFocus();
        QVERIFY(wanted->isDefault());
        for (const QPushButton *other : dialog->findChildren<QPushButton *>())
            QVERIFY2(other == wanted || !other->isDefault(), qPrintable(other->text()));
    }
    // Also after another button was used: it is the default only while it has the focus.
    QVERIFY(wanted->isEnabled());
    QTest::keyClick(fields.isEmpty() ? dialog.get() : fields.last(), Qt::Key_Return);
    QCOMPARE(clicked.size(), 1);
}

void DialogsTest::anHourIsClickedAndTyped_data()
{
    QTest::addColumn<QDateTimeEdit::Section>("section");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QDateTime>("then");
    const auto at = [](int day, int hour, int minute, int second) {
        return QDateTime(QDate(2026, 5, day), QTime(hour, minute, second), QTimeZone::utc());
    };
    QTest::newRow("hour") << QDateTimeEdit::HourSection << u"14"_s << at(28, 14, 27, 10);
    QTest::newRow("hour, one digit") << QDateTimeEdit::HourSection << u"7"_s << at(28, 7, 27, 10);
    QTest::newRow("minute") << QDateTimeEdit::MinuteSection << u"05"_s << at(28, 20, 5, 10);
    QTest::newRow("second") << QDateTimeEdit::SecondSection << u"59"_s << at(28, 20, 27, 59);
    QTest::newRow("day") << QDateTimeEdit::DaySection << u"15"_s << at(15, 20, 27, 10);
    QTest::newRow("day, one digit") << QDateTimeEdit::DaySection << u"3"_s << at(3, 20, 27, 10);
    QTest::newRow("hour of one digit that could go on") << QDateTimeEdit::HourSection << u"1"_s << at(28, 1, 27, 10);
    QTest::newRow("hour, then minute and second") << QDateTimeEdit::HourSection << u"140203"_s << at(28, 14, 2, 3);
}

void DialogsTest::anHourIsClickedAndTyped()
{
    QFETCH(QDateTimeEdit::Section, section);
    QFETCH(QString, typed);
    const TimeSpan hour{kNow - 3'600'000, kNow};
    SpanDialog dialog(TimeView::fixed(hour), hour, QTimeZone::utc());
    static_cast<QDialog &>(dialog).open();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QDateTimeEdit *to = dialog.findChildren<QDateTimeEdit *>().value(1);
    QLineEdit *line = lineOf(to);
    // Between the first and the second letter of the section, as a click there puts the cursor.
    to->setSelectedSection(section);
    const int begin = line->selectionStart();
    line->deselect();
    line->setCursorPosition(begin);
    const int left = line->inputMethodQuery(Qt::ImCursorRectangle).toRect().center().x();
    line->setCursorPosition(begin + 1);
    const QPoint between(line->inputMethodQuery(Qt::ImCursorRectangle).toRect().center().x(), line->height() / 2);
    QVERIFY(between.x() > left);
    to->setSelectedSection(QDateTimeEdit::MonthSection); // elsewhere
    QTest::mouseClick(line, Qt::LeftButton, {}, between);
    QCOMPARE(dialog.focusWidget(), to);
    QTest::keyClicks(to, typed);
    QTest::keyClick(to, Qt::Key_Tab);
    QTEST(to->dateTime(), "then");
}

QTEST_MAIN(DialogsTest)
#include "tst_dialogs.moc"
