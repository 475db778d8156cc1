#include "app/widgets/dialogs/settingsdialog.h"

#include "app/settings/language.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

SettingsDialog::SettingsDialog(const Preferences &now, bool hasTray, const QString &viewFolder, QWidget *parent)
    : QDialog(parent),
      m_before(now),
      m_now(now),
      m_theme(new QComboBox),
      m_language(new QComboBox),
      m_scale(new QComboBox),
      m_restore(new QCheckBox(tr("Reopen windows"))),
      m_tray(new QCheckBox(tr("Show an icon in the system tray"))),
      m_notify(new QCheckBox(tr("Also show alerts as system notifications"))),
      m_kiosk(new QSpinBox),
      m_restart(new QLabel(tr("Language and interface scale change after a restart.")))
{
    setWindowTitle(tr("Settings"));
    setMinimumWidth(520);
    fillFields();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(10);
    column->addLayout(makeForm(hasTray, viewFolder));
    column->addSpacing(8);

    column->addLayout(makeButtons());

    for (QComboBox *box : {m_theme, m_language, m_scale})
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsDialog::take);
    for (QCheckBox *box : {m_restore, m_tray, m_notify})
        connect(box, &QCheckBox::toggled, this, &SettingsDialog::take);
    connect(m_kiosk, &QSpinBox::valueChanged, this, &SettingsDialog::take);
    show(now);
}

// What may be chosen in each.
void SettingsDialog::fillFields()
{
    const std::pair<ThemeMode, QString> looks[]{{ThemeMode::System, tr("System default")},
                                                {ThemeMode::Light, tr("Light")},
                                                {ThemeMode::Dark, tr("Dark")},
                                                {ThemeMode::HighContrastLight, tr("High contrast, light")},
                                                {ThemeMode::HighContrastDark, tr("High contrast, dark")}};
    for (const auto &[mode, text] : looks)
        m_theme->addItem(text, int(mode));
    m_language->addItem(tr("System default"), QString());
    for (const QString &code : language::available())
        m_language->addItem(language::name(code), code);
    for (const int percent : {100, 125, 150, 175, 200, 250, 300})
        m_scale->addItem(tr("%1 %").arg(percent), percent);
    for (QComboBox *box : {m_theme, m_language, m_scale})
        box->setMinimumWidth(220); // their ends line up
    m_kiosk->setMinimumWidth(220);
    m_kiosk->setRange(5, 3'600);
    m_kiosk->setSuffix(tr(" seconds"));
    m_restart->setObjectName(u"hint"_s);
    m_restart->setWordWrap(true);
}

QLayout *SettingsDialog::makeForm(bool hasTray, const QString &viewFolder)
{
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    const auto row = [form](const QString &text, QWidget *field) {
        form->addRow(text, field);
        field->setAccessibleName(text);
    };
    form->addRow(heading(tr("Appearance")));
    row(tr("Theme"), m_theme);
    row(tr("Language"), m_language);
    row(tr("Interface scale"), m_scale);
    form->addRow(QString(), m_restart);
    form->addRow(heading(tr("Startup")));
    form->addRow(QString(), m_restore);
    form->addRow(heading(tr("Alerts")));
    form->addRow(QString(), m_tray);
    form->addRow(QString(), m_notify);
    m_tray->setEnabled(hasTray);
    if (!hasTray) {
        auto *why = new QLabel(tr("This desktop has no system tray."));
        why->setObjectName(u"hint"_s);
        why->setWordWrap(true);
        form->addRow(QString(), why);
    }
    form->addRow(heading(tr("Kiosk and views")));
    row(tr("Time per view"), m_kiosk);
    auto *folder = new QPushButton(tr("Open the folder of the saved views"));
    folder->setAutoDefault(false); // Enter closes
    form->addRow(QString(), folder);
    connect(folder, &QPushButton::clicked, this, [this, viewFolder] { openFolder(viewFolder); });
    return form;
}

QLayout *SettingsDialog::makeButtons()
{
    auto *buttons = new QHBoxLayout;
    auto *undo = new QPushButton(tr("&Undo changes"));
    auto *usual = new QPushButton(tr("Restore &defaults"));
    auto *close = new QPushButton(tr("&Close"));
    undo->setAutoDefault(false);
    usual->setAutoDefault(false);
    close->setObjectName(u"primary"_s);
    buttons->addWidget(undo);
    buttons->addWidget(usual);
    buttons->addStretch(1);
    buttons->addWidget(close);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(undo, &QPushButton::clicked, this, [this] { show(m_before); });
    connect(usual, &QPushButton::clicked, this, [this] { show({}); });
    return buttons;
}

QLabel *SettingsDialog::heading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setObjectName(u"title"_s);
    label->setContentsMargins(0, 8, 0, 0);
    return label;
}

void SettingsDialog::show(const Preferences &preferences)
{
    m_filling = true;
    const auto choose = [](QComboBox *box, const QVariant &value) {
        box->setCurrentIndex(std::max(0, box->findData(value)));
    };
    choose(m_theme, int(preferences.theme));
    choose(m_language, preferences.language);
    if (m_scale->findData(preferences.scalePercent) < 0)
        m_scale->addItem(tr("%1 %").arg(preferences.scalePercent), preferences.scalePercent); // from the settings file
    choose(m_scale, preferences.scalePercent);
    m_restore->setChecked(preferences.restoresWindows);
    m_tray->setChecked(preferences.hasTray);
    m_notify->setChecked(preferences.notifies);
    m_kiosk->setValue(preferences.kioskSeconds);
    m_filling = false;
    take();
}

void SettingsDialog::take()
{
    if (m_filling)
        return;
    Preferences now;
    now.theme = themeModeFrom(m_theme->currentData().toInt());
    now.language = m_language->currentData().toString();
    now.scalePercent = m_scale->currentData().toInt();
    now.restoresWindows = m_restore->isChecked();
    now.hasTray = m_tray->isChecked();
    now.notifies = m_notify->isChecked();
    now.kioskSeconds = m_kiosk->value();
    m_restart->setVisible(now.language != m_before.language || now.scalePercent != m_before.scalePercent);
    if (now == m_now)
        return;
    m_now = now;
    Q_EMIT changed(now);
}

void SettingsDialog::openFolder(const QString &folder)
{
    QDir().mkpath(folder);
    QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
}

} // namespace entvas
