// How a login comes about, goes on, and ends.
#include "app/account/account.h"

#include "core/base/log.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
constexpr qint64 kLongestWaitMs = 24LL * 3'600'000; // of one timer
constexpr qint64 kShortestWaitMs = 1'000;

// The words of the token endpoint itself (RFC 6749, 5.2), with whatever status. All else may come from somebody on the
// way, or pass: a login that is thrown away for it is gone.
bool endsLogin(const JsonAnswer &answer)
{
    const QString error = answer.body["error"_L1].toString();
    return error == u"invalid_grant"_s || error == u"invalid_client"_s || error == u"unauthorized_client"_s;
}
} // namespace

void Account::logIn(bool another)
{
    if (m_state.isInBrowser)
        return openAgain();
    m_state.isInBrowser = true;
    m_state.hasBrowser = true;
    m_state.address.clear();
    if (m_problem.kind == AccessProblem::Kind::LoginFailed)
        m_problem = {};
    Q_EMIT changed();
    askConfig([this, another](const JsonAnswer &answer) {
        if (!m_state.isInBrowser)
            return; // cancelled
        const oidc::Config config = oidc::readConfig(answer.body["data"_L1].toObject());
        if (answer.status == 200 && config.hasLogin())
            return startLogin(config, another);
        endLogin();
        const QString host = m_server.host();
        setProblem(answer.status == 0 ? AccessProblem::Kind::LoginFailed : AccessProblem::Kind::TokenNeeded,
                   answer.status == 0
                       ? answer.trouble
                       : tr("%1 names no service to log in at. Whoever runs it can give out a token.").arg(host));
    });
}

void Account::startLogin(const oidc::Config &config, bool another)
{
    m_state.issuerHost = QUrl(config.issuer).host();
    m_loginFlow =
        std::make_unique<Login>(Login::Options{config, m_openBrowser, m_server.host(), another, m_pace.loginMs});
    connect(m_loginFlow.get(), &Login::inBrowser, this, [this](bool opened) {
        m_state.address = m_loginFlow->address();
        m_state.hasBrowser = opened;
        Q_EMIT changed();
    });
    connect(m_loginFlow.get(), &Login::failed, this, [this](const LoginFailure &failure) {
        endLogin();
        setProblem(AccessProblem::Kind::LoginFailed, failure.text);
    });
    connect(m_loginFlow.get(), &Login::done, this,
            [this, config](const oidc::Tokens &tokens) { onLoggedIn(tokens, config); });
    m_loginFlow->start();
}

void Account::endLogin()
{
    m_state.isInBrowser = false;
    m_state.address.clear();
    if (m_loginFlow) { // it may be the one that tells us
        m_loginFlow->disconnect(this);
        m_loginFlow.release()->deleteLater();
    }
}

void Account::cancelLogin()
{
    if (!m_state.isInBrowser && !m_loginFlow)
        return;
    if (m_loginFlow)
        m_loginFlow->cancel();
    endLogin();
    Q_EMIT changed();
}

void Account::openAgain()
{
    if (m_loginFlow)
        m_loginFlow->openAgain();
}

void Account::onLoggedIn(const oidc::Tokens &tokens, const oidc::Config &config)
{
    endLogin();
    m_isPreparing = true;
    m_isRefreshing = false;
    m_issuerUrl.clear(); // found anew where it is needed
    SavedLogin login{config.issuer,        config.clientId,       tokens.identity.subject,
                     tokens.identity.name, tokens.identity.email, {}};
    ++m_turn;
    keep(tokens, std::move(login), [this] {
        m_problem = {};
        m_isReady ? Q_EMIT readerChanged() : becomeReady();
    });
}

// Stored before it is used: after a crash the one in the keyring is the one that works.
void Account::keep(const oidc::Tokens &tokens, SavedLogin login, std::function<void()> then)
{
    if (!tokens.refresh.isEmpty())
        login.refreshToken = tokens.refresh;
    const auto use = [this, tokens, login, turn = m_turn, then = std::move(then)](const ServerSecrets &secrets) {
        m_secrets = secrets;
        if (turn != m_turn)
            return; // and what refreshes now is another one
        m_isRefreshing = false;
        AccountState state = stateOf(login);
        state.role = m_login && m_login->isSame(login) ? m_state.role : QString();
        state.projects = m_state.projects;
        m_state = state;
        m_login = login;
        m_expiresAtMs = tokens.expiresAtMs;
        m_failures = 0;
        const int refusals = m_refusals;
        present(tokens.bearer, AccountState::Kind::LoggedIn);
        m_refusals = refusals; // a fresh token is no proof that the server takes it
        scheduleRefresh();
        then();
        Q_EMIT changed();
    };
    if (login.refreshToken.isEmpty())
        return use(m_secrets); // nothing that would outlast this run
    m_vault.update(
        m_server, [login](ServerSecrets &secrets) { secrets.put(login); }, this, use);
}

