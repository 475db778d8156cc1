#pragma once

#include "core/model/settings.h"

namespace entvas {

// For callers that only read: where the URL names one host and says nothing else, a standby will do. Without it a
// connection is made only to a server that takes writes (target_session_attrs=read-write).
DatabaseUrl forReading(DatabaseUrl url);

// What the URL says of the kind of server to look for; "read-write" when it says nothing.
QString sessionAttributes(const DatabaseUrl &url);

} // namespace entvas
