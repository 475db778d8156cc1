#include "app/account/account.h"

#include "app/feed/reasons.h"

#include <QDateTime>
#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

// What is presented to a server, and what it says to it; how a login comes about and goes on is in accountlogin.cpp.

namespace entvas {

namespace {

constexpr int kMostRefusals = 3;           // in a row, before it is believed that nothing helps
constexpr qsizetype kMaxProjects = 10'000; // as many as a hello may list

} // namespace

Account::Account(const QUrl &server, Vault &vault, OpenBrowser openBrowser, Pace pace, QObject *parent)
    : QObject(parent), m_server(server), m_vault(vault), m_openBrowser(std::move(openBrowser)), m_pace(pace)
{
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, &Account::refresh);
    connect(&m_vault, &Vault::keepingChanged, this, &Account::changed);
}

Account::~Account() = default;

QUrl Account::page(const QString &path) const
{
    QUrl url = m_server;
    url.setPath(path);
    return url;
}

void Account::prepare()
{
    if (std::exchange(m_isPreparing, true))
        return;
    m_vault.read(m_server, this, [this](const ServerSecrets &secrets) {
        m_secrets = secrets;
        if (m_isReady)
            return; // a token was typed in meanwhile
        if (const SavedLogin *login = secrets.inUse())
            return takeLogin(*login);
        const bool hasToken = !secrets.viewerToken.isEmpty();
        present(secrets.viewerToken, hasToken ? AccountState::Kind::Token : AccountState::Kind::Nobody);
        becomeReady();
        if (!hasToken)
            askAhead();
    });
}

void Account::becomeReady()
{
    if (std::exchange(m_isReady, true))
        return;
    Q_EMIT changed();
    Q_EMIT ready();
}

void Account::takeLogin(const SavedLogin &login)
{
    m_login = login;
    m_state = stateOf(login);
    Q_EMIT changed();
    refresh();
}

// A login in the browser goes on beside it.
AccountState Account::stateOf(const SavedLogin &login) const
{
    AccountState state;
    state.subject = login.subject;
    state.name = login.name;
    state.email = login.email;
    state.issuerHost = QUrl(login.issuer).host();
    state.isInBrowser = m_state.isInBrowser;
    state.address = m_state.address;
    state.hasBrowser = m_state.hasBrowser;
    return state;
}

void Account::present(const QString &token, AccountState::Kind kind)
{
    m_token = token;
    m_state.kind = kind;
    m_refusals = 0;
    ++m_turn;
    if (kind == AccountState::Kind::LoggedIn)
        return;
    m_login.reset();
    m_expiresAtMs = 0;
    m_refresh.stop();
    const AccountState before = m_state;
    m_state = {kind, {}, {}, {}, {}, {}, before.isInBrowser, before.address, before.hasBrowser, before.issuerHost};
}

void Account::useToken(const QString &token, bool remember)
{
    if (token.isEmpty())
        return;
    m_isPreparing = true; // whatever was remembered does not count now
    const bool isOther = m_token != token;
    cancelLogin();
    m_isRefreshing = false;
    m_remembers = remember;
    present(token, AccountState::Kind::Token);
    setProblem(AccessProblem::Kind::None);
    if (!m_isReady)
        return becomeReady();
    Q_EMIT changed();
    if (isOther)
        Q_EMIT readerChanged();
    else
        Q_EMIT retryWanted();
}

bool Account::isMemoryOnly() const
{
    switch (m_state.kind) {
    case AccountState::Kind::LoggedIn: return m_vault.keeping() == Vault::Keeping::Memory;
    case AccountState::Kind::Token:
        return m_vault.keeping() == Vault::Keeping::Memory || m_secrets.viewerToken != m_token;
    default: return false;
    }
}

QList<SavedLogin> Account::others() const
{
    QList<SavedLogin> others;
    for (SavedLogin login : m_secrets.logins) {
        if (m_login && login.isSame(*m_login))
            continue;
        login.refreshToken.clear();
        others.append(login);
    }
    return others;
}

QString Account::who() const
{
    return !m_state.name.isEmpty() ? m_state.name : !m_state.email.isEmpty() ? m_state.email : m_state.subject;
}

void Account::onAccepted()
{
    m_refusals = 0;
    if (m_problem.kind != AccessProblem::Kind::None && m_problem.kind != AccessProblem::Kind::LoginFailed)
        setProblem(AccessProblem::Kind::None);
    if (m_token.isEmpty())
        return;
    if (m_state.kind == AccountState::Kind::Token && std::exchange(m_remembers, false))
        m_vault.update(
            m_server,
            [token = m_token](ServerSecrets &secrets) {
                secrets.viewerToken = token;
                secrets.current.clear();
            },
            this,
            [this](const ServerSecrets &secrets) {
                m_secrets = secrets;
                Q_EMIT changed();
            });
    m_network.get(page(u"/me"_s), m_token, [this, turn = m_turn](const JsonAnswer &answer) {
        if (turn == m_turn && answer.status == 200)
            onMe(answer);
    });
}

