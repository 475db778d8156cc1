#include "server/api/about.h"

#include "server/http/reply.h"

#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

HttpReply aboutReply(const QList<RouteDeclaration> &routes, bool takesDevelopmentKey)
{
    QJsonObject endpoints;
    for (const RouteDeclaration &route : routes)
        endpoints.insert(QLatin1StringView(route.method) + u' ' + route.path, route.help);
    return jsonReply(200, {{u"success"_s, true},
                           {u"name"_s, u"Entvas"_s},
                           {u"version"_s, QStringLiteral(ENTVAS_VERSION)},
                           {u"developmentKey"_s, takesDevelopmentKey},
                           {u"endpoints"_s, endpoints}});
}

} // namespace entvas
