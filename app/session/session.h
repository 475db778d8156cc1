#pragma once

#include "app/feed/eventpages.h"
#include "app/feed/feed.h"
#include "app/session/host.h"

#include <memory>
#include <QObject>
#include <QUrl>

namespace entvas {

class Account;
class Accounts;
class Feeder;
class JsonClient;

// One window's connection: to the server that this process hosts, or to somebody else's; owns the feed from it. Lives
// in the UI thread. A server of our own goes on taking events while another one is shown.
// More than 25 functions: fifteen only give out a value, eight are signals.
class Session : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxRecent = 8;

    explicit Session(Host &host, QObject *parent = nullptr);
    // With a host of its own, which shutdown() stops too: for a program with one window only.
    explicit Session(Result<Settings> settings, QObject *parent = nullptr);
    ~Session() override;

    void start() { useOwnServer(); }
    // The project by its id; empty = the server's first. With a token that one is presented from now on; without, what
    // the account there has: a login or a token of this run, or one of the keyring.
    void connectTo(const QUrl &url, const QString &token = {}, const QString &project = {}, bool rememberToken = false);
    void useOwnServer(const QString &project = {});
    void useOwnServerOnPort(quint16 port);    // 0 = any free one
    void showProject(const QString &project); // of the same server
    // Stops sampling and the feed, and a host of its own, which finishes what it accepted; then stopped(), within 10 s.
    void shutdown();

    Feed *feed() const { return m_feed; }                             // nullptr while no server is chosen or ready
    EventPagesOptions pagesOptions() const { return m_pagesOptions; } // for more questions to the same server
    EventPages *pages() const { return m_pages; } // stored events of the same server; nullptr as feed() is
    bool isLocal() const { return m_local; }
    Account *account() const { return m_account.get(); } // at somebody else's server; nullptr at our own
    Accounts &accounts() { return m_host.accounts(); }
    bool wantsOwnServer() const { return m_wantsOwn; } // shown, or as soon as it is there
    bool isHosting() const { return m_host.wasWanted(); }
    QUrl serverUrl() const;
    QString project() const { return m_project; } // as asked for
    QString storeName() const { return m_store; } // "sqlite", "postgresql"; empty while unknown
    QUrl webhookUrl() const;
    QString webhookKeyHint() const; // the development key where it is valid, else words that stand for a key
    // A key is known that this server may take: events can be sent to it from here.
    bool hasWebhookKey() const { return m_feed && !webhookKey().isEmpty(); }
    std::optional<SessionProblem> lastProblem() const;    // of the own server, while this window wants it
    bool claimProblem() { return m_host.claimProblem(); } // see Host

    QList<QUrl> recentServers() const; // other people's, latest first
    void forgetServer(const QUrl &url);

    void startSampleTraffic(double eventsPerSecond);
    void stopSampleTraffic();
    bool isSampling() const { return m_feeder != nullptr; }

Q_SIGNALS:
    void tokenChanged(const QString &token); // a fresh one for the same reader: pagesOptions() has it
    void accountChanged();                   // another one, or what it says of itself
    void feedChanged(entvas::Feed *feed);    // the old one is closed and goes when control returns to the event loop
    void problem(const entvas::SessionProblem &problem);
    void webhookKeyChanged(); // this server said whether it takes the development key
    void samplingChanged(bool sampling);
    void samplingRefused(const entvas::Failure &failure); // sampling has ended; all else goes on
    void stopped();

private:
    Session(std::unique_ptr<Host> own, Host *shared, QObject *parent);
    void showOwnServer();
    void setFeed(const QUrl &url, bool local);
    void setAccount(std::shared_ptr<Account> account);
    void onFeedState(const FeedState &state);
    void present(const QString &token);
    void dropFeed();
    void onMessage(const wire::ServerMessage &message);
    void askAboutKey();
    void remember(const QUrl &url);
    QString webhookKey() const; // empty = none is known

    std::unique_ptr<Host> m_ownHost;
    Host &m_host;
    bool m_wantsOwn = false;
    bool m_local = false; // the feed is the host's
    bool m_stopping = false;
    Feed *m_feed = nullptr;
    EventPages *m_pages = nullptr;
    EventPagesOptions m_pagesOptions;
    Feeder *m_feeder = nullptr;
    QString m_project;
    std::shared_ptr<Account> m_account;
    std::unique_ptr<JsonClient> m_about; // asks another server on this machine about the development key
    bool m_takesDevelopmentKey = false;  // that server
    FeedState m_feedState;
    QString m_store;
};

} // namespace entvas
