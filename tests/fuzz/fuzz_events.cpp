// Any bytes as the body of a POST. The first byte chooses how they were sent (see Sent), the rest is the body.
#include "core/ingest/eventparser.h"
#include "server/ingest/dialects/ingestdialect.h"
#include "tests/fuzz/demand.h"

#include <algorithm>
#include <cstdint>
#include <QJsonDocument>
#include <QJsonObject>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

enum Sent { Lines = 1, Gzip = 2, WithKey = 4 };

ParseRules rules()
{
    ParseRules rules;
    rules.dimensions = {u"page"_s, u"browser"_s};
    rules.maxEvents = 50;
    rules.maxMetadataBytes = 1'024;
    return rules;
}

void checkEvent(const ParsedEvent &parsed, const ParseRules &rules)
{
    ENTVAS_DEMAND(parsed.errors.size() <= kMaxErrorsPerEvent);
    for (const FieldError &error : parsed.errors)
        ENTVAS_DEMAND(!error.message.isEmpty() && !error.type.isEmpty());
    if (!parsed.errors.isEmpty())
        return;
    const Event &event = parsed.event;
    ENTVAS_DEMAND(!event.eventType.isEmpty() && event.eventType.size() <= 128);
    ENTVAS_DEMAND(!event.userId.isEmpty() && event.userId.size() <= 256);
    ENTVAS_DEMAND(event.metadata.isEmpty() || QJsonDocument::fromJson(event.metadata).isObject());
    ENTVAS_DEMAND(event.series.size() == rules.dimensions.size() + 1);
    ENTVAS_DEMAND(event.series == seriesOf(event.eventType, event.metadata, rules));
}

void checkBody(const ParsedBody &body, const ParseRules &rules)
{
    ENTVAS_DEMAND(body.events.size() <= rules.maxEvents);
    for (const ParsedEvent &event : body.events)
        checkEvent(event, rules);
}

bool isValid(const ParsedBody &body)
{
    return std::all_of(body.events.cbegin(), body.events.cend(), [](const auto &e) { return e.errors.isEmpty(); });
}

void checkJson(const QByteArray &text, const ParseRules &rules)
{
    MalformedJson malformed;
    const auto body = parseEvents(text, rules, &malformed);
    if (!body) {
        ENTVAS_DEMAND(body.failure().kind == Fault::BadInput || body.failure().kind == Fault::TooLarge);
        ENTVAS_DEMAND(malformed.offset >= 0 && malformed.offset <= text.size());
        return;
    }
    checkBody(*body, rules);
    if (isValid(*body)) // what we let pass is JSON to others too
        ENTVAS_DEMAND(!QJsonDocument::fromJson(text).isNull());
    if (body->isArray || body->events.size() != 1 || text.trimmed().startsWith('['))
        return;
    // An event is judged the same alone and in an array.
    const auto wrapped = parseEvents("[" + text + "]", rules, &malformed);
    if (!wrapped) // one level deeper may be one too many
        return;
    ENTVAS_DEMAND(wrapped->events.size() == 1);
    const ParsedEvent &alone = body->events.first();
    const ParsedEvent &within = wrapped->events.first();
    ENTVAS_DEMAND(alone.errors.size() == within.errors.size());
    ENTVAS_DEMAND(alone.event.series == within.event.series && alone.event.metadata == within.event.metadata);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const ParseRules parseRules = rules();
    if (size == 0)
        return 0;
    HttpRequest request;
    request.method = "POST";
    request.body = QByteArray(reinterpret_cast<const char *>(data) + 1, qsizetype(size - 1));
    if (data[0] & Lines)
        request.headers.append(HttpHeader{"content-type", "application/x-ndjson"});
    if (data[0] & Gzip)
        request.headers.append(HttpHeader{"content-encoding", "gzip"});
    if (data[0] & WithKey)
        request.headers.append(HttpHeader{"idempotency-key", "order-1"});
    checkJson(request.body, parseRules);
    constexpr qint64 kMaxBytes = 64 * 1024;
    const SentBody sent(request, kMaxBytes);
    const auto read = ingestDialects().first().read(sent, parseRules); // the webhook
    if (const auto *body = std::get_if<SentEvents>(&read)) {
        ENTVAS_DEMAND(sent.text().size() <= kMaxBytes);
        checkBody(*body, parseRules);
    } else {
        const auto &unusable = std::get<UnusableBody>(read);
        ENTVAS_DEMAND(unusable.reply.status >= 400 && unusable.reply.status < 500);
        ENTVAS_DEMAND(unusable.rejected >= 0);
    }
    return 0;
}
