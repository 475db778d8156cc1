#pragma once

#include "core/wire/wire.h"

#include <limits>
#include <QCborMap>

// From bytes to one map, of either format. Tiers are read apart, as columns: a value object per number would cost
// sixteen bytes for each of millions. Users are read apart too: nowhere else may there be byte strings.
namespace entvas::wire {

struct RawMessage {
    QCborMap map; // everything but "tiers" and "users"
    QList<TierColumns> tiers;
    bool hasTiers = false;
    std::optional<UsersSnapshot> users;           // a map called "users"
    std::optional<QList<UserAddition>> additions; // a list of that name
};

inline constexpr qsizetype kMaxTiers = 16;
inline constexpr qsizetype kMaxUserBuckets = 40'000; // of a tier, and seconds of a delta
inline constexpr int kMaxDepth = 16;                 // metadata may have 8 levels, four more lie around it
// Values outside of "tiers" and "users", in all: a step of kMaxDeltaCells has four per cell, and each takes up to a
// hundred bytes.
inline constexpr qsizetype kMaxValues = 2'000'000;

inline constexpr qint64 kMaxCount = qint64(1) << 53; // what every JSON reader holds exactly

inline Failure unreadable(const QString &why)
{
    return {Fault::BadInput, QStringLiteral("The message can't be read: %1.").arg(why)};
}

// Appends numbers, refusing what the column's type can't hold.
template <class T>
bool put(QList<T> &column, qint64 number)
{
    constexpr qint64 kMax = std::min<qint64>(kMaxCount, std::numeric_limits<T>::max());
    if (number < 0 || number > kMax || column.size() >= LiveCube::kMaxSnapshotCells)
        return false;
    column.append(static_cast<T>(number));
    return true;
}

Result<RawMessage> readJson(const QByteArray &bytes);
Result<RawMessage> readCbor(const QByteArray &bytes);

} // namespace entvas::wire
