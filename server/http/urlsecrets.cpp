#include "server/http/urlsecrets.h"

#include "server/http/queryparameters.h"

namespace entvas {

using namespace Qt::StringLiterals;

std::optional<Failure> secretInQuery(const QueryParameters &query)
{
    static const QStringList names{u"token"_s,  u"accesstoken"_s, u"idtoken"_s,       u"refreshtoken"_s,
                                   u"apikey"_s, u"xapikey"_s,     u"authorization"_s, u"viewertoken"_s};
    for (const QueryParameters::One &one : query.all()) {
        QString plain = one.name.toLower();
        plain.remove(u'_').remove(u'-');
        if (names.contains(plain))
            return Failure{Fault::BadInput, u"A key or token does not belong into the address, where others read it: "
                                            "send \"Authorization: Bearer\" or X-API-Key, and replace this one"_s};
    }
    return {};
}

} // namespace entvas