void Account::scheduleRefresh()
{
    m_refresh.stop();
    if (!m_login || m_login->refreshToken.isEmpty() || m_expiresAtMs == 0)
        return;
    const qint64 left = m_expiresAtMs - QDateTime::currentMSecsSinceEpoch();
    const qint64 lead = std::min<qint64>(m_pace.leadMs, left / 3);
    m_refresh.start(int(std::clamp(left - lead, kShortestWaitMs, kLongestWaitMs)));
}

void Account::retryNow()
{
    if (m_problem.kind == AccessProblem::Kind::IssuerAway)
        refresh();
}

void Account::refresh()
{
    if (m_isRefreshing || !m_login)
        return;
    m_refresh.stop();
    m_isRefreshing = true;
    // Another window of another Entvas may have refreshed it, and the old one would end the login for both.
    m_vault.read(m_server, this, [this, turn = m_turn](const ServerSecrets &secrets) {
        if (turn != m_turn || !m_login)
            return; // whoever began the next turn has seen to it
        m_secrets = secrets;
        if (const SavedLogin *newest = secrets.login(*m_login))
            m_login->refreshToken = newest->refreshToken;
        if (m_login->refreshToken.isEmpty())
            return endSession(tr("The login at %1 has run out.").arg(m_state.issuerHost));
        askForTokens(*m_login);
    });
}

void Account::withIssuer(const SavedLogin &login, std::function<void(const oidc::Metadata &)> then,
                         std::function<void(const JsonAnswer &, const QString &)> otherwise)
{
    if (m_issuer && m_issuerUrl == login.issuer)
        return then(*m_issuer);
    m_network.get(oidc::discoveryUrl(login.issuer), {}, [=, this](const JsonAnswer &answer) {
        if (answer.status != 200)
            return otherwise(answer, answer.trouble);
        const Result<oidc::Metadata> metadata = oidc::readMetadata(answer.body, login.issuer);
        if (!metadata)
            return otherwise(answer, metadata.failure().text);
        m_issuer = *metadata;
        m_issuerUrl = login.issuer;
        then(*metadata);
    });
}

void Account::askForTokens(const SavedLogin &login)
{
    withIssuer(
        login,
        [this, login, turn = m_turn](const oidc::Metadata &issuer) {
            if (turn != m_turn)
                return;
            m_network.post(issuer.token, oidc::refreshForm(login.clientId, login.refreshToken),
                           [this, login, turn](const JsonAnswer &answer) {
                               turn == m_turn ? onRefreshed(answer, login) : keepRotated(answer, login);
                           });
        },
        [this, turn = m_turn](const JsonAnswer &answer, const QString &text) {
            if (turn != m_turn)
                return;
            waitForIssuer(
                text.isEmpty()
                    ? tr("%1 answered with status %2.").arg(m_state.issuerHost, QString::number(answer.status))
                    : text);
        });
}

void Account::onRefreshed(const JsonAnswer &answer, const SavedLogin &with)
{
    if (endsLogin(answer)) {
        // Refused: over, unless another Entvas was a moment quicker with the same one.
        m_vault.read(m_server, this, [this, with, turn = m_turn](const ServerSecrets &secrets) {
            if (turn != m_turn)
                return;
            const SavedLogin *newest = secrets.login(with);
            if (newest && newest->refreshToken != with.refreshToken) {
                m_login = *newest;
                return askForTokens(*newest);
            }
            endSession(tr("The login at %1 has ended.").arg(m_state.issuerHost));
        });
        return;
    }
    if (answer.status != 200)
        return waitForIssuer(
            answer.trouble.isEmpty()
                ? tr("%1 answered with status %2.").arg(m_state.issuerHost, QString::number(answer.status))
                : answer.trouble);
    // Which token the server can check was found out at the login.
    const oidc::Config config{true, with.issuer, with.clientId, with.clientId, {}};
    const Result<oidc::Tokens> tokens =
        oidc::readTokens(answer.body, config, {}, true, QDateTime::currentMSecsSinceEpoch());
    if (!tokens) {
        keepRotated(answer, with);
        return waitForIssuer(tokens.failure().text);
    }
    SavedLogin login = with;
    if (const oidc::Identity &now = tokens->identity; !now.subject.isEmpty()) {
        if (now.subject != with.subject)
            return endSession(tr("The login at %1 went on as somebody else.").arg(m_state.issuerHost));
        login.name = now.name.isEmpty() ? login.name : now.name;
        login.email = now.email.isEmpty() ? login.email : now.email;
    }
    keep(*tokens, std::move(login), [this] {
        if (m_problem.kind == AccessProblem::Kind::IssuerAway)
            m_problem = {};
        m_isReady ? Q_EMIT refreshed() : becomeReady();
    });
}