void Account::onMe(const JsonAnswer &answer)
{
    const QJsonObject me = answer.body["data"_L1].toObject();
    m_state.role = me["role"_L1].toString().left(40);
    if (const QString name = me["name"_L1].toString().simplified().left(kMaxReasonChars);
        m_state.name.isEmpty() && !name.isEmpty())
        m_state.name = name;
    m_state.projects.reset();
    if (const QJsonValue projects = me["projects"_L1]; projects.isArray()) {
        m_state.projects.emplace();
        const QJsonArray ids = projects.toArray();
        for (qsizetype i = 0; i < std::min<qsizetype>(ids.size(), kMaxProjects); ++i)
            m_state.projects->append(ids[i].toString().left(kMaxReasonChars));
    }
    Q_EMIT changed();
}

void Account::onRefused(bool isRevoked)
{
    m_isRevoked = m_isRevoked || isRevoked;
    const AccessProblem::Kind known = m_problem.kind;
    const bool isKnown =
        m_token.isEmpty() && (known == AccessProblem::Kind::SessionEnded || known == AccessProblem::Kind::LoginNeeded ||
                              known == AccessProblem::Kind::TokenNeeded);
    if (m_explains == m_turn || m_isRefreshing || isKnown)
        return;
    ++m_refusals;
    // A login's token may have run out while the computer slept, or its service has changed its keys.
    if (m_login && m_refusals == 1)
        return refresh();
    explain();
}

void Account::askConfig(std::function<void(const JsonAnswer &)> then)
{
    m_network.get(page(u"/auth/config"_s), {}, std::move(then));
}

// A server lets a socket in that shows nothing, and waits seconds for its first message: a person need not.
void Account::askAhead()
{
    askConfig([this, turn = m_turn](const JsonAnswer &answer) {
        if (turn != m_turn || !m_token.isEmpty() || m_problem.kind != AccessProblem::Kind::None)
            return;
        const oidc::Config config = oidc::readConfig(answer.body["data"_L1].toObject());
        if (answer.status == 200 && config.isRequired)
            askForLogin(config);
    });
}

void Account::askForLogin(const oidc::Config &config)
{
    const QString host = m_server.host();
    m_state.issuerHost = QUrl(config.issuer).host();
    if (config.hasLogin())
        return setProblem(AccessProblem::Kind::LoginNeeded,
                          tr("%1 shows its numbers to people who log in at %2.").arg(host, m_state.issuerHost));
    setProblem(AccessProblem::Kind::TokenNeeded, tr("%1 asks for a token. Whoever runs it gives one out.").arg(host));
}

void Account::explain()
{
    m_explains = m_turn;
    askConfig([this, turn = m_turn](const JsonAnswer &config) {
        if (turn != m_turn)
            return;
        const oidc::Config told = oidc::readConfig(config.body["data"_L1].toObject());
        m_network.get(page(u"/me"_s), m_token, [this, turn, told](const JsonAnswer &me) {
            if (turn != m_turn)
                return;
            m_explains = -1;
            judge(me, told);
        });
    });
}

void Account::judge(const JsonAnswer &me, const oidc::Config &config)
{
    const bool wasRevoked = std::exchange(m_isRevoked, false);
    const QString told = me.body["message"_L1].toString().simplified().left(kMaxReasonChars);
    const QString host = m_server.host();
    m_state.issuerHost = QUrl(config.issuer).host();
    if (me.status == 0)
        return; // the feed's own words have to do
    if (me.status == 429 || me.status == 503) {
        --m_refusals; // it is no word about what was presented
        const double most = std::min(double(m_pace.maxRetryMs), m_pace.firstRetryMs * std::pow(2.0, m_delays));
        m_delays = std::min(m_delays + 1, 30);
        const int waitMs = int(most / 2) + QRandomGenerator::global()->bounded(int(most / 2) + 1);
        QTimer::singleShot(waitMs, this, [this, turn = m_turn] {
            if (turn == m_turn)
                Q_EMIT retryWanted();
        });
        return;
    }
    m_delays = 0;
    if (me.status == 200 && m_refusals < kMostRefusals)
        return Q_EMIT retryWanted();
    if (me.status == 403 && (config.isRequired || !m_token.isEmpty()))
        return setProblem(AccessProblem::Kind::RoleMissing,
                          told.isEmpty() ? tr("You are known at %1, but may not read there.").arg(host) : told);
    if (m_token.isEmpty())
        return askForLogin(config);
    if (m_login)
        return setProblem(AccessProblem::Kind::TokenRefused,
                          told.isEmpty() ? tr("%1 does not accept the login at %2.").arg(host, m_state.issuerHost)
                                         : tr("%1 does not accept the login: %2").arg(host, told));
    if (wasRevoked) {
        m_vault.update(
            m_server,
            [token = m_token](ServerSecrets &secrets) {
                if (secrets.viewerToken == token)
                    secrets.viewerToken.clear();
            },
            this, [this](const ServerSecrets &secrets) { m_secrets = secrets; });
        return setProblem(AccessProblem::Kind::TokenRevoked,
                          tr("This token was taken back at %1. Whoever runs it can give out another one.").arg(host));
    }
    setProblem(AccessProblem::Kind::TokenRefused, told.isEmpty()
                                                      ? tr("%1 does not accept this token.").arg(host)
                                                      : tr("%1 does not accept this token: %2").arg(host, told));
}

void Account::setProblem(AccessProblem::Kind kind, const QString &text)
{
    m_problem = {kind, text};
    Q_EMIT changed();
}

} // namespace entvas
