#pragma once

#include "core/store/events/storewriter.h"
#include "server/access/guesslimit.h"
#include "server/access/logins.h"
#include "server/cluster/fanout.h"
#include "server/gate/gatestats.h"
#include "server/http/message.h"
#include "server/ingest/earlyposts.h"
#include "server/ingest/ingest.h"
#include "server/live/livehubstats.h"
#include "server/live/liveproject.h"
#include "server/metrics/diskspace.h"
#include "server/query/exports.h"
#include "server/query/historyreader.h"

#include <optional>

namespace entvas {

class MetricFamilies;

// The whole server at one moment: what each part says of itself. A part that is not there yet is left out.
struct ServerStats {
    QString store; // "sqlite" or "postgresql"
    qint64 uptimeMs = 0;
    qint64 nowMs = 0;                   // since 1970, by the server's clock
    bool isServing = false;             // the stored counts have been read
    QStringList reasons;                // see reasonsOf(); empty: all is well
    std::optional<DiskSpace::Use> disk; // none where the database is elsewhere
    std::optional<FrontStats> front;
    std::optional<EarlyPosts::Stats> early;
    qint64 certificateExpiresMs = 0; // 0 = no TLS
    std::optional<GuessLimit::Stats> guesses;
    std::optional<Logins::Stats> logins; // none without an issuer
    std::optional<StoreWriter::Stats> writer;
    std::optional<LimitUse> reader;
    std::optional<LimitUse> readerTime; // in milliseconds
    std::optional<LimitUse> projectUse;
    std::optional<Ingest::Stats> ingest;
    std::optional<LiveHubStats> hub;
    std::optional<HistoryReader::Stats> history;
    std::optional<Fanout::Stats> fanout; // none for a database that nobody shares
    std::optional<Exports::Stats> exports;
    QList<std::pair<QString, LiveProject::Stats>> projects; // by name
};

// GET /metrics: Prometheus text format 0.0.4. Nothing is kept between two answers, and no label holds what a sender
// chose.
HttpReply metricsReply(const ServerStats &stats);

// The part of it that is limits: use, limit, how often it was reached.
void addLimits(const ServerStats &stats, MetricFamilies &families);

} // namespace entvas
