#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/settings.h"
#include "core/store/connection/databaselock.h"
#include "core/store/events/storewriter.h"
#include "server/access/accesslog.h"
#include "server/access/guesslimit.h"
#include "server/access/issuer.h"
#include "server/cluster/fanout.h"
#include "server/gate/gatelimits.h"
#include "server/gate/httpfront.h"
#include "server/http/message.h"
#include "server/ingest/earlyposts.h"
#include "server/live/livehub.h"
#include "server/metrics/diskspace.h"
#include "server/metrics/memorytrim.h"
#include "server/query/replicapatience.h"

#include <atomic>
#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QUrl>

namespace entvas {

class AdminRoutes;
class ApiKeys;
class DirectoryWatch;
class Exports;
class History;
class HistoryReader;
class Ingest;
class LiveProjects;
class Logins;
class OwnerAccess;
class StoreReader;
enum class Writers;
struct Condition;
struct ServerStats;
struct WarmState;
struct WarmUp;

// Those of the parts that have no setting of their own.
struct ServerLimits {
    GateLimits gate; // bodyBytes comes from the settings
    StoreWriter::Limits writer;
    std::chrono::milliseconds upkeepEvery = StoreWriter::Upkeep().every;
    int guessBurst = GuessLimit::kBurst;
    FanoutLimits fanout;
    IssuerLimits issuer;
    ReplicaPatience replica;
};

// Puts the server together and takes it apart again, in the server's thread. Requests are answered as soon as the port
// is open; events are taken once the database's own counts are in the cube, so that none is counted twice or missed.
class ServerCore : public QObject
{
    Q_OBJECT
public:
    static constexpr int kWarmRetryMs = 1'000;
    static constexpr int kRereadMs = 2'000; // between two times that the counts of one project are read anew
    static constexpr int kDrainMs = 5'000;  // for accepted requests to be answered, then …
    static constexpr int kWriterMs = 3'000; // … for the writer to commit what is left, then …
    static constexpr int kCloseMs = 1'000;  // … for sockets to take their close frames
    // Events that come while the database is opened or its counts are read wait for so long, and are refused then.
    static constexpr int kEarlyOpeningMs = 2'000;
    static constexpr int kEarlyWarmingMs = 10'000;
    // Projects whose counts wait for the database at a time while it serves, so that questions find room beside them.
    static constexpr int kMostOpening = 16; // to be opened, and …
    static constexpr int kMostRereads = 16; // … to be read anew
    // For the counts of a project: what takes longer hangs.
    static constexpr std::chrono::milliseconds kLongRead{300'000};
    static constexpr int kRenewDays = 14; // before its certificate expires the server begins to warn

    // Does nothing yet: may be made in another thread and moved here. `clock` must outlive it.
    ServerCore(Settings settings, const Clock *clock, LiveHubLimits hubLimits = {}, ServerLimits limits = {});
    ~ServerCore() override;

    void start();             // ends in ready() or failed()
    void reloadCertificate(); // those that can't be used leave the old ones in place
    void stop();              // ends in stopped(); also before ready(), and after failed()
    // Before start(): how often alive() shall come; 0 = never.
    void setPulse(std::chrono::milliseconds every) { m_pulse.setInterval(every); }

Q_SIGNALS:
    void ready(const QUrl &url, const QString &store);
    void failed(const entvas::Failure &failure);
    void stopped();
    void reloaded(); // the certificate, or why not has been logged
    // Our event loop runs, and so does the writer. `status` is for people.
    void alive(const QString &status);

private:
    enum class Stage { New, Opening, Warming, Serving, Stopping, Stopped };
    void addRoutes();
    // Goes on with whoever the request proves to be, or answers 401 or 403. Now or later.
    using ReaderHandler = std::function<void(const Reader &)>;
    void withReader(const HttpRequest &request, const HttpResponder &responder, const ReaderHandler &next);
    void withOwner(const HttpRequest &request, const HttpResponder &responder, const ReaderHandler &next);
    // 429 for whoever guesses, before a credential is looked at; and the answer to one that was not accepted, which
    // counts as a guess when it was none of ours.
    std::optional<HttpReply> heldUp(const HttpRequest &request);
    HttpReply notLetIn(const HttpRequest &request, const Failure &failure);
    using ProjectHandler =
        std::function<void(LiveProject &, const Reader &, const HttpRequest &, const HttpResponder &)>;
    bool isStillLetIn(const Reader &reader, const QString &project) const;
    void guard(const QString &path, const ProjectHandler &answer, const QStringList &parameters);
    void getMetrics(const HttpRequest &request, const HttpResponder &responder);
    ServerStats stats() const;
    Condition condition() const;
    bool isDatabaseMisplaced() const;
    void beat();
    Result<void> useCertificate();
    void startLogins();
    void post(const HttpRequest &request, const HttpResponder &responder);
    void warm();
    void serve(const WarmUp &warm);
    void applyDirectory(const Directory &directory);
    void openMissing();
    void openProject(const Project &project);
    void closeProjectsNotIn(const Directory &directory);
    void open(const Project &project, WarmState state);
    Writers writers() const;
    void fillSeconds(const QString &project);
    bool isShared() const; // with other servers
    void hearOthers();
    void onStored(const QList<CommittedJob> &jobs);
    void onOthers(const QString &project, const Announcement &what);
    void askForTail(const QString &project);
    void reread(const QString &project);
    void rereadNext();
    void readAgain(const QString &project);
    void fail(const Failure &failure);
    void finishWhenIdle();
    void closeSockets();
    void end();
    QString notReadyBecause() const; // empty = ready
    QString storeName() const;       // "sqlite" or "postgresql"

    Settings m_settings;
    MemoryTrim m_memoryTrim;
    const Clock *m_clock;
    LiveHubLimits m_hubLimits;
    ServerLimits m_limits;
    SteadyClock m_steady;
    std::unique_ptr<ApiKeys> m_keys;
    ReadAccess m_access;
    Origins m_origins;
    GuessLimit m_guesses;
    QString m_epoch;
    quint16 m_port = 0;
    qint64 m_startedMs = 0;
    qint64 m_certificateExpiresMs = 0;
    QByteArray m_certificateDigest; // SHA-256 in hex; empty without TLS
    Stage m_stage = Stage::New;
    QElapsedTimer m_stopping;
    QTimer m_pulse;
    AccessLog m_accessLog;
    mutable DiskSpace m_disk; // remembers what it saw
    std::atomic<bool> m_stopWarming = false;

    // Torn down from the last to the first. The front outlives the hub: its WebSocket server is what deletes the TCP
    // socket under a WebSocket that goes.
    std::unique_ptr<Logins> m_logins; // none without an issuer
    std::unique_ptr<HttpFront> m_front;
    std::optional<DatabaseLock> m_databaseLock;
    std::unique_ptr<OwnerAccess> m_owner; // none for PostgreSQL
    std::unique_ptr<StoreWriter> m_writer;
    std::unique_ptr<StoreReader> m_reader;
    std::unique_ptr<HistoryReader> m_historyReader;
    std::unique_ptr<LiveProjects> m_projects;
    std::unique_ptr<Ingest> m_ingest;
    std::unique_ptr<History> m_history;
    std::unique_ptr<Exports> m_exports;
    std::unique_ptr<LiveHub> m_hub;
    std::unique_ptr<DirectoryWatch> m_directory;
    std::unique_ptr<AdminRoutes> m_admin;
    EarlyPosts m_early;
    bool m_isTaking = false;          // requests: while serving, and while they drain
    std::unique_ptr<Fanout> m_fanout; // none for a database that nobody shares
    QSet<QString> m_opening;          // projects whose counts are being read …
    QString m_leftOut;                // the first project that found no room
    quint64 m_timesFull = 0;          // that it was another one
    // Projects whose counts are read anew, and those for which that was too short ago: these wait, if they must.
    enum class Reread { InLine, Reading, Resting, Waiting };
    QHash<QString, Reread> m_rereads;
    QStringList m_rereadLine; // those in line, the first one first
    int m_rereading = 0;      // at most kMostRereads
    struct OthersTail {
        QList<QUuid> newest; // at most Announcement::kMaxNewest
        qint64 skipped = 0;
        bool isAsking = false;
    };
    QHash<QString, OthersTail> m_othersTails; // of projects whose tail somebody reads
    bool m_drained = false;
};

} // namespace entvas
