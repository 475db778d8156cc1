#pragma once

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/loglimit.h"
#include "server/http/message.h"

namespace entvas {

// One log record per answered request, where it is worth one: failures of the server (5xx) and slow answers as
// warnings, administration and exports as info, everything else for debugging only, so that ten thousand posts a second
// do not flood the log. At most kMostWarnings a second are written; the rest is counted. Holds no query,
// no header and no body. Lives in the server's thread.
class AccessLog
{
public:
    static constexpr int kMostWarnings = 20;   // a second
    static constexpr int kMostUnavailable = 1; // a second, of those answered with 503
    static constexpr std::chrono::milliseconds kSlow{2'000};

    explicit AccessLog(const Clock *clock) : m_clock(clock) {}

    void add(const HttpRequest &request, const HttpReply &reply);
    // Pure: the level that this answer has.
    static LogLevel levelOf(const HttpRequest &request, int status, std::chrono::milliseconds took);

private:
    const Clock *m_clock;
    LogLimit m_warnings{kMostWarnings};
    LogLimit m_unavailable{kMostUnavailable};
};

} // namespace entvas
