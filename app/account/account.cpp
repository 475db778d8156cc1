#include "app/account/account.h"

#include "app/account/accessjudgement.h"
#include "app/feed/reasons.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

// What is presented to a server, and what it says to it; how a login goes on is in accountlogin.cpp.

namespace entvas {

namespace {

constexpr int kMostRefusals = 3;           // in a row, before it is believed that nothing helps
constexpr qsizetype kMaxProjects = 10'000; // as many as a hello may list

} // namespace

Account::Account(const QUrl &server, Vault &vault, OpenBrowser openBrowser, Pace pace, QObject *parent)
    : QObject(parent),
      m_server(server),
      m_vault(vault),
      m_pace(pace),
      m_service(m_network),
      m_browser(server, m_network, std::move(openBrowser), pace.loginMs)
{
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, &Account::refresh);
    connect(&m_vault, &Vault::keepingChanged, this, &Account::changed);
    connect(&m_browser, &BrowserLogin::changed, this, [this] {
        followBrowser();
        Q_EMIT changed();
    });
    connect(&m_browser, &BrowserLogin::failed, this, [this](const AccessProblem &problem) {
        followBrowser();
        setProblem(problem);
    });
    connect(&m_browser, &BrowserLogin::done, this, &Account::onLoggedIn);
}

Account::~Account() = default;

bool Account::go(AccountEvent event)
{
    const std::optional<AccountPhase> phase = next(m_phase, event);
    if (!phase)
        return false;
    m_phase = *phase;
    m_state.kind = kindOf(m_phase);
    return true;
}

QUrl Account::page(const QString &path) const
{
    QUrl url = m_server;
    url.setPath(path);
    return url;
}

int Account::halfToWhole(int failures) const
{
    const double most = std::min(double(m_pace.maxRetryMs), m_pace.firstRetryMs * std::pow(2.0, failures));
    return int(most / 2) + QRandomGenerator::global()->bounded(int(most / 2) + 1);
}

void Account::prepare()
{
    if (!go(AccountEvent::Asked))
        return;
    m_vault.read(m_server, this, [this](const ServerSecrets &secrets) {
        m_secrets = secrets;
        if (m_phase != AccountPhase::Looking)
            return; // a token was typed in meanwhile
        if (const SavedLogin *login = secrets.inUse())
            return takeLogin(*login);
        const bool hasToken = !secrets.viewerToken.isEmpty();
        go(hasToken ? AccountEvent::FoundToken : AccountEvent::FoundNothing);
        present(secrets.viewerToken);
        becomeReady();
        if (!hasToken)
            askAhead();
    });
}

void Account::becomeReady()
{
    Q_EMIT changed();
    Q_EMIT ready();
}

