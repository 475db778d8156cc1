#pragma once

#include "app/account/accounts.h"
#include "app/session/localserver.h"
#include "core/base/result.h"
#include "core/model/settings.h"

#include <optional>
#include <QTimer>
#include <utility>

namespace entvas {

// The server that this process hosts, for all windows alike: started when the first of them wants it, stopped when the
// last one is gone. It lets its windows in by a token of its own (Settings::ownerToken). Lives in the UI thread.
class Host : public QObject
{
    Q_OBJECT
public:
    // With settings that failed, start() tells so and nothing is ever hosted.
    explicit Host(Result<Settings> settings, QObject *parent = nullptr);
    ~Host() override;

    const Result<Settings> &settings() const { return m_settings; }
    // Ends in ready() or failed(), at once when it runs already.
    void start();
    // The same on another port; 0 = any free one. leaving() comes first when it has to move.
    void startOnPort(quint16 port);
    // Finishes what it accepted; then stopped(), within 10 s and once. Nothing starts any more.
    void shutdown();

    bool isRunning() const { return m_server.isRunning(); }
    bool wasWanted() const { return m_wanted; } // start() was called in this run
    QUrl url() const { return m_server.url(); }
    QString storeName() const { return m_server.store(); } // "sqlite", "postgresql"
    // Why it does not run; none once it does.
    const std::optional<SessionProblem> &problem() const { return m_problem; }
    bool claimProblem() { return !std::exchange(m_isClaimed, true); } // true for the first who asks about it

    // At other people's servers.
    Accounts &accounts() { return m_accounts; }

Q_SIGNALS:
    void ready();
    void failed(const entvas::SessionProblem &problem);
    void leaving(); // its users must let go of it
    void stopped();

private:
    void fail(const SessionProblem &problem);
    void endShutdown();

    Result<Settings> m_settings;
    LocalServer m_server;
    std::optional<SessionProblem> m_problem;
    bool m_isClaimed = false; // the problem, by somebody who asks the person
    bool m_starting = false;
    bool m_wanted = false;
    bool m_stopping = false;
    Accounts m_accounts;
    QTimer m_deadline;
};

} // namespace entvas
