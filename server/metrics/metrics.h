#pragma once

#include "core/store/events/storemetrics.h"
#include "server/access/auththrottle.h"
#include "server/cluster/fanout.h"
#include "server/gate/gatestats.h"
#include "server/http/message.h"
#include "server/live/livehubstats.h"
#include "server/live/liveproject.h"
#include "server/metrics/diskspace.h"

#include <optional>

namespace entvas {

// The whole server at one moment: what each part reports of itself. A part that does not exist yet is left out.
struct ServerStats {
    QString store; // "sqlite" or "postgresql"
    qint64 uptimeMs = 0;
    qint64 nowMs = 0;                   // since 1970, by the server's clock
    bool isServing = false;             // the stored counts have been read
    QStringList reasons;                // see reasonsOf(); empty: healthy
    std::optional<DiskSpace::Use> disk; // none where the database is elsewhere
    qint64 certificateExpiresMs = 0;    // 0 = no TLS
    QList<const Metrics *> parts;       // those that register their own
    std::optional<FrontStats> front;
    std::optional<AuthThrottle::Stats> throttle;
    std::optional<StoreWriter::Stats> writer;
    std::optional<ReaderUse> reader;
    std::optional<LimitUse> projectUse; // see LiveProjects::kLimit
    std::optional<LiveHubStats> hub;
    std::optional<Fanout::Stats> fanout;                    // none where no other server shares the database
    QList<std::pair<QString, LiveProject::Stats>> projects; // by name
};

// GET /metrics: Prometheus text format 0.0.4. Nothing is kept between two answers, and no label holds what a sender
// chose. Names, units and help stand with the parts that count; this knows the parts only.
HttpReply metricsReply(const ServerStats &stats);

} // namespace entvas