// What was sent is used up, whoever is shown meanwhile. One that was logged out does not come back.
void Account::keepRotated(const JsonAnswer &answer, const SavedLogin &with)
{
    const QString rotated = answer.body["refresh_token"_L1].toString();
    const QString subject = oidc::claimsOf(answer.body["id_token"_L1].toString())["sub"_L1].toString(with.subject);
    if (answer.status != 200 || rotated.isEmpty() || rotated.size() > oidc::kMaxTokenChars || subject != with.subject)
        return;
    m_vault.update(
        m_server,
        [with, rotated](ServerSecrets &secrets) {
            for (SavedLogin &login : secrets.logins)
                if (login.isSame(with) && login.refreshToken == with.refreshToken)
                    login.refreshToken = rotated;
        },
        this,
        [this](const ServerSecrets &secrets) {
            m_secrets = secrets;
            Q_EMIT changed();
        });
}

void Account::waitForIssuer(const QString &text)
{
    m_isRefreshing = false;
    const double most = std::min(double(m_pace.maxRetryMs), m_pace.firstRetryMs * std::pow(2.0, m_failures));
    m_failures = std::min(m_failures + 1, 30);
    m_refresh.start(int(most / 2) + QRandomGenerator::global()->bounded(int(most / 2) + 1));
    log::info("account", u"a login could not be refreshed yet"_s, {{u"reason"_s, text}});
    // While the token still works nobody need know.
    if (m_token.isEmpty() || (m_expiresAtMs != 0 && m_expiresAtMs <= QDateTime::currentMSecsSinceEpoch()) ||
        m_refusals > 0)
        setProblem(AccessProblem::Kind::IssuerAway,
                   tr("Your login goes on as soon as its service answers: %1").arg(text));
}

void Account::endSession(const QString &text)
{
    m_isRefreshing = false;
    const QString name = who();
    m_vault.update(
        m_server,
        [login = m_login](ServerSecrets &secrets) {
            if (login)
                secrets.remove(*login);
        },
        this, [this](const ServerSecrets &secrets) { m_secrets = secrets; });
    const QString host = m_state.issuerHost;
    present({}, AccountState::Kind::Nobody);
    m_state.issuerHost = host;
    m_problem = {AccessProblem::Kind::SessionEnded,
                 name.isEmpty() ? text : tr("%1 You were logged in as %2.").arg(text, name)};
    // What is shown stays: whoever logs in again is the same one, most likely.
    if (!m_isReady)
        return becomeReady();
    Q_EMIT changed();
}

void Account::switchTo(const SavedLogin &other)
{
    const SavedLogin *login = m_secrets.login(other);
    if (!login)
        return;
    cancelLogin();
    const SavedLogin chosen = *login;
    present({}, AccountState::Kind::Nobody);
    m_problem = {};
    m_isRefreshing = false;
    m_isReady = false; // until its token is there
    m_isPreparing = true;
    m_vault.update(
        m_server,
        [chosen](ServerSecrets &secrets) {
            if (const SavedLogin *kept = secrets.login(chosen))
                secrets.put(SavedLogin(*kept)); // to the front: the one that its subject means
        },
        this);
    Q_EMIT readerChanged();
    takeLogin(chosen);
}

void Account::logOut()
{
    cancelLogin();
    const std::optional<SavedLogin> login = m_login;
    const QString token = m_token;
    if (login) {
        withIssuer(
            *login,
            [this, login, token](const oidc::Metadata &issuer) {
                if (issuer.revoke.isEmpty())
                    return;
                const bool hasRefresh = !login->refreshToken.isEmpty();
                m_network.post(issuer.revoke,
                               oidc::revokeForm(login->clientId, hasRefresh ? login->refreshToken : token, hasRefresh),
                               [](const JsonAnswer &answer) {
                                   if (answer.status != 200)
                                       log::warning("account",
                                                    u"the login service did not confirm the end of a login"_s,
                                                    {{u"status"_s, answer.status}});
                               });
            },
            [](const JsonAnswer &, const QString &text) {
                log::warning("account", u"the login service could not be told of the end of a login"_s,
                             {{u"reason"_s, text}});
            });
    }
    m_vault.update(
        m_server,
        [login](ServerSecrets &secrets) {
            if (login)
                secrets.remove(*login);
            else
                secrets.viewerToken.clear();
        },
        this,
        [this](const ServerSecrets &secrets) {
            m_secrets = secrets;
            Q_EMIT changed();
        });
    present({}, AccountState::Kind::Nobody);
    m_problem = {};
    m_isRefreshing = false;
    becomeReady();
    Q_EMIT changed();
    Q_EMIT readerChanged();
    askAhead();
}

} // namespace entvas
