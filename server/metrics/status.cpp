#include "server/metrics/status.h"

#include "core/base/isotime.h"
#include "server/http/reply.h"

#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

HttpReply aboutReply(bool takesDevelopmentKey)
{
    const QJsonObject endpoints{{u"POST /webhook"_s, u"send one event, an array, or one event a line"_s},
                                {u"POST /events"_s, u"the same"_s},
                                {u"GET /events"_s, u"stored events, newest first"_s},
                                {u"GET /events/stats"_s, u"counts by type"_s},
                                {u"GET /export/csv"_s, u"all of them as one file"_s},
                                {u"GET /export/json"_s, u"the same"_s},
                                {u"GET /export/ndjson"_s, u"the same, one event a line"_s},
                                {u"GET /rejections"_s, u"the last events that were rejected, and why"_s},
                                {u"GET /ws"_s, u"live counts and events over WebSocket"_s},
                                {u"GET /admin/keys"_s, u"keys; beside it members, projects and audit, for admins"_s},
                                {u"GET /me"_s, u"who you are here, and what you may see"_s},
                                {u"GET /auth/config"_s, u"where to log in"_s},
                                {u"GET /metrics"_s, u"numbers for Prometheus"_s},
                                {u"GET /health"_s, u"is it well"_s},
                                {u"GET /ready"_s, u"does it take events"_s}};
    return jsonReply(200, {{u"success"_s, true},
                           {u"name"_s, u"Entvas"_s},
                           {u"version"_s, QStringLiteral(ENTVAS_VERSION)},
                           {u"developmentKey"_s, takesDevelopmentKey},
                           {u"endpoints"_s, endpoints}});
}

QStringList reasonsOf(const Condition &condition)
{
    QStringList reasons;
    const auto when = [&](bool is, const QString &word) {
        if (is)
            reasons.append(word);
    };
    when(condition.isStarting, u"starting"_s);
    when(condition.isStopping, u"stopping"_s);
    when(condition.isDatabaseAway, u"database_away"_s);
    when(condition.isDatabaseReplaced, u"database_replaced"_s);
    when(condition.isDatabaseReadOnly, u"database_read_only"_s);
    when(condition.isWriterStalled, u"writer_stalled"_s);
    when(condition.isWriterRefused, u"writes_refused"_s);
    when(condition.isUpkeepFailing, u"housekeeping_failing"_s);
    when(condition.isFanoutBroken, u"fanout_broken"_s);
    when(condition.isDiskScarce, u"disk_nearly_full"_s);
    when(condition.isClockDoubted, u"clock_unconfirmed"_s);
    when(condition.queueUse >= kQueueNearlyFull, u"queue_nearly_full"_s);
    return reasons;
}

HttpReply healthReply(const QStringList &reasons, qint64 nowMs, qint64 startedMs)
{
    return jsonReply(200, {{u"success"_s, true},
                           {u"data"_s, QJsonObject{{u"status"_s, reasons.isEmpty() ? u"healthy"_s : u"degraded"_s},
                                                   {u"reasons"_s, QJsonArray::fromStringList(reasons)},
                                                   {u"timestamp"_s, QLatin1StringView(isoFromMs(nowMs))},
                                                   {u"uptime"_s, (nowMs - startedMs) / 1000}}}});
}

HttpReply readyReply(const QString &notReadyBecause)
{
    if (!notReadyBecause.isEmpty())
        return failureReply({Fault::Unavailable, notReadyBecause});
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, QJsonObject{{u"status"_s, u"ready"_s}}}});
}

} // namespace entvas
