// How a login goes on, and ends.
#include "app/account/account.h"

#include "core/base/log.h"

#include <QDateTime>

#include <algorithm>
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

void Account::onLoggedIn(const oidc::Tokens &tokens, const oidc::Config &config)
{
    followBrowser();
    go(AccountEvent::RefreshStopped);
    m_service.forget();
    SavedLogin login{config.issuer,        config.clientId,       tokens.identity.subject,
                     tokens.identity.name, tokens.identity.email, {}};
    ++m_turn;
    keep(tokens, std::move(login), [this](bool wasReady) {
        m_problem = {};
        wasReady ? Q_EMIT readerChanged() : becomeReady();
    });
}

// Stored before it is used: after a crash the one in the keyring is the one that works.
void Account::keep(const oidc::Tokens &tokens, SavedLogin login, std::function<void(bool wasReady)> then)
{
    if (!tokens.refresh.isEmpty())
        login.refreshToken = tokens.refresh;
    const auto use = [this, tokens, login, turn = m_turn, then = std::move(then)](const ServerSecrets &secrets) {
        m_secrets = secrets;
        if (turn != m_turn)
            return; // and what refreshes now is another one
        AccountState state = stateOf(login);
        state.role = m_login && m_login->isSame(login) ? m_state.role : QString();
        state.projects = m_state.projects;
        m_state = state;
        m_login = login;
        m_expiresAtMs = tokens.expiresAtMs;
        m_failures = 0;
        const bool wasReady = isReady();
        const int refusals = m_refusals;
        go(AccountEvent::TokensCame);
        present(tokens.bearer);
        m_refusals = refusals; // a fresh token is no proof that the server takes it
        scheduleRefresh();
        then(wasReady);
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
    if (!m_login || !go(AccountEvent::RefreshBegan))
        return;
    m_refresh.stop();
    // Another window of another Entvas may have refreshed it, and the old one would end the login for both.
    m_vault.read(m_server, this, [this, turn = m_turn](const ServerSecrets &secrets) {
        if (turn != m_turn || !m_login)
            return; // what began the next turn has seen to it
        m_secrets = secrets;
        if (const SavedLogin *newest = secrets.login(*m_login))
            m_login->refreshToken = newest->refreshToken;
        if (m_login->refreshToken.isEmpty())
            return endSession(tr("The login at %1 has expired.").arg(m_state.issuerHost));
        askForTokens(*m_login);
    });
}

void Account::askForTokens(const SavedLogin &login)
{
    m_service.find(
        login,
        [this, login, turn = m_turn](const oidc::Metadata &issuer) {
            if (turn != m_turn)
                return;
            m_service.refresh(issuer, login, [this, login, turn](const JsonAnswer &answer) {
                turn == m_turn ? onRefreshed(answer, login) : keepRotated(answer, login);
            });
        },
        [this, turn = m_turn](const QString &text) {
            if (turn == m_turn)
                waitForIssuer(text);
        });
}

void Account::onRefreshed(const JsonAnswer &answer, const SavedLogin &with)
{
    if (endsLogin(answer))
        return onRefreshRefused(with);
    if (answer.status != 200)
        return waitForIssuer(LoginService::statusText(with, answer));
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
            return endSession(tr("The login at %1 was completed with a different account.").arg(m_state.issuerHost));
        login.name = now.name.isEmpty() ? login.name : now.name;
        login.email = now.email.isEmpty() ? login.email : now.email;
    }
    keep(*tokens, std::move(login), [this](bool wasReady) {
        if (m_problem.kind == AccessProblem::Kind::IssuerAway)
            m_problem = {};
        wasReady ? Q_EMIT refreshed() : becomeReady();
    });
}

// Over, unless another Entvas was a moment quicker with the same one.
void Account::onRefreshRefused(const SavedLogin &with)
{
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
}

// What was sent is used up, whatever is presented meanwhile. One that was logged out does not come back.
void Account::keepRotated(const JsonAnswer &answer, const SavedLogin &with)
{
    const QString rotated = answer.body["refresh_token"_L1].toString();
    const QString subject = oidc::claimsOf(answer.body["id_token"_L1].toString())["sub"_L1].toString(with.subject);
    if (answer.status != 200 || rotated.isEmpty() || rotated.size() > oidc::kMaxTokenChars || subject != with.subject)
        return;
    changeSecrets(
        [with, rotated](ServerSecrets &secrets) {
            for (SavedLogin &login : secrets.logins)
                if (login.isSame(with) && login.refreshToken == with.refreshToken)
                    login.refreshToken = rotated;
        },
        true);
}

void Account::waitForIssuer(const QString &text)
{
    go(AccountEvent::RefreshStopped);
    m_refresh.start(halfToWhole(m_failures));
    m_failures = std::min(m_failures + 1, kMostDoublings);
    log::info("account", u"a login could not be refreshed yet"_s, {{u"reason"_s, text}});
    // While the token still works a person need not know.
    if (m_token.isEmpty() || (m_expiresAtMs != 0 && m_expiresAtMs <= QDateTime::currentMSecsSinceEpoch()) ||
        m_refusals > 0)
        setProblem({AccessProblem::Kind::IssuerAway,
                    tr("Your login continues as soon as its service responds: %1").arg(text)});
}

void Account::endSession(const QString &text)
{
    const bool wasReady = isReady();
    const QString name = !m_state.name.isEmpty()    ? m_state.name
                         : !m_state.email.isEmpty() ? m_state.email
                                                    : m_state.subject;
    changeSecrets(
        [login = m_login](ServerSecrets &secrets) {
            if (login)
                secrets.remove(*login);
        },
        false);
    go(AccountEvent::LoginEnded);
    present({});
    m_problem = {AccessProblem::Kind::SessionEnded,
                 name.isEmpty() ? text : tr("%1 You were logged in as %2.").arg(text, name)};
    // What is shown stays: the person who logs in again is the same one, most likely.
    if (!wasReady)
        return becomeReady();
    Q_EMIT changed();
}

} // namespace entvas
