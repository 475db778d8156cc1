#pragma once

#include "core/cube/cubesnapshot.h"
#include "core/cube/rejectedcounts.h"
#include "core/cube/userssnapshot.h"

#include <optional>
#include <QByteArray>
#include <QMetaType>
#include <variant>

// The messages of the live feed as values (outside contract, section 3). Times are UTC milliseconds unless a name says
// otherwise.
namespace entvas::wire {

inline constexpr int kVersion = 1;
inline constexpr qsizetype kMaxDeltaCells = 400'000; // what changed more is sent as a snapshot
inline constexpr qsizetype kMaxDeltaUsers = 100'000; // likewise

struct Project {
    QString id;
    QString name;
    bool operator==(const Project &) const = default;
};
struct Totals {
    qint64 events = 0;
    qint64 invalid = 0;
    bool operator==(const Totals &) const = default;
};

inline constexpr qsizetype kMaxRejections = 100'000; // 8 days, 92 days and two centuries

struct Hello {
    int version = kVersion;
    QString epoch;
    qint64 serverTimeMs = 0;
    int heartbeatMs = 10'000;
    QList<Project> projects;
    QString store;         // addition to version 1: "sqlite" or "postgresql"
    QString serverVersion; // addition to version 1
};
struct Snapshot {
    QString project;
    QString epoch;
    qint64 seq = 0;
    qint64 serverTimeMs = 0;
    Totals totals;
    CubeSnapshot cube;
    std::optional<UsersSnapshot> users{};             // addition to version 1; nullopt: the server does not count users
    std::optional<QList<RejectedCount>> rejections{}; // addition to version 1: all of totals.invalid by time, rising
};
struct Delta {
    QString project;
    qint64 seq = 0;
    Totals totals;
    QList<SeriesKey> newSeries;
    QList<Cell> cells;
    QList<UserAddition> users{};       // addition to version 1
    QList<RejectedCount> rejections{}; // likewise: those that came since the last one
};
struct TailEvent {
    QString eventId;
    QString eventType;
    QString userId;
    qint64 timestampMs = 0;
    qint64 receivedAtMs = 0;
    // Compact JSON text; on the wire it is a map, as in GET /events, and in CBOR "metadataText" beside it where a
    // double does not keep the digits of a number.
    QByteArray metadata;
};
struct Tail {
    QString project;
    QList<TailEvent> events;
    qint64 skipped = 0;
};
struct Heartbeat {
    qint64 seq = 0; // of the project's last snapshot or delta
    qint64 serverTimeMs = 0;
    QString project{}; // empty: it listens to none, or the server is of a time when one was all there was
};
struct Error {
    QString code;
    QString message;
    QString ref;
};
// Addition to version 1: the answer to a fresh `authenticate` on an open socket; the first one is answered by hello.
struct Authenticated {
    qint64 expiresAtMs = 0; // when the credentials end; 0 = they do not
};
using ServerMessage = std::variant<Hello, Snapshot, Delta, Tail, Heartbeat, Error, Authenticated>;

struct Since {
    QString epoch;
    qint64 seq = 0;
};
struct Subscribe {
    QString project;
    std::optional<Since> since;
    bool tail = false;
};
struct Unsubscribe {
    QString project;
};
struct Authenticate {
    QString token;
};
using ClientMessage = std::variant<Subscribe, Unsubscribe, Authenticate>;

} // namespace entvas::wire

Q_DECLARE_METATYPE(entvas::wire::ServerMessage)
