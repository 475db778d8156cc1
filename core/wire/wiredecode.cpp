#include "core/base/isotime.h"
#include "core/base/jsonvalue.h"
#include "core/cube/usersketch.h"
#include "core/wire/wire.h"
#include "core/wire/wirereader.h"

#include <QCborArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace entvas::wire {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxText = 512;       // names, ids and series values
constexpr qsizetype kMaxSentence = 4'096; // error messages and tokens
constexpr qint64 kMaxNumber = qint64(1) << 53;
constexpr qsizetype kMaxProjects = 10'000;
constexpr qsizetype kMaxTailEvents = 10'000;
constexpr qsizetype kMaxMetadata = 64 * 1024; // four times what a sender may send

// Takes fields out of a map, remembering the first thing that does not fit.
class Fields
{
public:
    explicit Fields(const QCborMap &map) : m_map(map) {}

    QString text(QLatin1String key, qsizetype max = kMaxText) { return asText(m_map.value(key), key, max); }
    QString optionalText(QLatin1String key, qsizetype max = kMaxText)
    {
        const QCborValue value = m_map.value(key);
        return value.isUndefined() || value.isNull() ? QString() : asText(value, key, max);
    }
    qint64 number(QLatin1String key, qint64 min = 0, qint64 max = kMaxNumber)
    {
        return asNumber(m_map.value(key), key, min, max);
    }
    bool optionalFlag(QLatin1String key)
    {
        const QCborValue value = m_map.value(key);
        if (!value.isUndefined() && !value.isBool())
            wrong(key, u"must be true or false"_s);
        return value.toBool();
    }
    QCborMap map(QLatin1String key)
    {
        const QCborValue value = m_map.value(key);
        if (!value.isMap())
            wrong(key, u"must be a map"_s);
        return value.toMap();
    }
    bool has(QLatin1String key) const
    {
        const QCborValue value = m_map.value(key);
        return !value.isUndefined() && !value.isNull();
    }
    QCborArray array(QLatin1String key, qsizetype max)
    {
        const QCborValue value = m_map.value(key);
        if (!value.isArray())
            wrong(key, u"must be an array"_s);
        const QCborArray array = value.toArray();
        if (array.size() > max)
            wrong(key, u"has more than %1 entries"_s.arg(max));
        return m_wrong.isEmpty() ? array : QCborArray();
    }
    QStringList texts(const QCborValue &value, QLatin1String key, qsizetype max)
    {
        QStringList list;
        if (!value.isArray() || value.toArray().size() > max) {
            wrong(key, u"must be an array of at most %1 strings"_s.arg(max));
            return list;
        }
        for (const QCborValue &entry : value.toArray())
            list.append(asText(entry, key, kMaxText));
        return list;
    }
    QList<SeriesKey> series(QLatin1String key)
    {
        QList<SeriesKey> list;
        for (const QCborValue &entry : array(key, LiveCube::kMaxSeries))
            list.append(texts(entry, key, 64));
        return list;
    }
    qint64 asNumber(const QCborValue &value, QLatin1String key, qint64 min, qint64 max)
    {
        const qint64 n = value.isInteger() ? value.toInteger() : min - 1;
        if (!value.isInteger() || n < min || n > max) {
            wrong(key, u"must be a whole number from %1 to %2"_s.arg(QString::number(min), QString::number(max)));
            return min;
        }
        return n;
    }
    void wrong(QLatin1String key, const QString &why)
    {
        if (m_wrong.isEmpty())
            m_wrong = u"\"%1\" %2"_s.arg(key, why);
    }
    const QString &whatIsWrong() const { return m_wrong; }

private:
    QString asText(const QCborValue &value, QLatin1String key, qsizetype max)
    {
        if (!value.isString()) {
            wrong(key, u"must be a string"_s);
            return {};
        }
        const QString text = value.toString();
        if (text.size() > max) {
            wrong(key, u"is longer than %1 characters"_s.arg(max));
            return {};
        }
        return text;
    }
    const QCborMap &m_map;
    QString m_wrong;
};

Totals readTotals(Fields &fields)
{
    const QCborMap map = fields.map("totals"_L1);
    Fields inner(map);
    const Totals totals{inner.number("events"_L1), inner.number("invalid"_L1)};
    if (!inner.whatIsWrong().isEmpty())
        fields.wrong("totals"_L1, inner.whatIsWrong());
    return totals;
}

qint64 readTime(Fields &fields, QLatin1String key)
{
    const auto ms = isoToMs(fields.text(key).toLatin1());
    if (!ms)
        fields.wrong(key, u"must be an ISO 8601 time with zone"_s);
    return ms.value_or(0);
}

