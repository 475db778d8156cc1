#pragma once

#include <QObject>

class QDBusVariant;

namespace entvas {

// Whether the desktop prefers dark, from the settings portal (org.freedesktop.appearance color-scheme); where there is
// none, from the palette that Qt starts with. Qt 6.4 has no colour scheme of its own yet.
class SystemScheme : public QObject
{
    Q_OBJECT
public:
    explicit SystemScheme(QObject *parent = nullptr);
    bool isDark() const { return m_dark; }

Q_SIGNALS:
    void changed(bool dark);

private Q_SLOTS:
    void onSettingChanged(const QString &space, const QString &key, const QDBusVariant &value);

private:
    void take(const QVariant &value);
    bool m_dark = false;
};

} // namespace entvas
