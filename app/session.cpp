#include "app/session.h"

#include "app/commands/feeder.h"
#include "app/feed/eventpages.h"
#include "app/feed/serveraddress.h"
#include "app/feed/wsfeed.h"
#include "core/log.h"

#include <QSettings>

#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {
constexpr auto kStopDeadline = 10s; // the server promises as much; the window must not hang on it
const QString kRecentKey = u"recentServers"_s;
} // namespace

Session::Session(Result<Settings> settings, QObject *parent) : QObject(parent), m_settings(std::move(settings))
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kStopDeadline);
    connect(&m_deadline, &QTimer::timeout, this, &Session::endShutdown);
    connect(&m_server, &LocalServer::ready, this, [this] {
        m_starting = false;
        m_problem.reset();
        if (!m_stopping && (!m_feed || m_local))
            showOwnServer();
    });
    connect(&m_server, &LocalServer::failed, this, [this](const SessionProblem &what) {
        m_starting = false;
        onProblem(what);
    });
    connect(&m_server, &LocalServer::stopped, this, [this] {
        if (m_stopping)
            endShutdown();
        else
            startOwnServer(); // it was stopped to change the port
    });
}

Session::~Session() = default;

void Session::useOwnServer()
{
    if (m_stopping)
        return;
    if (!m_settings) {
        onProblem({SessionProblem::Kind::BadSettings, m_settings.failure(), 0});
        return;
    }
    if (m_feed && !m_local)
        dropFeed();
    if (m_server.isRunning())
        showOwnServer();
    else
        startOwnServer();
}

void Session::useOwnServerOnPort(quint16 port)
{
    if (!m_settings || m_stopping || m_starting) {
        useOwnServer();
        return;
    }
    const bool moves = m_server.isRunning() && (port == 0 || m_settings->port != port);
    m_settings->port = port;
    if (!moves) {
        useOwnServer();
        return;
    }
    stopSampleTraffic();
    dropFeed();
    m_server.stop();
}

void Session::startOwnServer()
{
    if (m_starting)
        return;
    m_starting = true;
    m_hosted = true;
    m_server.start(m_settings.value());
}

void Session::showOwnServer()
{
    if (m_feed && m_local && m_feed->server() == m_server.url())
        return;
    setFeed(m_server.url(), m_settings->viewerToken, true);
    m_store = m_server.store();
}

void Session::connectTo(const QUrl &url, const QString &token)
{
    m_problem.reset(); // the way on that was chosen
    if (!m_stopping)
        setFeed(url, token, false);
}

void Session::setFeed(const QUrl &url, const QString &token, bool local)
{
    stopSampleTraffic();
    dropFeed();
    m_local = local;
    WsFeedOptions options;
    options.server = url;
    options.token = token;
    options.tail = true;
    options.sameMachine = local;
    m_feed = new WsFeed(options, this);
    m_pagesOptions = {url, token, local};
    m_pages = new EventPages(m_pagesOptions, this);
    connect(m_feed, &Feed::message, this, &Session::onMessage);
    if (!local)
        connect(m_feed, &Feed::stateChanged, this, [this, url](const FeedState &state) {
            if (state.kind == FeedState::Kind::Live)
                remember(url);
        });
    Q_EMIT feedChanged(m_feed);
    m_feed->open();
}

void Session::dropFeed()
{
    m_store.clear();
    m_local = false;
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

void Session::onProblem(const SessionProblem &what)
{
    log::error("desktop", what.failure.text);
    m_problem = what;
    Q_EMIT problem(what);
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
    const bool ours = m_local || (!m_hosted && isPrivateWay(serverUrl()));
    if (ours && m_settings.ok() && !m_settings.value().webhookKey.isEmpty())
        return m_settings.value().webhookKey;
    return QString::fromLatin1(kDevelopmentKey);
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
    if (m_feeder || !m_feed || m_stopping)
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
    m_deadline.start();
    m_server.stop();
}

void Session::endShutdown()
{
    m_deadline.stop();
    m_server.disconnect(this); // told once, even if the server stops after the deadline
    Q_EMIT stopped();
}

} // namespace entvas
