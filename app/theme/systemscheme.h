#pragma once

#include <QObject>

class QDBusVariant;

namespace entvas {

// Whether the desktop prefers dark and whether it asks for more contrast, from the settings portal
// (org.freedesktop.appearance color-scheme and contrast); where there is none, dark from the palette that Qt starts
// with. Qt 6.4 has no colour scheme of its own yet. Lives in the UI thread.
class SystemScheme : public QObject
{
    Q_OBJECT
public:
    explicit SystemScheme(QObject *parent = nullptr);
    bool isDark() const { return m_dark; }
    bool wantsContrast() const { return m_contrast; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void onSettingChanged(const QString &space, const QString &key, const QDBusVariant &value);

private:
    void ask(const QString &key);
    void take(const QString &key, const QVariant &value);
    bool m_dark = false;
    bool m_contrast = false;
};

} // namespace entvas
