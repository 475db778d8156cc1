#pragma once

#include <QProcess>
#include <QTemporaryDir>

namespace entvas::test {

// A D-Bus session of the test's own, and a real gnome-keyring on it, whose files lie in a temporary directory. Nothing
// of the machine's own session is touched. libsecret keeps to the first bus that it meets: one per process.
class KeyringSession
{
public:
    enum class Keyring { None, Locked, Open };

    KeyringSession() = default;
    ~KeyringSession();
    KeyringSession(const KeyringSession &) = delete;
    KeyringSession &operator=(const KeyringSession &) = delete;

    // Empty when all is well, else why not. Points this process, and its children, at the bus.
    QString start(Keyring keyring = Keyring::Open);
    QString address() const { return m_address; }
    QString folder() const { return m_folder.path(); }
    // The daemon with its keyring unlocked, or locked as after a login without a password.
    QString startKeyring(bool open);
    void stopKeyring();
    // The keyring of the running daemon; whoever has a session with it keeps it.
    bool lock();
    bool unlock();

private:
    QTemporaryDir m_folder;
    QString m_address;
    QProcess m_bus, m_keyring;
};

} // namespace entvas::test
