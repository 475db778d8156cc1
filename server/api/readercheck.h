#pragma once

#include "server/access/readaccess.h"
#include "server/gate/httpfront.h"

namespace entvas {

class Clock;
class AuthThrottle;
class OwnerAccess;

// Finds out who calls before a reading route, or the live feed, is answered, and slows down clients that guess tokens.
// Lives in the server's thread.
class ReaderCheck
{
public:
    // All must outlive it.
    ReaderCheck(ReadAccess *access, AuthThrottle *throttle, const Clock *clock)
        : m_access(access), m_throttle(throttle), m_clock(clock)
    {
    }

    // Calls `next` with the reader that the request proves to be, now or later, or answers 401, 403 or 429.
    using Next = std::function<void(const Reader &)>;
    void check(const HttpRequest &request, const HttpResponder &responder, const Next &next);
    // The same for a request that presents the proof of the database's owner; `owner` is nullptr where there is none.
    void checkOwner(const OwnerAccess *owner, const HttpRequest &request, const HttpResponder &responder,
                    const Next &next);
    // The same for an upgrade, where the token may still follow: nullopt lets it pass.
    void checkUpgrade(const HttpRequest &request, const HttpFront::UpgradeAnswer &decide);
    // A login that runs out ends with the answers that it began; one that was revoked does not.
    bool isStillAuthorized(const Reader &reader, const QString &project) const;

private:
    // 429 for an address that guesses, before a credential is looked at.
    std::optional<HttpReply> throttled(const HttpRequest &request);
    // To a credential that was not accepted, which may count as a guess.
    HttpReply denyReply(const HttpRequest &request, const Failure &failure);

    ReadAccess *m_access;
    AuthThrottle *m_throttle;
    const Clock *m_clock;
};

} // namespace entvas
