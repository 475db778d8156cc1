#include "server/api/servercore.h"

#include "core/base/altstack.h"
#include "core/base/log.h"
#include "core/store/events/storereader.h"
#include "core/tls/tls.h"
#include "server/access/logins.h"
#include "server/admin/adminroutes.h"
#include "server/admin/owneraccess.h"
#include "server/cluster/directorywatch.h"
#include "server/http/proxies.h"
#include "server/http/reply.h"
#include "server/ingest/ingest.h"
#include "server/live/liveprojects.h"
#include "server/live/warmup.h"
#include "server/metrics/status.h"
#include "server/query/exports.h"
#include "server/query/history.h"
#include "server/query/historyreader.h"

#include <functional>
#include <QScopeGuard>
#include <QSysInfo>
#include <QTimer>
#include <QUuid>
#include <QWebSocket>

namespace entvas {

using namespace Qt::StringLiterals;

ServerCore::ServerCore(Settings settings, const Clock *clock, LiveHubLimits hubLimits, ServerLimits limits)
    : m_settings(std::move(settings)),
      m_clock(clock),
      m_hubLimits(hubLimits),
      m_limits(limits),
      m_keys(std::make_unique<ApiKeys>(m_settings)),
      m_access(m_settings, m_keys.get()),
      m_origins(m_settings.corsOrigins),
      m_guesses(limits.guessBurst),
      m_epoch(QUuid::createUuid().toString(QUuid::WithoutBraces)),
      m_pulse(this),
      m_accessLog(clock),
      m_disk(m_settings.database.kind == DatabaseUrl::Kind::Sqlite ? m_settings.database.path : QString()),
      m_early(
          &m_steady,
          [this] {
              return failureReply({Fault::Unavailable, notReadyBecause()});
          },
          this)
{
    connect(&m_pulse, &QTimer::timeout, this, &ServerCore::beat);
}

ServerCore::~ServerCore()
{
    m_stopWarming = true; // the reader's thread may be in the middle of it, and is waited for
}

void ServerCore::start()
{
    if (m_stage != Stage::New)
        return;
    m_stage = Stage::Opening;
    m_early.setPatience(kEarlyOpeningMs);
    useAlternateStack();
    m_startedMs = m_clock->nowMs();
    if (m_pulse.interval() > 0)
        m_pulse.start();
    m_settings.database.program = u"entvas server"_s;
    if (m_settings.replica) {
        m_settings.replica->program = m_settings.database.program;
        if (const QString wish = u"target_session_attrs"_s; !m_settings.replica->options.contains(wish))
            m_settings.replica->options.insert(wish, u"any"_s); // it takes no writes, and need not
    }
    if (const auto safe = checkSafe(m_settings); !safe)
        return fail(safe.failure());

    startLogins();
    GateLimits limits = m_limits.gate;
    limits.bodyBytes = m_settings.maxBodyBytes;
    m_front = std::make_unique<HttpFront>(limits);
    const auto proxies = Proxies::parse(m_settings.trustedProxies);
    if (!proxies)
        return fail(proxies.failure());
    m_front->setTrustedProxies(proxies.value());
    if (const auto used = useCertificate(); !used)
        return fail(used.failure());
    addRoutes();
    const auto port = m_front->listen(m_settings.host, m_settings.port);
    if (!port)
        return fail(port.failure());
    m_port = port.value();
    const auto lock = DatabaseLock::take(m_settings.database);
    if (!lock && lock.failure().kind == Fault::Denied)
        return fail(lock.failure());
    if (!lock)
        return fail({lock.failure().kind,
                     lock.failure().text + u" Connect to that one, or name another file with --database-url"_s});
    m_databaseLock = lock.value();
    m_owner = OwnerAccess::make(m_settings, m_port, m_certificateDigest);

    // Stable over restarts, and different for two servers on one database.
    const QString writerName = u"%1:%2"_s.arg(QSysInfo::machineHostName(), QString::number(m_port));
    const QStringList dimensions = QStringList{u"eventType"_s} + m_settings.dimensions;
    const auto factory = [database = m_settings.database, writerName, dimensions] {
        return makeStore(database, writerName, dimensions);
    };
    const auto writerFactory = [=, database = m_settings.database, run = isShared() ? m_epoch : QString()] {
        return makeStore(database, writerName, dimensions, run);
    };
    m_projects = std::make_unique<LiveProjects>(m_epoch, dimensions);
    m_writer = std::make_unique<StoreWriter>(
        writerFactory, m_limits.writer, StoreWriter::Upkeep{m_clock, m_settings.retentionDays, m_limits.upkeepEvery});
    m_reader = std::make_unique<StoreReader>(factory);
    StoreReader::StoreFactory replicaFactory;
    if (m_settings.replica)
        replicaFactory = [database = *m_settings.replica, writerName, dimensions] {
            return makeStore(database, writerName, dimensions);
        };
    m_historyReader = std::make_unique<HistoryReader>(m_reader.get(), replicaFactory, m_limits.replica);
    m_history = std::make_unique<History>(m_historyReader.get(), m_clock);
    m_exports = std::make_unique<Exports>(m_historyReader.get(), m_clock);
    m_hub = std::make_unique<LiveHub>(
        m_hubLimits, LiveHub::Identity{m_epoch, storeName(), QStringLiteral(ENTVAS_VERSION)},
        LiveHub::Door{&m_access, &m_guesses}, m_projects.get(), LiveHub::Clocks{m_clock, &m_steady});
    m_ingest = std::make_unique<Ingest>(m_settings, Ingest::Door{m_keys.get(), &m_guesses}, m_writer.get(),
                                        m_projects.get(), m_clock);

    m_directory = std::make_unique<DirectoryWatch>(factory, m_writer.get(), m_keys.get());
    m_admin = std::make_unique<AdminRoutes>(m_directory.get(), m_reader.get(), m_clock);

    connect(m_directory.get(), &DirectoryWatch::changed, this, &ServerCore::applyDirectory);
    connect(m_front.get(), &HttpFront::webSocket, m_hub.get(), &LiveHub::add);
    // Store, then answer (Ingest did), then tell.
    connect(m_ingest.get(), &Ingest::stored, this, &ServerCore::onStored);
    connect(m_ingest.get(), &Ingest::lost, this, [this] {
        if (m_ingest->isIdle())
            for (const auto &[id, project] : m_projects->all())
                project->forgetAdmitted();
    });
    connect(m_writer.get(), &StoreWriter::opened, this, &ServerCore::warm, Qt::QueuedConnection);
    connect(m_writer.get(), &StoreWriter::failed, this, &ServerCore::fail, Qt::QueuedConnection);
    connect(
        m_writer.get(), &StoreWriter::availableChanged, this,
        [this](bool available, const QString &why) {
            if (!available) {
                const bool isReadOnly = m_writer->stats().isReadOnly;
                if (isReadOnly && m_stage == Stage::Opening)
                    m_early.setPatience(0); // it may stay so for long: a sender had better know
                return log::warning("server", isReadOnly ? u"the database is read-only"_s : u"the database is away"_s,
                                    {{u"reason"_s, why}});
            }
            m_reader->retryNow();
            if (m_fanout)
                m_fanout->retryNow();
            log::info("server", u"the database answers"_s);
        },
        Qt::QueuedConnection);

    log::info("server", u"opening the database"_s,
              {{u"database"_s, m_settings.database.display()}, {u"port"_s, m_port}});
    if (m_keys->usesDevelopmentKey())
        log::warning(
            "server",
            u"no WEBHOOK_API_KEY of your own is set: the documented development key is accepted on this machine"_s);
    if (!m_settings.isLoopback() && m_settings.tlsCertFile.isEmpty() && m_settings.trustedProxies.isEmpty())
        log::warning("server",
                     u"keys and tokens cross the network in clear: set --tls-cert and --tls-key, or put a proxy "
                     "that speaks TLS in front and name it with --trusted-proxies"_s);
    m_writer->start();
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
    m_certificateExpiresMs = tls->expires.toMSecsSinceEpoch();
    m_certificateDigest = tls->configuration.localCertificate().digest(QCryptographicHash::Sha256).toHex();
    const QJsonObject fields{{u"for"_s, tls->subject}, {u"expires"_s, tls->expires.toUTC().toString(Qt::ISODate)}};
    if (now.daysTo(tls->expires) < kRenewDays)
        log::warning("server", u"the certificate expires soon: renew it"_s, fields);
    else
        log::info("server", u"using the certificate"_s, fields);
    return {};
}

void ServerCore::beat()
{
    // To look at the writer takes its lock: a writer that holds it for ever ends our pulse as well.
    if (m_writer && m_stage != Stage::Stopping && m_stage != Stage::Stopped && m_writer->hasEnded())
        return;
    const QStringList reasons = reasonsOf(condition());
    const QString wait = notReadyBecause();
    Q_EMIT alive(m_stage != Stage::Serving ? wait
                 : reasons.isEmpty()
                     ? u"Serving on port %1"_s.arg(m_port)
                     : u"Serving on port %1, degraded: %2"_s.arg(QString::number(m_port), reasons.join(u", "_s)));
}

void ServerCore::reloadCertificate()
{
    const auto tell = qScopeGuard([this] { Q_EMIT reloaded(); });
    if (!m_front || m_stage == Stage::Stopping || m_stage == Stage::Stopped)
        return;
    if (m_settings.tlsCertFile.isEmpty())
        return log::info("server", u"there is no certificate to read again"_s);
    if (const auto used = useCertificate(); !used)
        log::error("server", u"the certificate stays as it was"_s, {{u"reason"_s, used.failure().text}});
    else if (m_owner)
        m_owner->setCertificate(m_certificateDigest);
}

void ServerCore::startLogins()
{
    if (m_settings.issuer.isEmpty())
        return;
    const TokenRules rules{m_settings.issuer, m_settings.audience, m_settings.clientId};
    m_logins = std::make_unique<Logins>(rules, m_limits.issuer, m_settings.tlsCaFile, m_clock);
    m_access.useLogins(m_logins.get());
    m_logins->start();
}

void ServerCore::warm()
{
    if (m_stage != Stage::Opening && m_stage != Stage::Warming)
        return;
    m_stage = Stage::Warming;
    m_early.setPatience(kEarlyWarmingMs);
    const bool taken = m_reader->ask<WarmUpPtr>(
        this,
        [this, dimensions = m_projects->dimensions(), now = m_clock->nowMs(), writers = writers()](EventStore &store) {
            return warmUpAll(store, {}, LiveProjects::kMaxProjects, dimensions, now, m_stopWarming, writers);
        },
        [this](const Result<WarmUpPtr> &warm) {
            if (m_stage != Stage::Warming)
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
    m_stage = Stage::Serving;
    m_isTaking = true;
    hearOthers();
    for (const Project &project : warm.directory.projects)
        if (const auto state = warm.states.find(project.id); state != warm.states.end())
            open(project, std::move(*state->second));
    m_directory->start(warm.directory);
    QUrl url;
    url.setScheme(m_certificateExpiresMs > 0 ? u"https"_s : u"http"_s);
    url.setHost(m_settings.host);
    url.setPort(m_port);
    qint64 events = 0;
    for (const auto &[id, project] : m_projects->all())
        events += project->totals().events;
    log::info("server", u"ready"_s,
              {{u"url"_s, url.toString()},
               {u"events"_s, events},
               {u"projects"_s, qint64(m_projects->all().size())},
               {u"keys"_s, warm.directory.keys.size()}});
    Q_EMIT ready(url, storeName());
    m_early.letIn(std::bind_front(&Ingest::post, m_ingest.get()));
}

void ServerCore::fail(const Failure &failure)
{
    if (m_stage == Stage::Stopping || m_stage == Stage::Stopped)
        return;
    m_stage = Stage::Stopped;
    m_isTaking = false;
    m_early.setPatience(0);
    log::error("server", u"can't start"_s, {{u"reason"_s, failure.text}});
    Q_EMIT failed(failure);
}

void ServerCore::stop()
{
    if (m_stage == Stage::Stopping)
        return;
    if (m_stage == Stage::New || m_stage == Stage::Stopped)
        return end();
    log::info("server", u"stopping"_s, {{u"clients"_s, qint64(m_hub->clientCount())}});
    m_stage = Stage::Stopping;
    m_early.setPatience(0);
    m_stopWarming = true;
    m_stopping.start();
    connect(m_front.get(), &HttpFront::drained, this, [this] { m_drained = true; });
    if (m_logins)
        m_logins->giveUp();
    m_front->drain();
    if (m_historyReader)
        m_historyReader->hurry();
    if (m_reader)
        m_reader->hurry(std::chrono::milliseconds(kDrainMs / 2));
    finishWhenIdle();
}

void ServerCore::finishWhenIdle()
{
    constexpr int kLookMs = 20;
    const bool isIdle = m_drained && m_ingest->isIdle();
    if (!isIdle && m_stopping.elapsed() < kDrainMs)
        return QTimer::singleShot(kLookMs, this, &ServerCore::finishWhenIdle);
    m_isTaking = false;
    m_owner.reset();
    if (!m_writer->stop(kWriterMs))
        log::warning("server", u"the database did not take what was queued in time; its senders were told"_s);
    // What the writer reported last is in our event loop ahead of this.
    QMetaObject::invokeMethod(this, &ServerCore::closeSockets, Qt::QueuedConnection);
}

void ServerCore::closeSockets()
{
    if (const qint64 lost = m_ingest->uncountedRejections())
        log::warning("server", u"refused events could not be counted"_s, {{u"events"_s, lost}});
    connect(m_hub.get(), &LiveHub::emptied, this, &ServerCore::end, Qt::QueuedConnection);
    QTimer::singleShot(kCloseMs, this, &ServerCore::end);
    m_hub->closeAll();
}

void ServerCore::end()
{
    if (m_stage == Stage::Stopped && !m_stopping.isValid()) {
        Q_EMIT stopped();
        return;
    }
    if (m_stage != Stage::Stopping && m_stage != Stage::New)
        return;
    m_stage = Stage::Stopped;
    log::info("server", u"stopped"_s);
    Q_EMIT stopped();
}

QString ServerCore::storeName() const
{
    switch (m_settings.database.kind) {
    case DatabaseUrl::Kind::Sqlite: return u"sqlite"_s;
    case DatabaseUrl::Kind::Postgres: return u"postgresql"_s;
    }
    return {};
}

QString ServerCore::notReadyBecause() const
{
    const StoreWriter::Stats writer = m_writer ? m_writer->stats() : StoreWriter::Stats();
    const QString away = writer.isReadOnly ? u"The database is read-only"_s : u"The database is away"_s;
    switch (m_stage) {
    case Stage::New:
    case Stage::Opening: return writer.isAway ? away : u"The database is being opened and brought up to date"_s;
    case Stage::Warming: return u"The stored counts are being read"_s;
    case Stage::Stopping:
    case Stage::Stopped: return u"The server stops"_s;
    case Stage::Serving:
        return !writer.isAvailable     ? away
               : isDatabaseMisplaced() ? u"The database's file was moved, removed or replaced"_s
                                       : QString();
    }
    return {};
}

} // namespace entvas
