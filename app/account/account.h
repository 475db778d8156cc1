#pragma once

#include "app/account/accountstate.h"
#include "app/account/jsonclient.h"
#include "app/account/login.h"
#include "app/account/vault.h"

#include <memory>
#include <optional>
#include <QObject>
#include <QTimer>

namespace entvas {

// One server's reader: what to present to it, kept fresh ahead of its end, remembered over restarts, and what it means
// when the server says no. Shared by all windows that show the server. Lives in the UI thread.
class Account : public QObject
{
    Q_OBJECT
public:
    struct Pace {
        int firstRetryMs = 2'000; // of a refresh that found nobody; doubles
        int maxRetryMs = 300'000;
        int leadMs = 60'000; // a token is refreshed so long before its end, or after two thirds of its life
        int loginMs = Login::kPatienceMs;
    };
    // The vault must outlive it.
    Account(const QUrl &server, Vault &vault, OpenBrowser openBrowser, Pace pace, QObject *parent = nullptr);
    ~Account() override;

    const QUrl &server() const { return m_server; }
    // Looks for what was remembered, once; then ready().
    void prepare();
    bool isReady() const { return m_isReady; }
    const QString &token() const { return m_token; } // to present; empty = nothing
    const AccountState &state() const { return m_state; }
    const AccessProblem &problem() const { return m_problem; }
    bool isMemoryOnly() const;        // something is presented that a restart forgets
    QList<SavedLogin> others() const; // that can be switched to; without their tokens

    void allowHttp(bool allow) { m_network.allowHttp(allow); }
    // Typed in by a person; remembered once the server has accepted it.
    void useToken(const QString &token, bool remember);
    void logIn(bool another = false);
    void cancelLogin();
    void openAgain();
    void switchTo(const SavedLogin &other); // one of others()
    void logOut();   // of the login in use: revoked at the service, forgotten here; or forgets the token
    void retryNow(); // does not wait for the next try

    // What the server made of what was presented. A refusal ends in a fresh token, or in a problem().
    void onAccepted();
    void onRefused(bool isRevoked);

Q_SIGNALS:
    void ready();
    void refreshed();     // the same reader, a fresh token
    void readerChanged(); // another one, or nobody: what is shown is not theirs
    void retryWanted();   // the same token may work now
    void changed();       // state or problem

private:
    void present(const QString &token, AccountState::Kind kind);
    void takeLogin(const SavedLogin &login);
    AccountState stateOf(const SavedLogin &login) const;
    void becomeReady();
    void refresh();
    void askForTokens(const SavedLogin &login);
    void onRefreshed(const JsonAnswer &answer, const SavedLogin &with);
    void keepRotated(const JsonAnswer &answer, const SavedLogin &with);
    void keep(const oidc::Tokens &tokens, SavedLogin login, std::function<void()> then);
    void waitForIssuer(const QString &text);
    void endSession(const QString &text);
    void scheduleRefresh();
    void withIssuer(const SavedLogin &login, std::function<void(const oidc::Metadata &)> then,
                    std::function<void(const JsonAnswer &, const QString &)> otherwise);
    void askConfig(std::function<void(const JsonAnswer &)> then);
    void startLogin(const oidc::Config &config, bool another);
    void onLoggedIn(const oidc::Tokens &tokens, const oidc::Config &config);
    void endLogin();
    void askAhead();
    void explain();
    void askForLogin(const oidc::Config &config);
    void judge(const JsonAnswer &me, const oidc::Config &config);
    void onMe(const JsonAnswer &answer);
    void setProblem(AccessProblem::Kind kind, const QString &text = {});
    QUrl page(const QString &path) const;
    QString who() const;

    QUrl m_server;
    Vault &m_vault;
    OpenBrowser m_openBrowser;
    Pace m_pace;
    JsonClient m_network;
    ServerSecrets m_secrets; // as last read; others may have written since
    std::optional<SavedLogin> m_login;
    QString m_token;
    qint64 m_expiresAtMs = 0; // of a login's token; 0 = unknown
    AccountState m_state;
    AccessProblem m_problem;
    std::optional<oidc::Metadata> m_issuer; // of m_issuerUrl
    QString m_issuerUrl;
    std::unique_ptr<Login> m_loginFlow;
    QTimer m_refresh;
    int m_failures = 0; // of refreshes in a row
    int m_refusals = 0; // by the server since it last accepted
    int m_delays = 0;   // in a row, because it had no time to say
    int m_turn = 0;     // answers to questions of an earlier reader are dropped
    bool m_isPreparing = false;
    bool m_isReady = false;
    bool m_isRefreshing = false;
    int m_explains = -1; // the turn whose refusal the server is being asked about
    bool m_isRevoked = false;
    bool m_remembers = false; // the token, once it is accepted
};

} // namespace entvas