Hello readHello(Fields &fields)
{
    Hello hello;
    hello.version = int(fields.number("version"_L1, 0, 1'000'000));
    if (hello.version != kVersion)
        return hello; // the rest may be anything, and the number is enough to say so
    hello.epoch = fields.text("epoch"_L1);
    hello.serverTimeMs = fields.number("serverTime"_L1);
    hello.heartbeatMs = int(fields.number("heartbeatMs"_L1, 1, 3'600'000));
    hello.store = fields.optionalText("store"_L1);
    hello.serverVersion = fields.optionalText("serverVersion"_L1);
    for (const QCborValue &entry : fields.array("projects"_L1, kMaxProjects)) {
        const QCborMap map = entry.toMap();
        Fields inner(map);
        hello.projects.append({inner.text("id"_L1), inner.text("name"_L1)});
        if (!inner.whatIsWrong().isEmpty())
            fields.wrong("projects"_L1, inner.whatIsWrong());
    }
    return hello;
}

QList<RejectedCount> readRejections(Fields &fields)
{
    QList<RejectedCount> list;
    for (const QCborValue &entry : fields.array("rejections"_L1, kMaxRejections)) {
        const QCborArray pair = entry.toArray();
        if (pair.size() != 2) {
            fields.wrong("rejections"_L1, u"must hold [start, count]"_s);
            break;
        }
        list.append({fields.asNumber(pair.at(0), "rejections"_L1, 0, kMaxNumber),
                     fields.asNumber(pair.at(1), "rejections"_L1, 0, kMaxNumber)});
    }
    return list;
}

Snapshot readSnapshot(Fields &fields, RawMessage &raw)
{
    Snapshot snapshot;
    snapshot.project = fields.text("project"_L1);
    snapshot.epoch = fields.text("epoch"_L1);
    snapshot.seq = fields.number("seq"_L1);
    snapshot.serverTimeMs = fields.number("serverTime"_L1);
    snapshot.totals = readTotals(fields);
    snapshot.cube.dimensions = fields.texts(raw.map.value("dimensions"_L1), "dimensions"_L1, 64);
    snapshot.cube.series = fields.series("series"_L1);
    for (const TierColumns &tier : std::as_const(raw.tiers)) {
        if (tier.stepMs <= 0 || tier.bucket.size() != tier.series.size() || tier.bucket.size() != tier.count.size())
            fields.wrong("tiers"_L1, u"needs a step and columns of equal length"_s);
        for (const SeriesIndex index : tier.series)
            if (index >= snapshot.cube.series.size())
                fields.wrong("tiers"_L1, u"names a series that is not there"_s);
    }
    if (!raw.hasTiers)
        fields.wrong("tiers"_L1, u"must be an array"_s);
    snapshot.cube.tiers = std::move(raw.tiers);
    if (raw.additions || fields.has("users"_L1))
        fields.wrong("users"_L1, u"must be a map"_s);
    snapshot.users = std::move(raw.users);
    if (fields.has("rejections"_L1))
        snapshot.rejections = readRejections(fields);
    return snapshot;
}

Delta readDelta(Fields &fields, RawMessage &raw)
{
    Delta delta;
    delta.project = fields.text("project"_L1);
    delta.seq = fields.number("seq"_L1);
    delta.totals = readTotals(fields);
    delta.newSeries = fields.series("newSeries"_L1);
    const QCborArray cells = fields.array("cells"_L1, kMaxDeltaCells);
    delta.cells.reserve(cells.size());
    for (const QCborValue &entry : cells) {
        const QCborArray cell = entry.toArray();
        if (cell.size() != 3) {
            fields.wrong("cells"_L1, u"must hold [second, series, count]"_s);
            break;
        }
        delta.cells.append({fields.asNumber(cell.at(0), "cells"_L1, 0, kMaxNumber / 1000),
                            SeriesIndex(fields.asNumber(cell.at(1), "cells"_L1, 0, LiveCube::kMaxSeries - 1)),
                            quint32(fields.asNumber(cell.at(2), "cells"_L1, 0, 0xffffffffll))});
    }
    if (raw.users || fields.has("users"_L1))
        fields.wrong("users"_L1, u"must be an array"_s);
    delta.users = std::move(raw.additions).value_or(QList<UserAddition>());
    qsizetype users = 0;
    for (const UserAddition &addition : std::as_const(delta.users)) {
        users += addition.hashes.size() / kUserHashBytes;
        if (addition.hashes.size() % kUserHashBytes != 0)
            fields.wrong("users"_L1, u"must hold %1 bytes for each user"_s.arg(kUserHashBytes));
    }
    if (users > kMaxDeltaUsers)
        fields.wrong("users"_L1, u"has more than %1 of them"_s.arg(kMaxDeltaUsers));
    if (fields.has("rejections"_L1))
        delta.rejections = readRejections(fields);
    return delta;
}

QByteArray readMetadata(Fields &event)
{
    const QByteArray text = event.text("metadataText"_L1, kMaxMetadata).toUtf8();
    const json::Value value = json::parse(text);
    if (value.kind == json::Value::Kind::Object)
        return json::compact(value);
    event.wrong("metadataText"_L1, u"must be a JSON object"_s);
    return {};
}

