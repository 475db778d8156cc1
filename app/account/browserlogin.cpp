#include "app/account/browserlogin.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

BrowserLogin::BrowserLogin(const QUrl &server, JsonClient &network, OpenBrowser openBrowser, int patienceMs,
                           QObject *parent)
    : QObject(parent),
      m_server(server),
      m_network(network),
      m_openBrowser(std::move(openBrowser)),
      m_patienceMs(patienceMs)
{
}

BrowserLogin::~BrowserLogin() = default;

void BrowserLogin::start(bool another)
{
    m_isRunning = true;
    m_hasBrowser = true;
    m_address.clear();
    m_issuerHost.clear();
    Q_EMIT changed();
    QUrl config = m_server;
    config.setPath(u"/auth/config"_s);
    m_network.get(config, {}, [this, another](const JsonAnswer &answer) { onConfig(answer, another); });
}

void BrowserLogin::onConfig(const JsonAnswer &answer, bool another)
{
    if (!m_isRunning)
        return; // cancelled
    const oidc::Config config = oidc::readConfig(answer.body["data"_L1].toObject());
    if (answer.status == 200 && config.hasLogin())
        return open(config, another);
    if (answer.status == 0)
        return fail(AccessProblem::Kind::LoginFailed, answer.trouble);
    fail(AccessProblem::Kind::TokenNeeded,
         tr("%1 offers no login service. Ask the server's administrator for a token.").arg(m_server.host()));
}

void BrowserLogin::open(const oidc::Config &config, bool another)
{
    m_issuerHost = QUrl(config.issuer).host();
    m_login = std::make_unique<Login>(Login::Options{config, m_openBrowser, m_server.host(), another, m_patienceMs});
    connect(m_login.get(), &Login::inBrowser, this, [this](bool opened) {
        m_address = m_login->address();
        m_hasBrowser = opened;
        Q_EMIT changed();
    });
    connect(m_login.get(), &Login::failed, this,
            [this](const LoginFailure &failure) { fail(AccessProblem::Kind::LoginFailed, failure.text); });
    connect(m_login.get(), &Login::done, this, [this, config](const oidc::Tokens &tokens) {
        end();
        Q_EMIT done(tokens, config);
    });
    m_login->start();
}

void BrowserLogin::fail(AccessProblem::Kind kind, const QString &text)
{
    end();
    Q_EMIT failed({kind, text});
}

void BrowserLogin::end()
{
    m_isRunning = false;
    m_address.clear();
    if (m_login) { // it may have sent the signal that we are in
        m_login->disconnect(this);
        m_login.release()->deleteLater();
    }
}

void BrowserLogin::cancel()
{
    if (!m_isRunning && !m_login)
        return;
    if (m_login)
        m_login->cancel();
    end();
    Q_EMIT changed();
}

void BrowserLogin::openAgain()
{
    if (m_login)
        m_login->openAgain();
}

} // namespace entvas
