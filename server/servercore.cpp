#include "server/servercore.h"

#include "core/log.h"
#include "core/store/storereader.h"
#include "server/history.h"
#include "server/ingest.h"
#include "server/liveprojects.h"
#include "server/metrics.h"
#include "server/stats.h"
#include "server/status.h"
#include "server/warmup.h"

#include <functional>
#include <QSysInfo>
#include <QTimer>
#include <QUuid>
#include <QWebSocket>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString storeName(const DatabaseUrl &database)
{
    switch (database.kind) {
    case DatabaseUrl::Kind::Sqlite: return u"sqlite"_s;
    case DatabaseUrl::Kind::Postgres: return u"postgresql"_s;
    }
    return {};
}

HttpReply deniedReply(const Failure &failure)
{
    HttpReply reply = failureReply(failure);
    if (failure.kind == Fault::Unauthenticated)
        reply.headers.append({QByteArrayLiteral("WWW-Authenticate"), QByteArrayLiteral("Bearer")});
    return reply;
}

} // namespace

ServerCore::ServerCore(Settings settings, const Clock *clock, LiveHubLimits hubLimits, ServerLimits limits)
    : m_settings(std::move(settings)),
      m_clock(clock),
      m_hubLimits(hubLimits),
      m_limits(limits),
      m_keys(std::make_unique<ApiKeys>(m_settings)),
      m_access(m_settings, m_keys.get()),
      m_origins(m_settings.corsOrigins),
      m_epoch(QUuid::createUuid().toString(QUuid::WithoutBraces))
{
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
    m_startedMs = m_clock->nowMs();
    if (const auto safe = checkSafe(m_settings); !safe)
        return fail(safe.failure());

    GateLimits limits = m_limits.gate;
    limits.bodyBytes = m_settings.maxBodyBytes;
    m_front = std::make_unique<HttpFront>(limits);
    addRoutes();
    const auto port = m_front->listen(m_settings.host, m_settings.port);
    if (!port)
        return fail(port.failure());
    m_port = port.value();
    const auto lock = DatabaseLock::take(m_settings.database);
    if (!lock)
        return fail({lock.failure().kind,
                     lock.failure().text + u" Connect to that one, or name another file with --database-url"_s});
    m_databaseLock = lock.value();

    // Stable over restarts, and different for two servers on one database.
    const QString writerName = u"%1:%2"_s.arg(QSysInfo::machineHostName()).arg(m_port);
    const QStringList dimensions = QStringList{u"eventType"_s} + m_settings.dimensions;
    const auto factory = [database = m_settings.database, writerName, dimensions] {
        return makeStore(database, writerName, dimensions);
    };
    m_projects = std::make_unique<LiveProjects>(m_epoch, dimensions);
    m_writer =
        std::make_unique<StoreWriter>(factory, m_limits.writer, StoreWriter::Upkeep{m_clock, m_settings.retentionDays});
    m_reader = std::make_unique<StoreReader>(factory);
    m_history = std::make_unique<History>(m_reader.get(), m_clock);
    m_hub = std::make_unique<LiveHub>(
        m_hubLimits, LiveHub::Identity{m_epoch, storeName(m_settings.database), QStringLiteral(ENTVAS_VERSION)},
        m_access, m_projects.get(), LiveHub::Clocks{m_clock, &m_steady});
    m_ingest = std::make_unique<Ingest>(m_settings, m_keys.get(), m_writer.get(), m_projects.get(), m_clock);

    connect(m_front.get(), &HttpFront::webSocket, m_hub.get(), &LiveHub::add);
    // Store, then answer (Ingest did), then tell.
    connect(m_ingest.get(), &Ingest::stored, this, [this](const QList<CommittedJob> &jobs) {
        for (const CommittedJob &job : jobs)
            if (LiveProject *project = m_projects->find(job.job.project))
                project->add(job);
        m_hub->publish(jobs);
    });
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
            if (!available)
                return log::warning("server", u"the database is away"_s, {{u"reason"_s, why}});
            m_reader->retryNow();
            log::info("server", u"the database answers"_s);
        },
        Qt::QueuedConnection);

    log::info("server", u"opening the database"_s,
              {{u"database"_s, m_settings.database.display()}, {u"port"_s, m_port}});
    if (m_keys->usesDevelopmentKey())
        log::warning("server",
                     u"no WEBHOOK_API_KEY is set: the documented development key is accepted on this machine"_s);
    m_writer->start();
}

