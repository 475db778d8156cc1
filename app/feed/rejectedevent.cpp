#include "app/feed/rejectedevent.h"

#include "core/base/isotime.h"

#include <algorithm>
#include <limits>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kMostPath = 32;

QString text(const QJsonValue &value)
{
    return value.toString().left(kMostRejectedText);
}

qint64 number(const QJsonValue &value, qint64 fallback = 0)
{
    return std::clamp<qint64>(value.toInteger(fallback), -1, std::numeric_limits<qint64>::max() / 4);
}

FieldError readError(const QJsonObject &json)
{
    FieldError error;
    const QJsonArray path = json.value("path"_L1).toArray();
    for (qsizetype i = 0; i < std::min(path.size(), kMostPath); ++i)
        error.path.append(path[i].isString() ? QVariant(text(path[i])) : QVariant(number(path[i])));
    error.message = text(json.value("message"_L1));
    error.type = text(json.value("type"_L1));
    return error;
}

RejectedEvent readEvent(const QJsonObject &json)
{
    RejectedEvent event;
    event.number = quint64(std::max<qint64>(number(json.value("number"_L1)), 0));
    event.receivedAtMs = isoToMs(text(json.value("receivedAt"_L1)).toUtf8()).value_or(0);
    event.status = int(std::clamp<qint64>(number(json.value("status"_L1)), 0, 999));
    event.requestId = text(json.value("requestId"_L1));
    const QJsonObject key = json.value("key"_L1).toObject();
    event.keyId = text(key.value("id"_L1));
    event.keyName = text(key.value("name"_L1));
    event.sender = text(json.value("sender"_L1));
    event.index = number(json.value("index"_L1), -1);
    event.line = number(json.value("line"_L1), -1);
    event.offset = number(json.value("offset"_L1), -1);
    const QJsonArray errors = json.value("errors"_L1).toArray();
    for (qsizetype i = 0; i < std::min(errors.size(), kMostRejectedErrors); ++i)
        event.errors.append(readError(errors[i].toObject()));
    const QJsonValue base64 = json.value("bodyBase64"_L1);
    event.body = base64.isString() ? QByteArray::fromBase64(base64.toString().left(2 * kMostRejectedBody).toLatin1())
                                   : json.value("body"_L1).toString().left(kMostRejectedBody).toUtf8();
    event.body.truncate(kMostRejectedBody);
    event.bodyFrom = std::max<qint64>(number(json.value("bodyFrom"_L1)), 0);
    event.bodyBytes = std::max<qint64>(number(json.value("bodyBytes"_L1)), event.bodyFrom + event.body.size());
    event.skipped = std::max<qint64>(number(json.value("skipped"_L1)), 0);
    return event;
}

} // namespace

Result<RejectedAnswer> readRejected(const QByteArray &json)
{
    const QJsonValue data = QJsonDocument::fromJson(json).object().value("data"_L1);
    const QJsonValue list = data["rejections"_L1];
    if (!list.isArray())
        return Failure{Fault::BadInput,
                       QCoreApplication::translate("RejectedPages",
                                                   "The server's reply about rejected events could not be read.")};
    RejectedAnswer answer;
    const QJsonArray events = list.toArray();
    for (qsizetype i = 0; i < std::min(events.size(), kMostRejected); ++i) {
        RejectedEvent event = readEvent(events[i].toObject());
        // Newest first, each once: whatever else comes is none of this order.
        if (event.number > 0 && (answer.events.isEmpty() || event.number < answer.events.last().number))
            answer.events.append(std::move(event));
    }
    answer.total = std::max<qint64>(number(data["total"_L1]), 0);
    answer.epoch = text(data["epoch"_L1]);
    answer.sinceMs = isoToMs(text(data["since"_L1]).toUtf8()).value_or(0);
    return answer;
}

} // namespace entvas
