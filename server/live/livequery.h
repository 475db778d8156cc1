#pragma once

#include "core/base/result.h"
#include "core/wire/wire.h"

#include <optional>
#include <QStringList>

namespace entvas {

class QueryParameters;

// What the address of an upgrade request says about how a client wants to be spoken to.
struct LiveFormat {
    wire::Format format = wire::Format::Json;
    bool packs = false; // it takes large snapshots packed
};

QStringList liveParameters(); // that may stand there
// Fault::BadInput when it asks for what is not spoken here.
std::optional<Failure> checkLiveQuery(const QueryParameters &query);
LiveFormat liveFormat(const QueryParameters &query); // of one that passed checkLiveQuery()

} // namespace entvas
