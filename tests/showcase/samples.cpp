#include "tests/showcase/samples.h"

#include <cmath>
#include <QDateTime>

namespace entvas::showcase {

using namespace Qt::StringLiterals;

RejectedAnswer rejected(qint64 nowMs)
{
    struct Sample {
        const char *key, *body, *type, *path, *message;
        int minutesAgo;
    };
    constexpr Sample kSamples[]{
        {"Checkout", R"({"eventType":"page_view","metadata":{"page":"cart"}})", "any.required", "userId",
         "\"userId\" is required", 0},
        {"Mobile app", R"({"eventType":"page_view","userId":"77","timestamp":"yesterday","metadata":{"page":"home"}})",
         "date.format", "timestamp", "\"timestamp\" must be in ISO 8601 date format", 3},
        {"Mobile app", R"({"eventType":"","userId":"12","metadata":{}})", "string.empty", "eventType",
         "\"eventType\" is not allowed to be empty", 3},
        {"Load test", R"({"eventType":"log","userId":"9","metadata":"none"})", "object.base", "metadata",
         "\"metadata\" must be of type object", 26},
        {"Checkout", R"({"eventType":"checkout","userId":)", "json", "", "The body is no JSON: it ends too early.", 95},
    };
    RejectedAnswer answer;
    answer.isWhole = true;
    answer.total = 1'969;
    answer.epoch = u"show"_s;
    answer.sinceMs = nowMs - 3 * 86'400'000;
    for (const Sample &sample : kSamples) {
        RejectedEvent event;
        event.number = quint64(1'969 - answer.events.size());
        event.receivedAtMs = nowMs - sample.minutesAgo * 60'000 - 12'345;
        event.status = 400;
        event.requestId = u"3f2a9c1e"_s;
        event.keyId = u"a1b2c3d4"_s;
        event.keyName = QLatin1StringView(sample.key);
        event.sender = u"10.20.0.17"_s;
        const QString path = QLatin1StringView(sample.path);
        event.errors = {{path.isEmpty() ? QVariantList() : QVariantList{path}, QLatin1StringView(sample.message),
                         QLatin1StringView(sample.type)}};
        event.body = sample.body;
        event.bodyBytes = event.body.size();
        if (path.isEmpty())
            event.offset = event.bodyBytes;
        answer.events.append(event);
    }
    return answer;
}

QTimeZone busyZone(qint64 nowMs)
{
    QTimeZone best;
    double least = 24;
    for (const char *id : {"Europe/Paris", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo",
                           "Asia/Kolkata"}) {
        const QTimeZone zone(id);
        const double hour = QDateTime::fromMSecsSinceEpoch(nowMs, zone).time().msecsSinceStartOfDay() / 3'600'000.0;
        if (const double off = std::abs(hour - 18.5); zone.isValid() && off < least) {
            least = off;
            best = zone;
        }
    }
    return best;
}

QList<AlertRule> rules()
{
    AlertRule busy;
    busy.name = u"Busy shop"_s;
    busy.threshold = 900;
    busy.filter.insert(u"page"_s, {{u"pricing"_s, u"home"_s}, false});
    AlertRule quiet;
    quiet.name = u"Nothing comes in"_s;
    quiet.kind = u"quiet"_s;
    quiet.minutes = 10;
    AlertRule change;
    change.name = u"Sudden change"_s;
    change.kind = u"change"_s;
    change.threshold = 60;
    change.minutes = 30;
    change.isOn = false;
    return {busy, quiet, change};
}

} // namespace entvas::showcase