void ServerCore::addRoutes()
{
    const auto post = [this](const HttpRequest &request, const HttpResponder &responder) {
        const QString reason = notReadyBecause();
        // A database that is away is the writer's business: bad events still hear why they are bad.
        if (m_stage != Stage::Serving)
            return responder.send(failureReply({Fault::Unavailable, reason}));
        m_ingest->post(request, responder);
    };
    m_front->route("POST", u"/webhook"_s, post);
    m_front->route("POST", u"/events"_s, post);
    m_front->route("GET", u"/"_s, [](const HttpRequest &, const HttpResponder &r) { r.send(aboutReply()); });
    m_front->route("GET", u"/health"_s, [this](const HttpRequest &, const HttpResponder &r) {
        const bool healthy = m_stage == Stage::Serving && m_writer->isAvailable();
        r.send(healthReply(healthy, m_clock->nowMs(), m_startedMs));
    });
    m_front->route("GET", u"/ready"_s,
                   [this](const HttpRequest &, const HttpResponder &r) { r.send(readyReply(notReadyBecause())); });
    m_front->route("GET", u"/metrics"_s, std::bind_front(&ServerCore::getMetrics, this));
    guard(u"/events"_s, [this](LiveProject &project, const HttpRequest &request, const HttpResponder &r) {
        m_history->get(project.id(), request, r);
    });
    guard(u"/events/stats"_s, [this](LiveProject &project, const HttpRequest &request, const HttpResponder &r) {
        r.send(statsReply(request, project, m_clock->nowMs()));
    });
    guard(u"/rejections"_s, [this](LiveProject &project, const HttpRequest &request, const HttpResponder &r) {
        r.send(m_ingest->rejectedEvents().get(project.id(), request.query));
    });
    m_front->setRefusalWatcher([this](const HttpRequest &request, const HttpReply &reply) {
        if (m_stage == Stage::Serving)
            m_ingest->noteRefusal(request, reply.status);
    });
    m_front->setUpgradePath(u"/ws"_s, [this](const HttpRequest &request) -> std::optional<HttpReply> {
        if (const auto wrong = LiveHub::checkQuery(request.query))
            return failureReply(*wrong);
        if (const auto denied = m_access.checkUpgrade(request, m_clock->nowMs()))
            return deniedReply(*denied);
        if (m_stage != Stage::Serving)
            return failureReply({Fault::Unavailable, notReadyBecause()});
        return {};
    });
    m_front->setReplyFilter([this](const HttpRequest &request, HttpReply &reply) {
        m_origins.addCors(request, reply);
        log::debug("http", u"answered"_s,
                   {{u"method"_s, QString::fromLatin1(request.method)},
                    {u"path"_s, request.path},
                    {u"status"_s, reply.status},
                    {u"requestId"_s, QString::fromLatin1(request.requestId)}});
    });
}

// A GET that needs the right to read a project, and its counts.
void ServerCore::guard(const QString &path, const ProjectHandler &answer)
{
    m_front->route("GET", path, [this, answer](const HttpRequest &request, const HttpResponder &responder) {
        const auto reader = m_access.check(request, m_clock->nowMs());
        if (!reader)
            return responder.send(deniedReply(reader.failure()));
        if (m_stage != Stage::Serving)
            return responder.send(failureReply({Fault::Unavailable, notReadyBecause()}));
        QString id = request.query.queryItemValue(u"project"_s, QUrl::FullyDecoded);
        if (id.isEmpty())
            id = reader.value().project.value_or(kDefaultProject);
        LiveProject *project = reader.value().mayRead(id) ? m_projects->find(id) : nullptr;
        if (!project)
            return responder.send(
                failureReply({Fault::NotFound, u"There is no project \"%1\" that you may read"_s.arg(id.left(100))}));
        answer(*project, request, responder);
    });
}

// Also while the database is away or its counts are being read: that is when somebody looks.
void ServerCore::getMetrics(const HttpRequest &request, const HttpResponder &responder)
{
    if (const auto reader = m_access.check(request, m_clock->nowMs()); !reader)
        return responder.send(deniedReply(reader.failure()));
    else if (reader.value().project)
        return responder.send(failureReply({Fault::Denied, u"The metrics show all projects, and this key one only"_s}));
    ServerStats stats;
    stats.store = storeName(m_settings.database);
    stats.uptimeMs = m_clock->nowMs() - m_startedMs;
    stats.isServing = m_stage == Stage::Serving;
    stats.front = m_front->stats();
    if (m_hub) {
        stats.writer = m_writer->stats();
        stats.reader = m_reader->waiting();
        stats.ingest = m_ingest->stats();
        stats.hub = m_hub->stats();
    }
    if (stats.isServing)
        for (const auto &[id, project] : m_projects->all())
            stats.projects.append({id, project->stats()});
    responder.send(metricsReply(stats));
}

