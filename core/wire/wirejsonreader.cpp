#include "core/base/jsonvalue.h"
#include "core/wire/wirereader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace entvas::wire {

using namespace Qt::StringLiterals;

namespace {

template <class T>
bool jsonColumn(const QJsonValue &value, QList<T> &column)
{
    if (!value.isArray())
        return false;
    const QJsonArray array = value.toArray();
    column.reserve(array.size());
    for (const QJsonValue &entry : array)
        if (!entry.isDouble() || !put(column, entry.toInteger(-1)))
            return false;
    return true;
}

bool jsonTier(const QJsonValue &value, TierColumns &tier)
{
    const QJsonObject map = value.toObject();
    tier.stepMs = map.value("stepMs"_L1).toInteger(-1);
    tier.fromMs = map.value("fromMs"_L1).toInteger(std::numeric_limits<qint64>::min());
    return map.value("fromMs"_L1).isDouble() && tier.stepMs > 0 && jsonColumn(map.value("bucket"_L1), tier.bucket) &&
           jsonColumn(map.value("series"_L1), tier.series) && jsonColumn(map.value("count"_L1), tier.count);
}

bool jsonBytes(const QJsonValue &value, QByteArray &bytes)
{
    const auto read = QByteArray::fromBase64Encoding(
        value.toString().toLatin1(), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    bytes = read.decoded;
    return value.isString() && read.decodingStatus == QByteArray::Base64DecodingStatus::Ok;
}

bool jsonNumber(const QJsonValue &value, qint64 &number)
{
    number = value.toInteger(-1);
    return value.isDouble() && number >= 0 && number <= kMaxCount;
}

bool jsonUserTier(const QJsonValue &value, UserTier &tier)
{
    const QJsonObject map = value.toObject();
    const QJsonArray sketches = map.value("sketch"_L1).toArray();
    if (!jsonNumber(map.value("stepMs"_L1), tier.stepMs) || !jsonNumber(map.value("knownMs"_L1), tier.knownMs) ||
        !jsonNumber(map.value("fromMs"_L1), tier.fromMs) || !jsonColumn(map.value("bucket"_L1), tier.bucket) ||
        sketches.size() > kMaxUserBuckets || sketches.size() != tier.bucket.size())
        return false;
    for (const QJsonValue &sketch : sketches)
        if (!jsonBytes(sketch, tier.sketch.emplaceBack()))
            return false;
    return true;
}

bool jsonUsers(const QJsonObject &map, UsersSnapshot &users)
{
    const QJsonValue tiers = map.value("tiers"_L1);
    if (!jsonNumber(map.value("sinceMs"_L1), users.sinceMs) || !tiers.isArray() || tiers.toArray().size() > kMaxTiers)
        return false;
    if (map.contains("before"_L1) && (!jsonBytes(map.value("before"_L1), users.before) ||
                                      !jsonNumber(map.value("beforeFromMs"_L1), users.beforeFromMs)))
        return false;
    for (const QJsonValue &tier : tiers.toArray())
        if (!jsonUserTier(tier, users.tiers.emplaceBack()))
            return false;
    return true;
}

bool jsonAdditions(const QJsonArray &array, QList<UserAddition> &additions)
{
    if (array.size() > kMaxUserBuckets)
        return false;
    for (const QJsonValue &entry : array) {
        const QJsonArray pair = entry.toArray();
        UserAddition &addition = additions.emplaceBack();
        if (pair.size() != 2 || !jsonNumber(pair[0], addition.epochSecond) || !jsonBytes(pair[1], addition.hashes))
            return false;
    }
    return true;
}

// In a tail, metadata keeps its digits only as text.
void keepNumbers(QJsonObject &tail, const QByteArray &bytes)
{
    const json::Value message = json::parse(bytes);
    const json::Value &written = message[u"events"];
    QJsonArray events = tail.value("events"_L1).toArray();
    if (written.kind != json::Value::Kind::Array || qsizetype(written.values.size()) != events.size())
        return;
    for (qsizetype i = 0; i < events.size(); ++i) {
        QJsonObject event = events[i].toObject();
        const json::Value &metadata = written.values[std::size_t(i)][u"metadata"];
        if (metadata.kind != json::Value::Kind::Object)
            continue;
        event.insert("metadataText"_L1, QString::fromUtf8(json::compact(metadata)));
        events[i] = event;
    }
    tail.insert("events"_L1, events);
}

} // namespace

Result<RawMessage> readJson(const QByteArray &bytes)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        return unreadable(u"%1 at byte %2"_s.arg(error.errorString(), QString::number(error.offset)));
    if (!document.isObject())
        return unreadable(u"it is no map"_s);
    QJsonObject object = document.object();
    RawMessage raw;
    if (object.contains("tiers"_L1)) {
        const QJsonValue tiers = object.take("tiers"_L1);
        raw.hasTiers = tiers.isArray();
        const QJsonArray array = tiers.toArray();
        if (array.size() > kMaxTiers)
            return unreadable(u"it has too many tiers"_s);
        for (const QJsonValue &value : array) {
            TierColumns columns;
            if (!jsonTier(value, columns))
                return unreadable(u"a tier makes no sense"_s);
            raw.tiers.append(std::move(columns));
        }
    }
    if (const QJsonValue users = object.value("users"_L1); users.isObject() || users.isArray()) {
        if (users.isObject() ? !jsonUsers(users.toObject(), raw.users.emplace())
                             : !jsonAdditions(users.toArray(), raw.additions.emplace()))
            return unreadable(u"its users make no sense"_s);
        object.remove("users"_L1);
    }
    if (object.value("type"_L1) == "tail"_L1 && !json::areNumbersPlain(bytes))
        keepNumbers(object, bytes);
    raw.map = QCborMap::fromJsonObject(object);
    return raw;
}

} // namespace entvas::wire
