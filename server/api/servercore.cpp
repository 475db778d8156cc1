#include "server/api/servercore.h"

#include "core/base/altstack.h"
#include "core/base/log.h"
#include "core/tls/tls.h"
#include "server/access/logins.h"
#include "server/admin/owneraccess.h"
#include "server/api/serverparts.h"
#include "server/http/proxies.h"
#include "server/http/reply.h"

#include <functional>
#include <QScopeGuard>
#include <QUuid>
#include <QWebSocket>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

void warnOfRisks(const Settings &settings, const ApiKeys &keys)
{
    if (keys.usesDevelopmentKey())
        log::warning(
            "server",
            u"no WEBHOOK_API_KEY of your own is set: the documented development key is accepted on this machine"_s);
    if (!settings.isLoopback() && settings.tlsCertFile.isEmpty() && settings.trustedProxies.isEmpty())
        log::warning("server",
                     u"keys and tokens cross the network in clear: set --tls-cert and --tls-key, or put a proxy "
                     "that speaks TLS in front and name it with --trusted-proxies"_s);
}

} // namespace

ServerCore::ServerCore(Settings settings, const Clock *clock, LiveHubLimits hubLimits, ServerLimits limits)
    : m_settings(std::move(settings)),
      m_clock(clock),
      m_hubLimits(hubLimits),
      m_limits(limits),
      m_keys(m_settings),
      m_access(m_settings, &m_keys),
      m_throttle(limits.authBurst),
      m_epoch(QUuid::createUuid().toString(QUuid::WithoutBraces)),
      m_status(m_settings.database, clock, &m_steady),
      m_routes({m_settings, m_keys, m_access, m_throttle, m_status, m_early, *clock}),
      m_pulse(this),
      m_early(
          &m_steady,
          [this] {
              return failureReply({Fault::Unavailable, m_status.notReadyBecause()});
          },
          this)
{
    m_status.observed.early = &m_early;
    m_status.observed.throttle = &m_throttle;
    connect(&m_pulse, &QTimer::timeout, this, &ServerCore::beat);
}

ServerCore::~ServerCore()
{
    m_routes.close();
    m_routes.setOwner(nullptr);
    m_owner.reset();
    if (m_parts)
        m_parts->stopCounting(); // the reader's thread may be reading counts, and is waited for
}

void ServerCore::start()
{
    if (m_status.stage != Stage::New)
        return;
    m_status.stage = Stage::Opening;
    m_early.setPatience(kEarlyOpeningMs);
    useAlternateStack();
    m_status.startedMs = m_clock->nowMs();
    if (m_pulse.interval() > 0)
        m_pulse.start();
    if (const auto safe = checkSafe(m_settings); !safe)
        return fail(safe.failure());
    startLogins();
    if (const auto opened = openPort(); !opened)
        return fail(opened.failure());
    if (const auto opened = openDatabase(); !opened)
        return fail(opened.failure());
    connectParts();
    log::info("server", u"opening the database"_s,
              {{u"database"_s, m_settings.database.display()}, {u"port"_s, m_port}});
    warnOfRisks(m_settings, m_keys);
    m_parts->writer.start();
}

void ServerCore::startLogins()
{
    if (m_settings.issuer.isEmpty())
        return;
    const TokenRules rules{m_settings.issuer, m_settings.audience, m_settings.clientId};
    m_logins = std::make_unique<Logins>(rules, m_limits.issuer, m_settings.tlsCaFile, m_clock);
    m_status.observed.logins = m_logins.get();
    m_access.useLogins(m_logins.get());
    m_logins->start();
}

Result<void> ServerCore::openPort()
{
    GateLimits limits = m_limits.gate;
    limits.bodyBytes = m_settings.maxBodyBytes;
    m_front = std::make_unique<HttpFront>(limits);
    m_status.observed.front = m_front.get();
    const auto proxies = Proxies::parse(m_settings.trustedProxies);
    if (!proxies)
        return proxies.failure();
    m_front->setTrustedProxies(proxies.value());
    if (const auto used = useCertificate(); !used)
        return used.failure();
    m_routes.addTo(*m_front);
    const auto port = m_front->listen(m_settings.host, m_settings.port);
    if (!port)
        return port.failure();
    m_port = port.value();
    return {};
}

