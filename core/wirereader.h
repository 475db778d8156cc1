#pragma once

#include "core/wire.h"

#include <QCborMap>

// From bytes to one map, whatever the format. Tiers are read apart, as columns: a value object per number would cost
// sixteen bytes for each of millions.
namespace entvas::wire {

struct RawMessage {
    QCborMap map; // everything but "tiers"
    QList<TierColumns> tiers;
    bool hasTiers = false;
};

inline constexpr int kMaxDepth = 16; // metadata may have 8 levels, four more lie around it
// Values outside of "tiers", in all: a step of kMaxDeltaCells has four per cell, and each takes up to a hundred bytes.
inline constexpr qsizetype kMaxValues = 2'000'000;

Result<RawMessage> readJson(const QByteArray &bytes);
Result<RawMessage> readCbor(const QByteArray &bytes);

} // namespace entvas::wire
