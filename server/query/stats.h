#pragma once

#include "server/http/message.h"

namespace entvas {

class LiveProject;

// GET /events/stats: answered from the live counts, without the database.
HttpReply statsReply(const HttpRequest &request, const LiveProject &project, qint64 nowMs);

} // namespace entvas
