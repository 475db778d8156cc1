#include "server/query/stats.h"

#include "core/cube/cubeview.h"
#include "core/ingest/eventparser.h"
#include "server/http/reply.h"
#include "server/live/liveproject.h"
#include "server/query/readfilter.h"

#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

HttpReply statsReply(const HttpRequest &request, const LiveProject &project, qint64 nowMs)
{
    const ReadFilter filter = readFilter(request.query, nowMs);
    const auto asked = readEventQuery(request.query, project.id(), filter);
    if (!asked)
        return failureReply(asked.failure());
    const QString &type = asked.value().eventType;
    CubeQuery question;
    question.grid = {{BucketUnit::Minute, 1}, {filter.span.fromMs, filter.span.toMs}};
    question.top = LiveCube::kMaxSeries; // every type by its name
    const CubeAnswer answer = query(project.cube(), question);
    QJsonObject statistics;
    qint64 total = 0;
    for (const CubeGroup &group : answer.groups) {
        const QString name = sentValue(group.name);
        if (group.total <= 0 || (!type.isEmpty() && name != type))
            continue;
        statistics.insert(name, statistics.value(name).toInteger() + group.total);
        total += group.total;
    }
    return jsonReply(200, {{u"success"_s, true},
                           {u"data"_s, QJsonObject{{u"totalEvents"_s, type.isEmpty() ? answer.total : total},
                                                   {u"invalidEvents"_s, project.rejectedIn(filter.span)},
                                                   {u"statistics"_s, statistics},
                                                   {u"filter"_s, filter.name}}}});
}

} // namespace entvas
