#pragma once

#include "core/base/result.h"

#include <optional>

namespace entvas {

class QueryParameters;

// Fault::BadInput when a key or a token stands in the address, where proxies, browsers and histories keep it: such a
// request is refused on every path, whether the secret is right or not.
std::optional<Failure> secretInQuery(const QueryParameters &query);

} // namespace entvas
