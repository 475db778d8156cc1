#include "app/session/session.h"

#include "app/account/account.h"
#include "app/account/jsonclient.h"
#include "app/feed/eventpages.h"
#include "app/feed/serveraddress.h"
#include "app/feed/wsfeed.h"
#include "app/samples/feeder.h"

#include <QSettings>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
const QString kRecentKey = u"recentServers"_s;
} // namespace

Session::Session(std::unique_ptr<Host> own, Host *shared, QObject *parent)
    : QObject(parent), m_ownHost(std::move(own)), m_host(shared ? *shared : *m_ownHost)
{
    connect(&m_host, &Host::ready, this, [this] {
        if (m_wantsOwn && !m_stopping)
            showOwnServer();
    });
    connect(&m_host, &Host::failed, this, [this](const SessionProblem &what) {
        if (m_wantsOwn && !m_stopping)
            Q_EMIT problem(what);
    });
    connect(&m_host, &Host::leaving, this, [this] {
        if (!m_local)
            return;
        stopSampleTraffic();
        dropFeed();
    });
    if (m_ownHost)
        connect(&m_host, &Host::stopped, this, &Session::stopped);
}

Session::Session(Host &host, QObject *parent) : Session(nullptr, &host, parent) {}

Session::Session(Result<Settings> settings, QObject *parent)
    : Session(std::make_unique<Host>(std::move(settings)), nullptr, parent)
{
}

Session::~Session() = default;

std::optional<SessionProblem> Session::lastProblem() const
{
    return m_wantsOwn ? m_host.problem() : std::nullopt;
}

void Session::useOwnServer(const QString &project)
{
    if (m_stopping)
        return;
    m_wantsOwn = true;
    m_project = project;
    if (m_feed && !m_local) {
        stopSampleTraffic();
        dropFeed();
    }
    setAccount({});
    m_host.start();
}

void Session::useOwnServerOnPort(quint16 port)
{
    if (m_stopping)
        return;
    m_wantsOwn = true;
    m_host.startOnPort(port);
}

void Session::showOwnServer()
{
    if (m_feed && m_local && m_feed->server() == m_host.url() && m_pagesOptions.project == m_project)
        return;
    setAccount({});
    setFeed(m_host.url(), true);
    m_store = m_host.storeName();
}

void Session::connectTo(const QUrl &url, const QString &token, const QString &project, bool rememberToken)
{
    if (m_stopping)
        return;
    const QUrl server = url; // it may be the feed's own
    m_wantsOwn = false;
    m_project = project;
    setAccount(nullptr); // what it says now is no news here
    const std::shared_ptr<Account> account = m_host.accounts().of(server);
    account->useToken(token, rememberToken);
    setAccount(account);
    setFeed(server, false);
    account->prepare();
}

void Session::showProject(const QString &project)
{
    if (m_stopping || !m_feed || project == m_project)
        return;
    m_project = project;
    setFeed(m_feed->server(), m_local);
    if (m_local)
        m_store = m_host.storeName();
}

void Session::setAccount(std::shared_ptr<Account> account)
{
    if (account == m_account)
        return;
    if (m_account)
        m_account->disconnect(this);
    m_account = std::move(account);
    if (m_account) {
        connect(m_account.get(), &Account::ready, this, [this] {
            if (!m_feed)
                return;
            present(m_account->token());
            m_feed->open();
        });
        const auto retry = [this] {
            if (m_feed && m_feedState.kind == FeedState::Kind::Refused)
                m_feed->retryNow();
        };
        connect(m_account.get(), &Account::refreshed, this, [this, retry] {
            if (m_feed)
                present(m_account->token());
            retry();
        });
        connect(m_account.get(), &Account::retryWanted, this, retry);
        // Somebody else must not see what is on the screen now.
        connect(m_account.get(), &Account::readerChanged, this, [this] {
            if (m_feed)
                setFeed(m_feed->server(), false);
        });
        connect(m_account.get(), &Account::changed, this, &Session::accountChanged);
    }
    Q_EMIT accountChanged();
}

void Session::present(const QString &token)
{
    m_pagesOptions.token = token;
    m_feed->setToken(token);
    m_pages->setToken(token);
    Q_EMIT tokenChanged(token);
}

void Session::setFeed(const QUrl &url, bool local)
{
    stopSampleTraffic();
    const QUrl server = url; // it may be the feed's own, which goes now
    const std::shared_ptr<Account> account = m_account;
    dropFeed();
    m_local = local;
    WsFeedOptions options;
    options.server = server;
    options.project = m_project;
    options.token = local ? m_host.settings()->ownerToken : account->token();
    options.tail = true;
    options.sameMachine = local;
    options.allowsHttp = !local && m_host.accounts().allowsHttp(server);
    m_feedState = {};
    m_feed = new WsFeed(options, this);
    m_pagesOptions = {};
    m_pagesOptions.server = server;
    m_pagesOptions.token = options.token;
    m_pagesOptions.sameMachine = local;
    m_pagesOptions.allowsHttp = options.allowsHttp;
    m_pagesOptions.project = m_project;
    m_pages = new EventPages(m_pagesOptions, this);
    connect(m_feed, &Feed::message, this, &Session::onMessage);
    if (!local)
        connect(m_feed, &Feed::stateChanged, this, &Session::onFeedState);
    Q_EMIT feedChanged(m_feed);
    if (local || account->isReady())
        m_feed->open(); // else the account says when
}

