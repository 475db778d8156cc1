#pragma once

#include "server/http/message.h"

#include <optional>

namespace entvas {

// What is wrong with a request for a WebSocket upgrade (RFC 6455, 4.2.1), as its answer; nullopt: nothing.
std::optional<HttpReply> checkHandshake(const HttpRequest &request);

} // namespace entvas