Result<void> ServerCore::openDatabase()
{
    m_settings.database.program = u"entvas server"_s;
    if (m_settings.replica) {
        m_settings.replica->program = m_settings.database.program;
        if (const QString wish = u"target_session_attrs"_s; !m_settings.replica->options.contains(wish))
            m_settings.replica->options.insert(wish, u"any"_s); // it takes no writes, and need not
    }
    const auto lock = DatabaseLock::take(m_settings.database);
    if (!lock && lock.failure().kind == Fault::Denied)
        return lock.failure();
    if (!lock)
        return {lock.failure().kind,
                lock.failure().text + u" Connect to that one, or name another file with --database-url"_s};
    m_parts = std::make_unique<ServerParts>(ServerSetup{m_settings, m_limits, m_hubLimits, m_epoch, m_port, m_clock,
                                                        &m_steady, &m_keys, &m_access, &m_throttle},
                                            lock.value());
    m_status.observed.parts = m_parts.get();
    m_owner = OwnerAccess::make(m_settings, m_port, m_certificateDigest);
    m_routes.setOwner(m_owner.get());
    return {};
}

void ServerCore::connectParts()
{
    ServerParts *parts = m_parts.get();
    connect(m_front.get(), &HttpFront::webSocket, &parts->hub, &LiveHub::add);
    // Store, then answer (Ingest did), then count and publish.
    connect(&parts->ingest, &Ingest::stored, &parts->publisher, &StoredPublisher::publish);
    connect(&parts->ingest, &Ingest::lost, &parts->publisher, [parts] {
        if (parts->ingest.isIdle())
            parts->publisher.forgetAdmitted();
    });
    connect(&parts->directory, &DirectoryWatch::changed, this, &ServerCore::onDirectory);
    // The writer signals from its own thread.
    connect(&parts->writer, &StoreWriter::opened, this, &ServerCore::warm, Qt::QueuedConnection);
    connect(&parts->writer, &StoreWriter::failed, this, &ServerCore::fail, Qt::QueuedConnection);
    connect(&parts->writer, &StoreWriter::availableChanged, this, &ServerCore::onAvailable, Qt::QueuedConnection);
}

Result<void> ServerCore::useCertificate()
{
    if (m_settings.tlsCertFile.isEmpty())
        return {};
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(m_clock->nowMs());
    const auto tls = loadTls(m_settings.tlsCertFile, m_settings.tlsKeyFile, now);
    if (!tls)
        return tls.failure();
    m_front->setTls(tls->configuration);
    m_status.observed.certificateExpiresMs = tls->expires.toMSecsSinceEpoch();
    m_certificateDigest = tls->configuration.localCertificate().digest(QCryptographicHash::Sha256).toHex();
    const QJsonObject fields{{u"for"_s, tls->subject}, {u"expires"_s, tls->expires.toUTC().toString(Qt::ISODate)}};
    if (now.daysTo(tls->expires) < kRenewDays)
        log::warning("server", u"the certificate expires soon: renew it"_s, fields);
    else
        log::info("server", u"using the certificate"_s, fields);
    return {};
}

void ServerCore::reloadCertificate()
{
    const auto notify = qScopeGuard([this] { Q_EMIT reloaded(); });
    if (!m_front || m_status.isEnding())
        return;
    if (m_settings.tlsCertFile.isEmpty())
        return log::info("server", u"there is no certificate to read again"_s);
    if (const auto used = useCertificate(); !used)
        log::error("server", u"the certificate stays as it was"_s, {{u"reason"_s, used.failure().text}});
    else if (m_owner)
        m_owner->setCertificate(m_certificateDigest);
}

void ServerCore::onAvailable(bool isAvailable, const QString &why)
{
    if (isAvailable) {
        m_parts->reader.retryNow();
        if (m_parts->cluster)
            m_parts->cluster->retryNow();
        return log::info("server", m_status.stage == Stage::Opening ? u"database connected"_s
                                                                    : u"database connection restored"_s);
    }
    const bool isReadOnly = m_parts->writer.stats().isReadOnly;
    if (isReadOnly && m_status.stage == Stage::Opening)
        m_early.setPatience(0); // it may stay so for long: a sender had better know
    log::warning("server", isReadOnly ? u"the database is read-only"_s : u"database connection lost"_s,
                 {{u"reason"_s, why}});
}

void ServerCore::warm()
{
    if (m_status.stage != Stage::Opening && m_status.stage != Stage::Warming)
        return;
    m_status.stage = Stage::Warming;
    m_early.setPatience(kEarlyWarmingMs);
    const bool taken = m_parts->counts.readAll(this, [this](const Result<WarmUpPtr> &warm) {
        if (m_status.stage != Stage::Warming)
            return;
        if (warm)
            return serve(*warm.value());
        if (warm.failure().kind != Fault::Unavailable)
            return fail(warm.failure());
        log::warning("server", u"the counts could not be read yet"_s, {{u"reason"_s, warm.failure().text}});
        QTimer::singleShot(kWarmRetryMs, this, &ServerCore::warm);
    });
    if (!taken)
        QTimer::singleShot(kWarmRetryMs, this, &ServerCore::warm);
}