void ServerCore::warm()
{
    if (m_stage != Stage::Opening && m_stage != Stage::Warming)
        return;
    m_stage = Stage::Warming;
    const bool taken = m_reader->ask<WarmUpPtr>(
        this,
        [this, dimensions = m_projects->dimensions(), now = m_clock->nowMs()](EventStore &store) {
            return warmUpAll(store, {}, LiveProjects::kMaxProjects, dimensions, now, m_stopWarming);
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
    openProjects(warm);
    QUrl url;
    url.setScheme(u"http"_s);
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
    Q_EMIT ready(url, storeName(m_settings.database));
    connect(m_directoryTimer, &QTimer::timeout, this, &ServerCore::lookUpDirectory);
    m_directoryTimer->start(kDirectoryMs);
}

void ServerCore::openProjects(const WarmUp &warm)
{
    for (const Project &project : warm.directory.projects) {
        const auto state = warm.states.find(project.id);
        if (state == warm.states.end() || m_projects->find(project.id))
            continue;
        if (m_projects->isFull()) {
            log::warning("server", u"too many projects: this one is left out"_s, {{u"project"_s, project.id}});
            continue;
        }
        m_projects->open(project, std::move(*state->second));
        fillSeconds(project.id);
    }
    m_keys->setStored(warm.directory.keys);
}

// The last minutes by second are nice to have at once, and no reason to keep anybody waiting.
void ServerCore::fillSeconds(const QString &project)
{
    ParseRules rules;
    rules.dimensions = m_settings.dimensions;
    const bool taken = m_reader->ask<SecondCounts>(
        this,
        [this, rules, project, now = m_clock->nowMs()](EventStore &store) {
            return readSeconds(store, project, rules, now, m_stopWarming);
        },
        [this, project](const Result<SecondCounts> &seconds) {
            if (!seconds)
                return log::warning("server", u"the last minutes could not be read by second"_s,
                                    {{u"reason"_s, seconds.failure().text}});
            if (m_stage != Stage::Serving || seconds.value().isEmpty())
                return;
            m_projects->find(project)->addSeconds(seconds.value());
            m_hub->publish({});
        });
    if (!taken)
        log::warning("server", u"the last minutes could not be read by second: too many questions wait"_s);
}

// Administration changes the database only: what it did takes effect here.
void ServerCore::lookUpDirectory()
{
    if (m_stage != Stage::Serving)
        return m_directoryTimer->stop();
    QStringList known;
    for (const auto &[id, project] : m_projects->all())
        known << id;
    const bool taken = m_reader->ask<WarmUpPtr>(
        this,
        [this, known, dimensions = m_projects->dimensions(), now = m_clock->nowMs()](EventStore &store) {
            const std::size_t room = LiveProjects::kMaxProjects - std::size_t(known.size());
            return warmUpAll(store, known, room, dimensions, now, m_stopWarming);
        },
        [this](const Result<WarmUpPtr> &warm) {
            if (warm && m_stage == Stage::Serving)
                openProjects(*warm.value());
        });
    if (!taken)
        log::debug("server", u"too many questions wait: keys are looked up later"_s);
}

void ServerCore::fail(const Failure &failure)
{
    if (m_stage == Stage::Stopping || m_stage == Stage::Stopped)
        return;
    m_stage = Stage::Stopped;
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
    m_stopWarming = true;
    m_stopping.start();
    connect(m_front.get(), &HttpFront::drained, this, [this] { m_drained = true; });
    m_front->drain();
    finishWhenIdle();
}

void ServerCore::finishWhenIdle()
{
    constexpr int kLookMs = 20;
    const bool isIdle = m_drained && m_ingest->isIdle();
    if (!isIdle && m_stopping.elapsed() < kDrainMs)
        return QTimer::singleShot(kLookMs, this, &ServerCore::finishWhenIdle);
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

QString ServerCore::notReadyBecause() const
{
    switch (m_stage) {
    case Stage::New:
    case Stage::Opening: return u"The database is being opened and brought up to date"_s;
    case Stage::Warming: return u"The stored counts are being read"_s;
    case Stage::Stopping:
    case Stage::Stopped: return u"The server stops"_s;
    case Stage::Serving: return m_writer->isAvailable() ? QString() : u"The database is away"_s;
    }
    return {};
}

} // namespace entvas
