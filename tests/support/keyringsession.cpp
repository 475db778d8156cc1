#include "tests/support/keyringsession.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QElapsedTimer>
#include <QFile>
#include <QProcessEnvironment>
#include <QScopeGuard>
#include <QThread>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

constexpr int kPatienceMs = 15'000;

// No folder of services: nothing of the machine is started by its name.
constexpr char kBus[] = R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=%1</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>)";

constexpr char kPassword[] = "the password of a test\n";

void end(QProcess &process)
{
    if (process.state() == QProcess::NotRunning)
        return;
    process.terminate();
    if (!process.waitForFinished(5'000)) {
        process.kill();
        process.waitForFinished();
    }
}

} // namespace

KeyringSession::~KeyringSession()
{
    stopKeyring();
    end(m_bus);
}

QString KeyringSession::start(Keyring keyring)
{
    QFile config(m_folder.filePath(u"bus.conf"_s));
    if (!config.open(QIODevice::WriteOnly) || config.write(QString::fromLatin1(kBus).arg(m_folder.path()).toUtf8()) < 0)
        return u"no file for the bus"_s;
    config.close();
    m_bus.start(u"dbus-daemon"_s, {u"--config-file"_s, config.fileName(), u"--nofork"_s, u"--print-address"_s});
    if (!m_bus.waitForStarted(kPatienceMs) || !m_bus.waitForReadyRead(kPatienceMs))
        return u"dbus-daemon: "_s + m_bus.errorString();
    m_address = QString::fromUtf8(m_bus.readLine()).trimmed();
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_address.toUtf8());
    if (keyring == Keyring::None)
        return {};
    if (const QString wrong = startKeyring(true); !wrong.isEmpty() || keyring == Keyring::Open)
        return wrong;
    stopKeyring();
    return startKeyring(false);
}

QString KeyringSession::startKeyring(bool open)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"HOME"_s, m_folder.path());
    for (const char *name : {"DATA", "CONFIG", "CACHE"})
        environment.insert(u"XDG_%1_HOME"_s.arg(QLatin1StringView(name)),
                           m_folder.filePath(QString::fromLatin1(name).toLower()));
    environment.insert(u"XDG_RUNTIME_DIR"_s, m_folder.path());
    environment.remove(u"GNOME_KEYRING_CONTROL"_s);
    m_keyring.setProcessEnvironment(environment);
    QStringList arguments{u"--foreground"_s, u"--components=secrets"_s};
    if (open)
        arguments << u"--unlock"_s;
    m_keyring.start(u"gnome-keyring-daemon"_s, arguments);
    if (!m_keyring.waitForStarted(kPatienceMs))
        return u"gnome-keyring-daemon: "_s + m_keyring.errorString();
    if (open) {
        m_keyring.write(kPassword);
        m_keyring.waitForBytesWritten();
    }
    m_keyring.closeWriteChannel();
    QElapsedTimer waited;
    waited.start();
    QDBusConnection bus = QDBusConnection::connectToBus(m_address, m_address);
    const auto leave = qScopeGuard([this] { QDBusConnection::disconnectFromBus(m_address); });
    QDBusMessage ask = QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                                      u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
    ask.setArguments({u"default"_s});
    while (!waited.hasExpired(kPatienceMs)) {
        const QDBusMessage answer = bus.call(ask);
        const auto path = answer.arguments().value(0).value<QDBusObjectPath>().path();
        if (answer.type() == QDBusMessage::ReplyMessage && (!open || path.contains(u"/collection/"_s)))
            return {};
        QThread::msleep(20);
    }
    return u"the keyring does not come up: "_s + QString::fromUtf8(m_keyring.readAllStandardError());
}

void KeyringSession::stopKeyring()
{
    end(m_keyring);
}

bool KeyringSession::lock()
{
    QDBusConnection bus = QDBusConnection::connectToBus(m_address, m_address);
    const auto leave = qScopeGuard([this] { QDBusConnection::disconnectFromBus(m_address); });
    QDBusMessage ask = QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                                      u"org.freedesktop.Secret.Service"_s, u"Lock"_s);
    const QDBusObjectPath collection(u"/org/freedesktop/secrets/aliases/default"_s);
    ask.setArguments({QVariant::fromValue(QList<QDBusObjectPath>{collection})});
    return bus.call(ask).type() == QDBusMessage::ReplyMessage;
}

// As a session's start does it; the daemon's own prompt would want a screen.
bool KeyringSession::unlock()
{
    QDBusConnection bus = QDBusConnection::connectToBus(m_address, m_address);
    const auto leave = qScopeGuard([this] { QDBusConnection::disconnectFromBus(m_address); });
    const auto call = [&bus](const QString &interface, const QString &method, const QVariantList &arguments) {
        QDBusMessage ask = QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                                          interface, method);
        ask.setArguments(arguments);
        return bus.call(ask);
    };
    const QDBusMessage opened = call(u"org.freedesktop.Secret.Service"_s, u"OpenSession"_s,
                                     {u"plain"_s, QVariant::fromValue(QDBusVariant(QString()))});
    const QDBusMessage found = call(u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s, {u"default"_s});
    QDBusArgument secret;
    secret.beginStructure();
    secret << opened.arguments().value(1).value<QDBusObjectPath>() << QByteArray() << QByteArray(kPassword)
           << u"text/plain"_s;
    secret.endStructure();
    const QDBusMessage done =
        call(u"org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"_s, u"UnlockWithMasterPassword"_s,
             {found.arguments().value(0), QVariant::fromValue(secret)});
    if (done.type() != QDBusMessage::ReplyMessage)
        qWarning("%s", qPrintable(done.errorMessage()));
    return done.type() == QDBusMessage::ReplyMessage;
}

} // namespace entvas::test
