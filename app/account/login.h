#pragma once

#include "app/account/jsonclient.h"
#include "app/account/oidc.h"

#include <functional>
#include <memory>
#include <QObject>
#include <QTimer>

class QUrlQuery;

namespace entvas {

class LoginListener;
struct LoginPage;

// Shows an address in the system's browser; false where there is none.
using OpenBrowser = std::function<bool(const QUrl &)>;

struct LoginFailure {
    enum class Kind {
        Away,       // the login service does not answer
        Untrusted,  // its certificate
        Unsuitable, // it, or its settings, can't serve us
        Denied,     // the person, or the service, said no
        TimedOut,   // no answer came back from the browser
        Wrong,      // what came back is not what was asked for
    };
    Kind kind = Kind::Wrong;
    QString text; // a sentence
};

// One login through the system's browser: RFC 8252 with PKCE. Begins with start(), ends with done() or failed(), once,
// or with cancel(), which emits nothing. The listener outlives it by the time that the last page needs. Lives in the UI
// thread.
class Login : public QObject
{
    Q_OBJECT
public:
    static constexpr int kPatienceMs = 120'000; // in the browser

    struct Options {
        oidc::Config config;
        OpenBrowser openBrowser;
        QString serverName;          // for the page at the end
        bool choosesAccount = false; // another one than the browser is logged in with
        int patienceMs = kPatienceMs;
    };
    explicit Login(Options options, QObject *parent = nullptr);
    ~Login() override;

    void start();
    void cancel();
    void openAgain();
    // The address that the person has to go to; empty before there is one.
    QUrl address() const { return m_address; }

Q_SIGNALS:
    void inBrowser(bool opened); // false: there is no browser, the address has to be copied
    void done(const entvas::oidc::Tokens &tokens);
    void failed(const entvas::LoginFailure &failure);

private:
    void onMetadata(const JsonAnswer &answer);
    void onAnswer(const QUrlQuery &query);
    void onTokens(const JsonAnswer &answer);
    void fail(LoginFailure::Kind kind, const QString &text);
    void fail(const JsonAnswer &answer);
    void endPage(const LoginPage &page);

    Options m_options;
    oidc::Metadata m_issuer;
    oidc::Secrets m_secrets;
    JsonClient m_network;
    LoginListener *m_listener = nullptr; // ours until it has shown the last page
    QTimer m_patience;
    QUrl m_redirect;
    QUrl m_address;
    bool m_isOver = false;
};

} // namespace entvas
