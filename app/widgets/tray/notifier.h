#pragma once

#include <optional>
#include <QDBusConnection>
#include <QHash>
#include <QList>
#include <QObject>

namespace entvas {

// Notifications of the system: org.freedesktop.Notifications on the session's bus, as every Linux desktop has it, with
// or without a tray. Nothing waits for an answer. Lives in the UI thread.
// Source: Desktop Notifications Specification 1.2.
class Notifier : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMostKnown = 50; // notifications that can be replaced or clicked
    static constexpr int kTimeoutMs = 3'000;

    explicit Notifier(const QDBusConnection &bus = QDBusConnection::sessionBus(), QObject *parent = nullptr);

    // Plain text. A later one with the same key takes the place of the earlier one, where that still stands.
    void notify(const QString &key, const QString &headline, const QString &text);

Q_SIGNALS:
    void chosen(const QString &key); // a person clicked it
    void undelivered(const QString &key, const QString &headline,
                     const QString &text); // no service shows notifications

private Q_SLOTS:
    void onAction(uint id, const QString &action);
    void onClosed(uint id, uint reason);

private:
    struct Notice {
        QString key, headline, text;
    };
    void send(const Notice &notice);

    QDBusConnection m_bus;
    std::optional<bool> m_hasMarkup; // whether the text is read as markup; unknown until the first answer
    QList<Notice> m_waiting;         // for that answer
    bool m_asked = false;
    QHash<uint, QString> m_keys; // of those that stand
};

} // namespace entvas