Tail readTail(Fields &fields)
{
    Tail tail;
    tail.project = fields.text("project"_L1);
    tail.skipped = fields.number("skipped"_L1);
    for (const QCborValue &entry : fields.array("events"_L1, kMaxTailEvents)) {
        const QCborMap map = entry.toMap();
        Fields inner(map);
        TailEvent event;
        event.eventId = inner.text("id"_L1);
        event.eventType = inner.text("eventType"_L1);
        event.userId = inner.text("userId"_L1);
        event.timestampMs = readTime(inner, "timestamp"_L1);
        event.receivedAtMs = readTime(inner, "receivedAt"_L1);
        const QCborValue metadata = map.value("metadata"_L1);
        if (inner.has("metadataText"_L1)) // an addition to version 1: a double has lost digits of it
            event.metadata = readMetadata(inner);
        else if (metadata.isMap())
            event.metadata = QJsonDocument(metadata.toMap().toJsonObject()).toJson(QJsonDocument::Compact);
        else
            inner.wrong("metadata"_L1, u"must be a map"_s);
        if (event.metadata.size() > kMaxMetadata)
            inner.wrong("metadata"_L1, u"is larger than %1 bytes"_s.arg(kMaxMetadata));
        if (event.metadata == "{}")
            event.metadata.clear();
        if (!inner.whatIsWrong().isEmpty())
            fields.wrong("events"_L1, inner.whatIsWrong());
        tail.events.append(std::move(event));
    }
    return tail;
}

template <class Message>
Result<Message> finish(const Fields &fields, Message message, const QString &type)
{
    if (fields.whatIsWrong().isEmpty())
        return message;
    return {Fault::BadInput, u"The %1 message is wrong: %2."_s.arg(type, fields.whatIsWrong())};
}

Result<RawMessage> readRaw(const QByteArray &bytes, Format format)
{
    return format == Format::Json ? readJson(bytes) : readCbor(bytes);
}

} // namespace

Result<ServerMessage> decodeServer(const QByteArray &bytes, Format format)
{
    Result<RawMessage> raw = readRaw(bytes, format);
    if (!raw)
        return raw.failure();
    Fields fields(raw->map);
    const QString type = fields.text("type"_L1);
    if (type == u"hello")
        return finish<ServerMessage>(fields, readHello(fields), type);
    if (type == u"snapshot") {
        Snapshot snapshot = readSnapshot(fields, *raw);
        return finish<ServerMessage>(fields, std::move(snapshot), type);
    }
    if (type == u"delta")
        return finish<ServerMessage>(fields, readDelta(fields, *raw), type);
    if (type == u"tail")
        return finish<ServerMessage>(fields, readTail(fields), type);
    if (type == u"heartbeat") {
        const Heartbeat heartbeat{fields.number("seq"_L1), fields.number("serverTime"_L1),
                                  fields.optionalText("project"_L1)};
        return finish<ServerMessage>(fields, heartbeat, type);
    }
    if (type == u"error") {
        const Error error{fields.text("code"_L1), fields.text("message"_L1, kMaxSentence),
                          fields.optionalText("ref"_L1)};
        return finish<ServerMessage>(fields, error, type);
    }
    if (type == u"authenticated") {
        const Authenticated authenticated{fields.number("expiresAt"_L1)};
        return finish<ServerMessage>(fields, authenticated, type);
    }
    return {Fault::BadInput, u"The message has no type that is known here: \"%1\"."_s.arg(type.left(40))};
}

Result<ClientMessage> decodeClient(const QByteArray &bytes, Format format)
{
    const Result<RawMessage> raw = readRaw(bytes, format);
    if (!raw)
        return raw.failure();
    Fields fields(raw->map);
    const QString type = fields.text("type"_L1);
    if (type == u"subscribe") {
        Subscribe subscribe{fields.text("project"_L1), std::nullopt, fields.optionalFlag("tail"_L1)};
        if (fields.has("since"_L1)) {
            const QCborMap map = fields.map("since"_L1);
            Fields since(map);
            subscribe.since = Since{since.text("epoch"_L1), since.number("seq"_L1)};
            if (!since.whatIsWrong().isEmpty())
                fields.wrong("since"_L1, since.whatIsWrong());
        }
        return finish<ClientMessage>(fields, subscribe, type);
    }
    if (type == u"unsubscribe") {
        const Unsubscribe unsubscribe{fields.text("project"_L1)};
        return finish<ClientMessage>(fields, unsubscribe, type);
    }
    if (type == u"authenticate") {
        const Authenticate authenticate{fields.text("token"_L1, 16'384)};
        return finish<ClientMessage>(fields, authenticate, type);
    }
    return {Fault::BadInput, u"The message has no type that is known here: \"%1\"."_s.arg(type.left(40))};
}

} // namespace entvas::wire
