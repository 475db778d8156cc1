#pragma once

#include "app/account/accountphase.h"
#include "app/account/browserlogin.h"
#include "app/account/loginservice.h"

#include <optional>
#include <QObject>
#include <QTimer>

namespace entvas {

struct AccessJudgement;

// One server's reader: what to present to it, kept fresh ahead of its end, remembered over restarts, and what it means
// when the server says no. Moves from phase to phase by accountphase.h. Shared by all windows that show the server.
// Lives in the UI thread.
// More than 25 functions: 25 of them are what windows and their sessions ask of it and hear from it.
class Account : public QObject
{
    Q_OBJECT
public:
    struct Pace {
        int firstRetryMs = 2'000; // of a refresh that got no answer; doubles
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
    bool isReady() const { return entvas::isReady(m_phase); }
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
    void readerChanged(); // another one, or none: what is shown is not theirs
    void retryWanted();   // the same token may work now
    void changed();       // state or problem

private:
    static constexpr int kMostDoublings = 30; // of a wait
    bool go(AccountEvent event);
    void present(const QString &token);
    void takeLogin(const SavedLogin &login);
    AccountState stateOf(const SavedLogin &login) const;
    void becomeReady();
    void followBrowser();

    // Of a login: accountlogin.cpp.
    void onLoggedIn(const oidc::Tokens &tokens, const oidc::Config &config);
    void keep(const oidc::Tokens &tokens, SavedLogin login, std::function<void(bool wasReady)> then);
    void refresh();
    void askForTokens(const SavedLogin &login);
    void onRefreshed(const JsonAnswer &answer, const SavedLogin &with);
    void onRefreshRefused(const SavedLogin &with);
    void keepRotated(const JsonAnswer &answer, const SavedLogin &with);
    void waitForIssuer(const QString &text);
    void endSession(const QString &text);
    void scheduleRefresh();

    // Of what the server says.
    void askAhead();
    void explain();
    void judge(const JsonAnswer &me, const oidc::Config &config);
    void retryLater();
    void onMe(const JsonAnswer &answer);
    void setProblem(const AccessProblem &problem);
    void changeSecrets(Vault::Change change, bool isNews);
    QUrl page(const QString &path) const;
    int halfToWhole(int failures) const; // ms of patience after so many failures

    QUrl m_server;
    Vault &m_vault;
    Pace m_pace;
    JsonClient m_network;
    LoginService m_service;
    BrowserLogin m_browser;
    AccountPhase m_phase = AccountPhase::New;
    ServerSecrets m_secrets; // as last read; others may have written since
    std::optional<SavedLogin> m_login;
    QString m_token;
    qint64 m_expiresAtMs = 0; // of a login's token; 0 = unknown
    AccountState m_state;
    AccessProblem m_problem;
    QTimer m_refresh;
    int m_failures = 0;  // of refreshes in a row
    int m_refusals = 0;  // by the server since it last accepted
    int m_delays = 0;    // in a row, because it had no time to say
    int m_turn = 0;      // answers to questions of an earlier reader are dropped
    int m_explains = -1; // the turn whose refusal the server is being asked about
    bool m_isRevoked = false;
    bool m_remembers = false; // the token, once it is accepted
};

} // namespace entvas
