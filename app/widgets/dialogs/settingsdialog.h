#pragma once

#include "app/settings/preferences.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLayout;
class QSpinBox;

namespace entvas {

// What holds for all windows. Every change holds at once; what needs a new start says so. There is nothing to confirm:
// Undo goes back to how it was when the dialog opened.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(const Preferences &now, bool hasTray, const QString &viewFolder, QWidget *parent = nullptr);
    const Preferences &preferences() const { return m_now; }

Q_SIGNALS:
    void changed(const entvas::Preferences &preferences);

private:
    void fillFields();
    QLayout *makeForm(bool hasTray, const QString &viewFolder);
    QLayout *makeButtons();
    void take();
    void show(const Preferences &preferences);
    QLabel *heading(const QString &text);
    void openFolder(const QString &folder);

    Preferences m_before, m_now;
    bool m_filling = false;
    QComboBox *m_theme, *m_language, *m_scale;
    QCheckBox *m_restore, *m_tray, *m_notify;
    QSpinBox *m_kiosk;
    QLabel *m_restart;
};

} // namespace entvas