void Session::onFeedState(const FeedState &state)
{
    const FeedState before = std::exchange(m_feedState, state);
    if (state.kind == FeedState::Kind::Live && before.kind != FeedState::Kind::Live) {
        remember(m_feed->server());
        askAboutKey();
        m_account->onAccepted();
    }
    if (state.kind != FeedState::Kind::Refused)
        return;
    switch (state.refusal) {
    case FeedState::Refusal::Access:
    case FeedState::Refusal::Expired: m_account->onRefused(false); break;
    case FeedState::Refusal::Revoked: m_account->onRefused(true); break;
    case FeedState::Refusal::None:
    case FeedState::Refusal::PlainHttp:
    case FeedState::Refusal::Untrusted: break;
    }
}

void Session::dropFeed()
{
    m_store.clear();
    m_local = false;
    m_about.reset();
    m_takesDevelopmentKey = false;
    m_feedState = {};
    Feed *old = std::exchange(m_feed, nullptr);
    if (!old)
        return;
    std::exchange(m_pages, nullptr)->deleteLater();
    old->close();
    old->disconnect(this);
    Q_EMIT feedChanged(nullptr);
    old->deleteLater();
}

void Session::onMessage(const wire::ServerMessage &message)
{
    if (const auto *hello = std::get_if<wire::Hello>(&message))
        if (!hello->store.isEmpty())
            m_store = hello->store;
}

QUrl Session::serverUrl() const
{
    return m_feed ? m_feed->server() : QUrl();
}

QUrl Session::webhookUrl() const
{
    return m_feed ? entvas::webhookUrl(m_feed->server()) : QUrl();
}

// The key in our settings is that of our own server; only a desktop that never hosted one can mean another's with it.
QString Session::webhookKey() const
{
    const bool ours = m_local || (!m_host.wasWanted() && isPrivateWay(serverUrl()));
    const Result<Settings> &settings = m_host.settings();
    if (ours && settings.ok() && !settings.value().webhookKey.isEmpty())
        return settings.value().webhookKey;
    // As the server decides it.
    const bool takes = m_local ? settings->isLoopback() && settings->trustedProxies.isEmpty() : m_takesDevelopmentKey;
    return takes ? QString::fromLatin1(kDevelopmentKey) : QString();
}

// Another server on this machine may have a key of its own. What one reads in GET / is no secret: a client that reaches
// it can try the key.
void Session::askAboutKey()
{
    if (!isLoopback(serverUrl()))
        return;
    QUrl about = serverUrl();
    about.setPath(u"/"_s);
    m_about = std::make_unique<JsonClient>();
    m_about->get(about, {}, [this](const JsonAnswer &answer) {
        const bool takes = answer.status == 200 && answer.body.value("developmentKey"_L1).toBool();
        if (takes == m_takesDevelopmentKey)
            return;
        m_takesDevelopmentKey = takes;
        if (!hasWebhookKey())
            stopSampleTraffic();
        Q_EMIT webhookKeyChanged();
    });
}

QString Session::webhookKeyHint() const
{
    const bool documented = isLoopback(serverUrl()) && webhookKey() == QLatin1StringView(kDevelopmentKey);
    return documented ? QString::fromLatin1(kDevelopmentKey) : tr("your key");
}

QList<QUrl> Session::recentServers() const
{
    QList<QUrl> urls;
    const QStringList texts = QSettings().value(kRecentKey).toStringList().mid(0, kMaxRecent);
    for (const QString &text : texts)
        if (const Result<QUrl> url = parseServerUrl(text); url.ok())
            urls.append(url.value());
    return urls;
}

void Session::remember(const QUrl &url)
{
    QStringList texts{url.toString()};
    const QList<QUrl> before = recentServers();
    for (const QUrl &other : before)
        if (other != url && texts.size() < kMaxRecent)
            texts.append(other.toString());
    QSettings().setValue(kRecentKey, texts);
}

void Session::forgetServer(const QUrl &url)
{
    QStringList texts;
    const QList<QUrl> before = recentServers();
    for (const QUrl &other : before)
        if (other != url)
            texts.append(other.toString());
    QSettings().setValue(kRecentKey, texts);
}

void Session::startSampleTraffic(double eventsPerSecond)
{
    if (m_feeder || !hasWebhookKey() || m_stopping || !mayGo(serverUrl(), m_local, m_pagesOptions.allowsHttp))
        return;
    FeederOptions options;
    options.url = webhookUrl();
    options.key = webhookKey();
    options.perSecond = eventsPerSecond;
    m_feeder = new Feeder(options, this);
    connect(m_feeder, &Feeder::refused, this, [this](const Failure &failure) {
        stopSampleTraffic();
        Q_EMIT samplingRefused(failure); // nothing is wrong with the server: it has another key
    });
    m_feeder->start();
    Q_EMIT samplingChanged(true);
}

void Session::stopSampleTraffic()
{
    Feeder *feeder = std::exchange(m_feeder, nullptr);
    if (!feeder)
        return;
    feeder->stop();
    feeder->deleteLater();
    Q_EMIT samplingChanged(false);
}

void Session::shutdown()
{
    if (m_stopping)
        return;
    m_stopping = true;
    stopSampleTraffic();
    dropFeed();
    setAccount({});
    if (m_ownHost)
        m_host.shutdown();
    else
        QMetaObject::invokeMethod(this, &Session::stopped, Qt::QueuedConnection);
}

} // namespace entvas
