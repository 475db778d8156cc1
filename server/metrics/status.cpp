#include "server/metrics/status.h"

#include "core/base/isotime.h"
#include "server/http/reply.h"

#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

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
