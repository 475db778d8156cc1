#include "core/store/connection/tables.h"

using namespace Qt::StringLiterals;

namespace entvas {

const QStringList &keptTables()
{
    static const QStringList tables{
        u"projects"_s,      u"api_keys"_s,       u"members"_s,    u"series"_s,
        u"minute_counts"_s, u"quarter_counts"_s, u"day_counts"_s, u"minute_rejections"_s,
        u"users_since"_s,   u"user_sketches"_s,  u"audit_log"_s,  u"idempotency_keys"_s,
        u"events"_s,
    };
    return tables;
}

const QStringList &transientTables()
{
    static const QStringList tables{u"announcements"_s};
    return tables;
}

} // namespace entvas
