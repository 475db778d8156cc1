#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/wire/wire.h"
#include "core/wire/wirecborwriter.h"
#include "core/wire/wirejsonwriter.h"

namespace entvas::wire {

namespace {

QString iso(qint64 ms)
{
    return QString::fromLatin1(isoFromMs(ms));
}

template <class W, class T>
void pair(W &w, const char *key, const T &value)
{
    w.key(key);
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, QString>)
        w.value(value);
    else
        w.value(qint64(value));
}

template <class W, class T>
void numbers(W &w, const char *key, const QList<T> &list)
{
    w.key(key);
    w.array(list.size());
    for (const T number : list)
        w.value(qint64(number));
    w.endArray();
}

template <class W>
void strings(W &w, const QStringList &list)
{
    w.array(list.size());
    for (const QString &text : list)
        w.value(text);
    w.endArray();
}

template <class W>
void keys(W &w, const char *key, const QList<SeriesKey> &series)
{
    w.key(key);
    w.array(series.size());
    for (const SeriesKey &one : series)
        strings(w, one);
    w.endArray();
}

template <class W>
void totals(W &w, const Totals &totals)
{
    w.key("totals");
    w.map(2);
    pair(w, "events", totals.events);
    pair(w, "invalid", totals.invalid);
    w.endMap();
}

template <class W>
void begin(W &w, const char *type, qsizetype otherKeys)
{
    w.map(otherKeys + 1);
    pair(w, "type", QString::fromLatin1(type));
}

template <class W>
void users(W &w, const UsersSnapshot &users)
{
    w.key("users");
    w.map(users.before.isEmpty() ? 2 : 4);
    pair(w, "sinceMs", users.sinceMs);
    if (!users.before.isEmpty()) {
        pair(w, "beforeFromMs", users.beforeFromMs);
        w.key("before");
        w.bytes(users.before);
    }
    w.key("tiers");
    w.array(users.tiers.size());
    for (const UserTier &tier : users.tiers) {
        w.map(5);
        pair(w, "stepMs", tier.stepMs);
        pair(w, "knownMs", tier.knownMs);
        pair(w, "fromMs", tier.fromMs);
        numbers(w, "bucket", tier.bucket);
        w.key("sketch");
        w.array(tier.sketch.size());
        for (const QByteArray &sketch : tier.sketch)
            w.bytes(sketch);
        w.endArray();
        w.endMap();
    }
    w.endArray();
    w.endMap();
}

template <class W>
void rejections(W &w, const QList<RejectedCount> &list)
{
    w.key("rejections");
    w.array(list.size());
    for (const RejectedCount &some : list) {
        w.array(2);
        w.value(some.startMs);
        w.value(some.count);
        w.endArray();
    }
    w.endArray();
}

template <class W>
void write(W &w, const Hello &hello)
{
    begin(w, "hello", 7);
    pair(w, "version", hello.version);
    pair(w, "epoch", hello.epoch);
    pair(w, "serverTime", hello.serverTimeMs);
    pair(w, "heartbeatMs", hello.heartbeatMs);
    pair(w, "store", hello.store);
    pair(w, "serverVersion", hello.serverVersion);
    w.key("projects");
    w.array(hello.projects.size());
    for (const Project &project : hello.projects) {
        w.map(2);
        pair(w, "id", project.id);
        pair(w, "name", project.name);
        w.endMap();
    }
    w.endArray();
    w.endMap();
}

template <class W>
void write(W &w, const Snapshot &snapshot)
{
    begin(w, "snapshot", 8 + (snapshot.users ? 1 : 0) + (snapshot.rejections ? 1 : 0));
    pair(w, "project", snapshot.project);
    pair(w, "epoch", snapshot.epoch);
    pair(w, "seq", snapshot.seq);
    pair(w, "serverTime", snapshot.serverTimeMs);
    totals(w, snapshot.totals);
    w.key("dimensions");
    strings(w, snapshot.cube.dimensions);
    keys(w, "series", snapshot.cube.series);
    w.key("tiers");
    w.array(snapshot.cube.tiers.size());
    for (const TierColumns &tier : snapshot.cube.tiers) {
        w.map(5);
        pair(w, "stepMs", tier.stepMs);
        pair(w, "fromMs", tier.fromMs);
        numbers(w, "bucket", tier.bucket);
        numbers(w, "series", tier.series);
        numbers(w, "count", tier.count);
        w.endMap();
    }
    w.endArray();
    if (snapshot.users)
        users(w, *snapshot.users);
    if (snapshot.rejections)
        rejections(w, *snapshot.rejections);
    w.endMap();
}

template <class W>
void write(W &w, const Delta &delta)
{
    begin(w, "delta", 5 + (delta.users.isEmpty() ? 0 : 1) + (delta.rejections.isEmpty() ? 0 : 1));
    pair(w, "project", delta.project);
    pair(w, "seq", delta.seq);
    totals(w, delta.totals);
    keys(w, "newSeries", delta.newSeries);
    w.key("cells");
    w.array(delta.cells.size());
    for (const Cell &cell : delta.cells) {
        w.array(3);
        w.value(cell.epochSecond);
        w.value(qint64(cell.series));
        w.value(qint64(cell.count));
        w.endArray();
    }
    w.endArray();
    if (!delta.users.isEmpty()) {
        w.key("users");
        w.array(delta.users.size());
        for (const UserAddition &addition : delta.users) {
            w.array(2);
            w.value(addition.epochSecond);
            w.bytes(addition.hashes);
            w.endArray();
        }
        w.endArray();
    }
    if (!delta.rejections.isEmpty())
        rejections(w, delta.rejections);
    w.endMap();
}

template <class W>
void write(W &w, const Tail &tail)
{
    begin(w, "tail", 3);
    pair(w, "project", tail.project);
    w.key("events");
    w.array(tail.events.size());
    for (const TailEvent &event : tail.events) {
        const bool isExact = w.keepsNumbers(event.metadata);
        w.map(isExact ? 6 : 7);
        pair(w, "id", event.eventId);
        pair(w, "eventType", event.eventType);
        pair(w, "userId", event.userId);
        pair(w, "timestamp", iso(event.timestampMs));
        pair(w, "receivedAt", iso(event.receivedAtMs));
        w.key("metadata");
        w.object(event.metadata);
        if (!isExact)
            pair(w, "metadataText", json::fromUtf8(event.metadata));
        w.endMap();
    }
    w.endArray();
    pair(w, "skipped", tail.skipped);
    w.endMap();
}

template <class W>
void write(W &w, const Heartbeat &heartbeat)
{
    begin(w, "heartbeat", heartbeat.project.isEmpty() ? 2 : 3);
    if (!heartbeat.project.isEmpty())
        pair(w, "project", heartbeat.project);
    pair(w, "seq", heartbeat.seq);
    pair(w, "serverTime", heartbeat.serverTimeMs);
    w.endMap();
}

template <class W>
void write(W &w, const Error &error)
{
    begin(w, "error", 3);
    pair(w, "code", error.code);
    pair(w, "message", error.message);
    pair(w, "ref", error.ref);
    w.endMap();
}

template <class W>
void write(W &w, const Authenticated &authenticated)
{
    begin(w, "authenticated", 1);
    pair(w, "expiresAt", authenticated.expiresAtMs);
    w.endMap();
}

template <class W>
void write(W &w, const Subscribe &subscribe)
{
    begin(w, "subscribe", subscribe.since ? 3 : 2);
    pair(w, "project", subscribe.project);
    pair(w, "tail", subscribe.tail);
    if (subscribe.since) {
        w.key("since");
        w.map(2);
        pair(w, "epoch", subscribe.since->epoch);
        pair(w, "seq", subscribe.since->seq);
        w.endMap();
    }
    w.endMap();
}

template <class W>
void write(W &w, const Unsubscribe &unsubscribe)
{
    begin(w, "unsubscribe", 1);
    pair(w, "project", unsubscribe.project);
    w.endMap();
}

template <class W>
void write(W &w, const Authenticate &authenticate)
{
    begin(w, "authenticate", 1);
    pair(w, "token", authenticate.token);
    w.endMap();
}

// A first guess that spares a snapshot of millions of cells its many growths.
qsizetype likelySize(const ServerMessage &message)
{
    const auto *snapshot = std::get_if<Snapshot>(&message);
    if (!snapshot)
        return 512;
    qsizetype cells = 0;
    for (const TierColumns &tier : snapshot->cube.tiers)
        cells += tier.bucket.size();
    qsizetype sketches = 0;
    if (snapshot->users)
        for (const UserTier &tier : snapshot->users->tiers)
            for (const QByteArray &sketch : tier.sketch)
                sketches += sketch.size() * 4 / 3 + 16;
    return 4096 + snapshot->cube.series.size() * 48 + cells * 10 + sketches;
}

template <class Message>
QByteArray encodeAs(const Message &message, Format format, qsizetype reserve)
{
    QByteArray out;
    out.reserve(reserve);
    std::visit(
        [&](const auto &m) {
            if (format == Format::Json) {
                JsonWriter writer(out);
                write(writer, m);
            } else {
                CborWriter writer(out);
                write(writer, m);
            }
        },
        message);
    return out;
}

} // namespace

QByteArray encode(const ServerMessage &message, Format format)
{
    return encodeAs(message, format, likelySize(message));
}

QByteArray encode(const ClientMessage &message, Format format)
{
    return encodeAs(message, format, 256);
}

} // namespace entvas::wire