void ServerCore::serve(const WarmUp &warm)
{
    m_status.stage = Stage::Serving;
    m_routes.open(*m_parts);
    m_parts->joinCluster();
    for (const Project &project : warm.directory.projects)
        if (const auto state = warm.states.find(project.id); state != warm.states.end())
            m_parts->loader.open(project, std::move(*state->second));
    m_parts->directory.start(warm.directory);
    QUrl url;
    url.setScheme(m_status.observed.certificateExpiresMs > 0 ? u"https"_s : u"http"_s);
    url.setHost(m_settings.host);
    url.setPort(m_port);
    qint64 events = 0;
    for (const auto &[id, project] : m_parts->projects.all())
        events += project->totals().events;
    log::info("server", u"ready"_s,
              {{u"url"_s, url.toString()},
               {u"events"_s, events},
               {u"projects"_s, qint64(m_parts->projects.all().size())},
               {u"keys"_s, warm.directory.keys.size()}});
    Q_EMIT ready(url, storeName(m_settings.database));
    m_early.replay(std::bind_front(&Ingest::post, &m_parts->ingest));
}

// Administration changes the database: what it did takes effect here. The keys have it already.
void ServerCore::onDirectory(const Directory &directory)
{
    if (!m_status.isServing())
        return m_parts->directory.stop();
    m_access.setMembers(directory.members);
    m_parts->hub.revalidateSessions();
    m_parts->loader.follow(directory);
}

void ServerCore::beat()
{
    // hasEnded() takes the lock of the writer: one that holds it for ever ends our pulse as well.
    if (m_parts && !m_status.isEnding() && m_parts->writer.hasEnded())
        return;
    const QStringList reasons = m_status.reasons();
    const QString wait = m_status.notReadyBecause();
    Q_EMIT alive(!m_status.isServing() ? wait
                 : reasons.isEmpty()
                     ? u"Serving on port %1"_s.arg(m_port)
                     : u"Serving on port %1, degraded: %2"_s.arg(QString::number(m_port), reasons.join(u", "_s)));
}

void ServerCore::fail(const Failure &failure)
{
    if (m_status.isEnding())
        return;
    m_status.stage = Stage::Stopped;
    m_routes.close();
    if (m_parts)
        m_parts->stopCounting();
    m_early.setPatience(0);
    log::error("server", u"can't start"_s, {{u"reason"_s, failure.text}});
    Q_EMIT failed(failure);
}

void ServerCore::stop()
{
    if (m_status.stage == Stage::Stopping)
        return;
    if (m_status.stage == Stage::New || m_status.stage == Stage::Stopped)
        return end();
    log::info("server", u"stopping"_s, {{u"clients"_s, qint64(m_parts->hub.clientCount())}});
    m_status.stage = Stage::Stopping;
    m_early.setPatience(0);
    m_parts->stopCounting();
    m_stopping.start();
    connect(m_front.get(), &HttpFront::drained, this, [this] { m_isDrained = true; });
    if (m_logins)
        m_logins->giveUp();
    m_front->drain();
    m_parts->historyReader.hurry();
    m_parts->reader.cancelPending(std::chrono::milliseconds(kDrainMs / 2));
    finishWhenIdle();
}

void ServerCore::finishWhenIdle()
{
    constexpr int kLookMs = 20;
    const bool isIdle = m_isDrained && m_parts->ingest.isIdle();
    if (!isIdle && m_stopping.elapsed() < kDrainMs)
        return QTimer::singleShot(kLookMs, this, &ServerCore::finishWhenIdle);
    m_routes.close();
    m_routes.setOwner(nullptr);
    m_owner.reset();
    if (!m_parts->writer.stop(kWriterMs))
        log::warning("server", u"the database did not take what was queued in time; its senders were asked to retry"_s);
    // What the writer reported last is in our event loop ahead of this.
    QMetaObject::invokeMethod(this, &ServerCore::closeSockets, Qt::QueuedConnection);
}

void ServerCore::closeSockets()
{
    if (const qint64 lost = m_parts->ingest.uncountedRejections())
        log::warning("server", u"rejected events could not be counted"_s, {{u"events"_s, lost}});
    connect(&m_parts->hub, &LiveHub::emptied, this, &ServerCore::end, Qt::QueuedConnection);
    QTimer::singleShot(kCloseMs, this, &ServerCore::end);
    m_parts->hub.closeAll();
}

void ServerCore::end()
{
    if (m_status.stage == Stage::Stopped && !m_stopping.isValid()) {
        Q_EMIT stopped();
        return;
    }
    if (m_status.stage != Stage::Stopping && m_status.stage != Stage::New)
        return;
    m_status.stage = Stage::Stopped;
    log::info("server", u"stopped"_s);
    Q_EMIT stopped();
}

} // namespace entvas
