#pragma once

#include <functional>
#include <QHash>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QQueue>
#include <QTimer>
#include <QUrl>

namespace QKeychain {
class Job;
}

namespace entvas {

// Somebody's login at a server, which goes on after a restart.
struct SavedLogin {
    QString issuer;
    QString clientId;
    QString subject;
    QString name;  // for people; may be empty
    QString email; // likewise
    QString refreshToken;
    bool operator==(const SavedLogin &) const = default;
    // The same person at the same service: only there may its tokens go. Services number their people alike.
    bool isSame(const SavedLogin &other) const
    {
        return issuer == other.issuer && clientId == other.clientId && subject == other.subject;
    }
};

// What one server was given: a viewer token that somebody typed, logins, and which of them is in use.
struct ServerSecrets {
    static constexpr qsizetype kMostLogins = 8; // then the one that is longest unused goes

    QString viewerToken;
    QString current;          // subject of the login in use, the latest of it; empty = the viewer token, if any
    QList<SavedLogin> logins; // latest first

    bool isEmpty() const { return viewerToken.isEmpty() && logins.isEmpty(); }
    const SavedLogin *inUse() const;
    const SavedLogin *login(const SavedLogin &same) const;
    void put(const SavedLogin &login); // in place of the same one; it is then in use
    void remove(const SavedLogin &login);
    bool operator==(const ServerSecrets &) const = default;
};

// Secrets by server in the system's keyring (Secret Service), one entry each. Where there is none, or it stays locked,
// they are kept in memory for this run, never in a file: see keeping(). Jobs run one at a time and never block; who
// asks gets its answer from the event loop. The settings hold only which servers have an entry, so that a locked
// keyring is not opened for a server that needs nothing of it. Lives in the UI thread.
class Vault : public QObject
{
    Q_OBJECT
public:
    enum class Keeping { Unknown, Keyring, Memory };
    static constexpr qsizetype kMostServers = 50;
    static constexpr qsizetype kMostTasks = 64;         // waiting; further ones are answered from memory
    static constexpr qsizetype kMostBytes = 128 * 1024; // of an entry
    static constexpr int kPatienceMs = 120'000;         // somebody may have to type the keyring's password

    using Change = std::function<void(ServerSecrets &)>;
    using Done = std::function<void(const ServerSecrets &)>;

    explicit Vault(QObject *parent = nullptr, int patienceMs = kPatienceMs);
    ~Vault() override;

    // `done` is not called once `context` is gone.
    void read(const QUrl &server, QObject *context, Done done);
    // Reads, changes and writes in one step: another Entvas of the same person may have written meanwhile. `done` gets
    // what is kept now.
    void update(const QUrl &server, Change change, QObject *context, Done done = {});
    // Finds out about the keyring, without opening it.
    void probe();
    Keeping keeping() const { return m_keeping; }

Q_SIGNALS:
    void keepingChanged();

private:
    struct Task {
        QUrl server; // empty: a probe
        Change change;
        QPointer<QObject> context;
        Done done;
    };
    void add(Task task);
    void next();
    void start(QKeychain::Job *job, std::function<void(QKeychain::Job *)> finished);
    void askForEntry();
    void onRead(QKeychain::Job *job);
    void openKeyring(); // then the entry is asked for once more
    void onWritten(QKeychain::Job *job);
    void change(ServerSecrets secrets);
    void finish();
    void setKeeping(Keeping keeping);
    void note(const QUrl &server, bool has);

    QQueue<Task> m_tasks; // the first one is being worked on while m_isBusy
    QHash<QUrl, ServerSecrets> m_known;
    QTimer m_patience;
    int m_job = 0; // answers to earlier ones are dropped
    bool m_isBusy = false;
    bool m_isOpened = false; // for the task at hand
    Keeping m_keeping = Keeping::Unknown;
};

} // namespace entvas
