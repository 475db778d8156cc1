#pragma once

#include "app/feed/eventpages.h"
#include "app/localserver.h"
#include "app/sessionproblem.h"
#include "core/settings.h"
#include "core/wire.h"

#include <memory>
#include <optional>
#include <QObject>
#include <QTimer>
#include <QUrl>

namespace entvas {

class Feed;
class Feeder;

// The desktop's composition root: hosts a server or connects to one, and owns the feed from it. Lives in the UI thread.
// A server of its own goes on taking events while another one is shown.
class Session : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxRecent = 8;

    // With settings that failed, start() tells so and only connectTo() is left.
    explicit Session(Result<Settings> settings, QObject *parent = nullptr);
    ~Session() override;

    void start() { useOwnServer(); }
    void connectTo(const QUrl &url, const QString &token = {}); // the token is kept in memory only
    void useOwnServer();
    void useOwnServerOnPort(quint16 port); // 0 = any free one
    // Stops sampling, the feed and the own server, which finishes what it accepted; then stopped(), within 10 s.
    void shutdown();

    Feed *feed() const { return m_feed; }                             // nullptr while no server is chosen or ready
    EventPagesOptions pagesOptions() const { return m_pagesOptions; } // for more questions to the same server
    EventPages *pages() const { return m_pages; } // stored events of the same server; nullptr as feed() is
    bool isLocal() const { return m_local; }
    QUrl serverUrl() const;
    QString storeName() const { return m_store; } // "sqlite", "postgresql"; empty while unknown
    QUrl webhookUrl() const;
    QString webhookKeyHint() const; // the development key where it is valid, else words that stand for a key
    std::optional<SessionProblem> lastProblem() const { return m_problem; } // of the own server; none once one runs

    QList<QUrl> recentServers() const; // other people's, latest first
    void forgetServer(const QUrl &url);

    void startSampleTraffic(double eventsPerSecond);
    void stopSampleTraffic();
    bool isSampling() const { return m_feeder != nullptr; }

Q_SIGNALS:
    void feedChanged(entvas::Feed *feed); // the old one is closed and goes when control returns to the event loop
    void problem(const entvas::SessionProblem &problem);
    void samplingChanged(bool sampling);
    void samplingRefused(const entvas::Failure &failure); // sampling has ended; all else goes on
    void stopped();

private:
    void startOwnServer();
    void showOwnServer();
    void setFeed(const QUrl &url, const QString &token, bool local);
    void dropFeed();
    void onMessage(const wire::ServerMessage &message);
    void remember(const QUrl &url);
    void onProblem(const SessionProblem &problem);
    void endShutdown();
    QString webhookKey() const;

    Result<Settings> m_settings;
    LocalServer m_server;
    bool m_starting = false; // the own server is on its way
    bool m_hosted = false;   // it was asked for in this session
    bool m_local = false;    // the feed is its
    bool m_stopping = false;
    Feed *m_feed = nullptr;
    EventPages *m_pages = nullptr;
    EventPagesOptions m_pagesOptions;
    Feeder *m_feeder = nullptr;
    QString m_store;
    std::optional<SessionProblem> m_problem;
    QTimer m_deadline;
};

} // namespace entvas
