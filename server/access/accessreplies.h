#pragma once

#include "core/model/settings.h"
#include "server/http/message.h"

namespace entvas {

struct Reader;

// The answer to an unauthorized request: 401 and 403 with the challenge that says what is missing (RFC 6750, 3), any
// other failure as always. `presented`: the key or token that was looked at; empty for none. Never repeats it.
HttpReply deniedReply(QByteArrayView presented, const Failure &failure);
// To a reader, whose token is a bearer.
HttpReply deniedReply(const HttpRequest &request, const Failure &failure);

// GET /me: who the server takes the reader for.
HttpReply meReply(const Reader &reader);

// GET /auth/config, open to all: where to log in, and whether one has to present anything at all.
HttpReply authConfigReply(const Settings &settings, bool isProofNeeded);

} // namespace entvas
