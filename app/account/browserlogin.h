#pragma once

#include "app/account/accountstate.h"
#include "app/account/login.h"

#include <memory>
#include <QObject>

namespace entvas {

// A person logs in at a server in the browser, beside whatever is presented there meanwhile: the server says where,
// then Login goes there. One at a time; ends in done(), failed() or cancel(). Lives in the UI thread.
class BrowserLogin : public QObject
{
    Q_OBJECT
public:
    // The client must outlive it.
    BrowserLogin(const QUrl &server, JsonClient &network, OpenBrowser openBrowser, int patienceMs,
                 QObject *parent = nullptr);
    ~BrowserLogin() override;

    void start(bool another); // than the browser is logged in with
    void cancel();
    void openAgain();
    bool isRunning() const { return m_isRunning; }
    bool hasBrowser() const { return m_hasBrowser; }           // else the address has to be copied
    const QUrl &address() const { return m_address; }          // where the browser has to go; empty before it is known
    const QString &issuerHost() const { return m_issuerHost; } // of the login service; empty before it is known

Q_SIGNALS:
    void changed();
    void done(const entvas::oidc::Tokens &tokens, const entvas::oidc::Config &config);
    void failed(const entvas::AccessProblem &problem);

private:
    void onConfig(const JsonAnswer &answer, bool another);
    void open(const oidc::Config &config, bool another);
    void end();
    void fail(AccessProblem::Kind kind, const QString &text);

    QUrl m_server;
    JsonClient &m_network;
    OpenBrowser m_openBrowser;
    int m_patienceMs;
    std::unique_ptr<Login> m_login;
    bool m_isRunning = false;
    bool m_hasBrowser = true;
    QUrl m_address;
    QString m_issuerHost;
};

} // namespace entvas
