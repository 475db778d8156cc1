#include "server/servercore.h"

#include "core/log.h"
#include "core/store/storereader.h"
#include "server/history.h"
#include "server/ingest.h"
#include "server/liveproject.h"
#include "server/metrics.h"
#include "server/stats.h"
#include "server/status.h"
#include "server/warmup.h"

#include <cerrno>
#include <functional>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>
#include <QTimer>
#include <QUuid>
#include <QWebSocket>
#include <sys/file.h>

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
      m_access(m_settings),
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
    if (const auto locked = lockDatabaseFile(); !locked)
        return fail(locked.failure());

    // Stable over restarts, and different for two servers on one database.
    const QString writerName = u"%1:%2"_s.arg(QSysInfo::machineHostName()).arg(m_port);
    const QStringList dimensions = QStringList{u"eventType"_s} + m_settings.dimensions;
    const auto factory = [database = m_settings.database, writerName, dimensions] {
        return makeStore(database, writerName, dimensions);
    };
    m_project = std::make_unique<LiveProject>(kDefaultProject, m_epoch, dimensions);
    m_writer = std::make_unique<StoreWriter>(factory, m_limits.writer);
    m_reader = std::make_unique<StoreReader>(factory);
    m_history = std::make_unique<History>(m_reader.get(), m_project->id(), m_clock);
    m_hub = std::make_unique<LiveHub>(
        m_hubLimits, LiveHub::Identity{m_epoch, storeName(m_settings.database), QStringLiteral(ENTVAS_VERSION)},
        m_access, m_project.get(), m_clock);
    m_ingest = std::make_unique<Ingest>(
        m_settings, m_writer.get(), [this](const SeriesKey &key) { return m_project->admit(key); }, m_clock);

    connect(m_front.get(), &HttpFront::webSocket, m_hub.get(), &LiveHub::add);
    // Store, then answer (Ingest did), then tell.
    connect(m_ingest.get(), &Ingest::stored, this, [this](const QList<CommittedJob> &jobs) {
        for (const CommittedJob &job : jobs)
            m_project->add(job);
        m_hub->publish(jobs);
    });
    connect(m_ingest.get(), &Ingest::lost, this, [this] {
        if (m_ingest->isIdle())
            m_project->forgetAdmitted();
    });
    connect(m_writer.get(), &StoreWriter::opened, this, &ServerCore::warm, Qt::QueuedConnection);
    connect(m_writer.get(), &StoreWriter::failed, this, &ServerCore::fail, Qt::QueuedConnection);
    connect(
        m_writer.get(), &StoreWriter::availableChanged, this,
        [](bool available, const QString &why) {
            if (available)
                log::info("server", u"the database answers"_s);
            else
                log::warning("server", u"the database is away"_s, {{u"reason"_s, why}});
        },
        Qt::QueuedConnection);

    log::info("server", u"opening the database"_s,
              {{u"database"_s, m_settings.database.display()}, {u"port"_s, m_port}});
    if (m_ingest->usesDevelopmentKey())
        log::warning("server",
                     u"no WEBHOOK_API_KEY is set: the documented development key is accepted on this machine"_s);
    m_writer->start();
}

// Two programs that write and checkpoint one WAL file at the same instant can damage it (SQLite 3.40): the second one
// is told so instead. The kernel's lock ends with its process, however that ended; a process number in a file would not
// do, as in a container that was killed and started again it is the same one.
Result<void> ServerCore::lockDatabaseFile()
{
    if (m_settings.database.kind != DatabaseUrl::Kind::Sqlite)
        return {};
    const QString path = m_settings.database.path;
    const QString folder = QFileInfo(path).absolutePath();
    // Whether that worked is for the store to say.
    if (!QFileInfo::exists(folder) && QDir().mkpath(folder))
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    auto file = std::make_unique<QFile>(path + u".lock"_s);
    if (!file->open(QIODevice::ReadWrite, QFile::ReadOwner | QFile::WriteOwner))
        return {};
    if (flock(file->handle(), LOCK_EX | LOCK_NB) == 0) {
        file->resize(0);
        file->write(QByteArray::number(QCoreApplication::applicationPid()));
        file->flush();
        m_fileLock = std::move(file);
        return {};
    }
    if (errno != EWOULDBLOCK)
        return {}; // a file system without locks
    const QString pid = QString::fromLatin1(file->read(20)).trimmed();
    return {Fault::Unavailable,
            u"The database %1 is in use by another Entvas (process %2). Connect to that one, or name "
            "another file with --database-url"_s.arg(path)
                .arg(pid)};
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
    guard(u"/events"_s, &ServerCore::getEvents);
    guard(u"/events/stats"_s, &ServerCore::getStats);
    m_front->setUpgradePath(u"/ws"_s, [this](const HttpRequest &request) -> std::optional<HttpReply> {
        if (const auto wrong = LiveHub::checkQuery(request.query))
            return failureReply(*wrong);
        if (const auto denied = m_access.checkUpgrade(request))
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

// A GET that needs the right to read, and the counts.
void ServerCore::guard(const QString &path, void (ServerCore::*answer)(const HttpRequest &, const HttpResponder &))
{
    m_front->route("GET", path, [this, answer](const HttpRequest &request, const HttpResponder &responder) {
        if (const auto denied = m_access.check(request))
            return responder.send(deniedReply(*denied));
        if (m_stage != Stage::Serving)
            return responder.send(failureReply({Fault::Unavailable, notReadyBecause()}));
        (this->*answer)(request, responder);
    });
}

void ServerCore::getEvents(const HttpRequest &request, const HttpResponder &responder)
{
    m_history->get(request, responder);
}

void ServerCore::getStats(const HttpRequest &request, const HttpResponder &responder)
{
    responder.send(statsReply(request, *m_project, m_clock->nowMs()));
}

// Also while the database is away or its counts are being read: that is when somebody looks.
void ServerCore::getMetrics(const HttpRequest &request, const HttpResponder &responder)
{
    if (const auto denied = m_access.check(request))
        return responder.send(deniedReply(*denied));
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
        stats.projects.append({m_project->id(), m_project->stats()});
    responder.send(metricsReply(stats));
}

void ServerCore::warm()
{
    if (m_stage != Stage::Opening && m_stage != Stage::Warming)
        return;
    m_stage = Stage::Warming;
    ParseRules rules;
    rules.dimensions = m_settings.dimensions;
    using State = std::shared_ptr<WarmState>;
    const bool taken = m_reader->ask<State>(
        this,
        [this, rules, project = m_project->id(), now = m_clock->nowMs()](EventStore &store) {
            return warmUp(store, project, rules, now, m_stopWarming);
        },
        [this](const Result<State> &state) {
            if (m_stage != Stage::Warming)
                return;
            if (state)
                return serve(**&state.value());
            if (state.failure().kind != Fault::Unavailable)
                return fail(state.failure());
            log::warning("server", u"the counts could not be read yet"_s, {{u"reason"_s, state.failure().text}});
            QTimer::singleShot(kWarmRetryMs, this, &ServerCore::warm);
        });
    if (!taken)
        QTimer::singleShot(kWarmRetryMs, this, &ServerCore::warm);
}

void ServerCore::serve(const WarmState &state)
{
    m_project->warm(state);
    m_stage = Stage::Serving;
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(m_settings.host);
    url.setPort(m_port);
    log::info("server", u"ready"_s,
              {{u"url"_s, url.toString()},
               {u"events"_s, m_project->totals().events},
               {u"series"_s, m_project->cube().series().size()}});
    Q_EMIT ready(url, storeName(m_settings.database));
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