void Account::takeLogin(const SavedLogin &login)
{
    m_login = login;
    m_state = stateOf(login);
    go(AccountEvent::LoginChosen);
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

void Account::followBrowser()
{
    m_state.isInBrowser = m_browser.isRunning();
    m_state.address = m_browser.address();
    m_state.hasBrowser = m_browser.hasBrowser();
    if (!m_browser.issuerHost().isEmpty())
        m_state.issuerHost = m_browser.issuerHost();
}

// Of the phase that was entered.
void Account::present(const QString &token)
{
    m_token = token;
    m_refusals = 0;
    ++m_turn;
    if (m_state.kind == AccountState::Kind::LoggedIn)
        return;
    m_login.reset();
    m_expiresAtMs = 0;
    m_refresh.stop();
    const AccountState before = m_state;
    m_state = {};
    m_state.kind = before.kind;
    m_state.isInBrowser = before.isInBrowser;
    m_state.address = before.address;
    m_state.hasBrowser = before.hasBrowser;
    m_state.issuerHost = before.issuerHost;
}

void Account::useToken(const QString &token, bool remember)
{
    if (token.isEmpty())
        return;
    const bool wasReady = isReady();
    const bool isOther = m_token != token;
    cancelLogin();
    m_remembers = remember;
    go(AccountEvent::TokenGiven); // whatever was remembered does not count now
    present(token);
    setProblem({});
    if (!wasReady)
        return becomeReady();
    Q_EMIT changed();
    if (isOther)
        Q_EMIT readerChanged();
    else
        Q_EMIT retryWanted();
}

void Account::logIn(bool another)
{
    if (m_browser.isRunning())
        return openAgain();
    if (m_problem.kind == AccessProblem::Kind::LoginFailed)
        m_problem = {};
    m_browser.start(another);
}

void Account::cancelLogin()
{
    m_browser.cancel();
}

void Account::openAgain()
{
    m_browser.openAgain();
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

void Account::changeSecrets(Vault::Change change, bool isNews)
{
    m_vault.update(m_server, std::move(change), this, [this, isNews](const ServerSecrets &secrets) {
        m_secrets = secrets;
        if (isNews)
            Q_EMIT changed();
    });
}

void Account::onAccepted()
{
    m_refusals = 0;
    if (m_problem.kind != AccessProblem::Kind::None && m_problem.kind != AccessProblem::Kind::LoginFailed)
        setProblem({});
    if (m_token.isEmpty())
        return;
    if (m_phase == AccountPhase::Token && std::exchange(m_remembers, false))
        changeSecrets(
            [token = m_token](ServerSecrets &secrets) {
                secrets.viewerToken = token;
                secrets.current.clear();
            },
            true);
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
    const bool isRefreshing = m_phase == AccountPhase::Resuming || m_phase == AccountPhase::Refreshing;
    if (m_explains == m_turn || isRefreshing || isKnown)
        return;
    ++m_refusals;
    // A login's token may have run out while the computer slept, or its service has changed its keys.
    if (m_login && m_refusals == 1)
        return refresh();
    explain();
}

// A server lets a socket in that shows nothing, and waits seconds for its first message: a person need not.
void Account::askAhead()
{
    m_network.get(page(u"/auth/config"_s), {}, [this, turn = m_turn](const JsonAnswer &answer) {
        if (turn != m_turn || !m_token.isEmpty() || m_problem.kind != AccessProblem::Kind::None)
            return;
        const oidc::Config config = oidc::readConfig(answer.body["data"_L1].toObject());
        if (answer.status != 200 || !config.isRequired)
            return;
        m_state.issuerHost = QUrl(config.issuer).host();
        setProblem(loginWanted(m_server.host(), config));
    });
}

void Account::explain()
{
    m_explains = m_turn;
    m_network.get(page(u"/auth/config"_s), {}, [this, turn = m_turn](const JsonAnswer &answer) {
        if (turn != m_turn)
            return;
        const oidc::Config config = oidc::readConfig(answer.body["data"_L1].toObject());
        m_network.get(page(u"/me"_s), m_token, [this, turn, config](const JsonAnswer &me) {
            if (turn != m_turn)
                return;
            m_explains = -1;
            judge(me, config);
        });
    });
}

void Account::judge(const JsonAnswer &me, const oidc::Config &config)
{
    m_state.issuerHost = QUrl(config.issuer).host();
    const AccessJudgement::Presented presented{m_token.isEmpty(), m_login.has_value(),
                                               std::exchange(m_isRevoked, false), m_refusals >= kMostRefusals};
    const AccessJudgement judgement = AccessJudgement::of(m_server.host(), me, config, presented);
    if (judgement.kind == AccessJudgement::Kind::Unknown)
        return;
    if (judgement.kind == AccessJudgement::Kind::Busy)
        return retryLater();
    m_delays = 0;
    if (judgement.kind == AccessJudgement::Kind::TryAgain)
        return Q_EMIT retryWanted();
    if (judgement.problem.kind == AccessProblem::Kind::TokenRevoked)
        changeSecrets(
            [token = m_token](ServerSecrets &secrets) {
                if (secrets.viewerToken == token)
                    secrets.viewerToken.clear();
            },
            false);
    setProblem(judgement.problem);
}

void Account::retryLater()
{
    --m_refusals; // it is no word about what was presented
    const int waitMs = halfToWhole(m_delays);
    m_delays = std::min(m_delays + 1, kMostDoublings);
    QTimer::singleShot(waitMs, this, [this, turn = m_turn] {
        if (turn == m_turn)
            Q_EMIT retryWanted();
    });
}

void Account::setProblem(const AccessProblem &problem)
{
    m_problem = problem;
    Q_EMIT changed();
}

void Account::switchTo(const SavedLogin &other)
{
    const SavedLogin *login = m_secrets.login(other);
    if (!login)
        return;
    cancelLogin();
    const SavedLogin chosen = *login;
    go(AccountEvent::LoginChosen); // not ready until its token is there
    present({});
    m_problem = {};
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
    const bool wasReady = isReady();
    if (login)
        m_service.revoke(*login, m_token);
    changeSecrets(
        [login](ServerSecrets &secrets) {
            if (login)
                secrets.remove(*login);
            else
                secrets.viewerToken.clear();
        },
        true);
    go(AccountEvent::LoginEnded);
    present({});
    m_problem = {};
    if (!wasReady)
        becomeReady();
    Q_EMIT changed();
    Q_EMIT readerChanged();
    askAhead();
}

} // namespace entvas
