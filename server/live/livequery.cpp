#include "server/live/livequery.h"

#include "server/http/queryparameters.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kFormat = u"format"_s;
const auto kCbor = u"cbor"_s;
const auto kPack = u"pack"_s;
const auto kGzip = u"gzip"_s;

} // namespace

QStringList liveParameters()
{
    return {kFormat, kPack};
}

std::optional<Failure> checkLiveQuery(const QueryParameters &query)
{
    const QString format = query.value(kFormat);
    if (query.has(kFormat) && format != kCbor && format != u"json"_s)
        return Failure{Fault::BadInput, u"\"format\" must be json or cbor"_s};
    if (query.has(kPack) && query.value(kPack) != kGzip)
        return Failure{Fault::BadInput, u"\"pack\" must be gzip"_s};
    return {};
}

LiveFormat liveFormat(const QueryParameters &query)
{
    if (query.value(kFormat) != kCbor)
        return {};
    return {wire::Format::Cbor, query.value(kPack) == kGzip};
}

} // namespace entvas
