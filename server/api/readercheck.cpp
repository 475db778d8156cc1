#include "server/api/readercheck.h"

#include "core/base/clock.h"
#include "server/access/accessreplies.h"
#include "server/access/auththrottle.h"
#include "server/admin/owneraccess.h"
#include "server/http/reply.h"

namespace entvas {

using namespace Qt::StringLiterals;

std::optional<HttpReply> ReaderCheck::throttled(const HttpRequest &request)
{
    const int seconds = m_throttle->retryAfter(request.peer, bearerToken(request), m_clock->nowMs());
    return seconds > 0 ? std::optional(throttledReply(seconds)) : std::nullopt;
}

HttpReply ReaderCheck::denyReply(const HttpRequest &request, const Failure &failure)
{
    const QByteArray token = bearerToken(request);
    if (failure.kind == Fault::Unauthenticated && !token.isEmpty())
        if (const int seconds = m_throttle->recordFailure(request.peer, token, m_clock->nowMs()))
            return throttledReply(seconds);
    return deniedReply(request, failure);
}

void ReaderCheck::check(const HttpRequest &request, const HttpResponder &responder, const Next &next)
{
    if (const auto reply = throttled(request))
        return responder.send(*reply);
    m_access->check(request, m_clock->nowMs(), [=, this](const Result<Reader> &reader) {
        if (!reader)
            return responder.send(denyReply(request, reader.failure()));
        if (reader.value().subject != u"local"_s) // access by address proves nothing about the token
            m_throttle->recordSuccess(request.peer, bearerToken(request));
        request.notes->by = reader->subject;
        next(reader.value());
    });
}

void ReaderCheck::checkOwner(const OwnerAccess *owner, const HttpRequest &request, const HttpResponder &responder,
                             const Next &next)
{
    const Failure none{Fault::Unauthenticated, u"This server takes no proof of an owner"_s};
    const Result<Reader> reader = owner ? owner->check(request) : Result<Reader>(none);
    if (reader) {
        request.notes->by = reader->subject;
        return next(reader.value());
    }
    const QByteArray header = request.header("authorization");
    const QByteArray presented = header.sliced(header.lastIndexOf('.') + 1); // without dots it is no login's token
    if (reader.failure().kind == Fault::Unauthenticated)
        if (const int seconds = m_throttle->recordFailure(request.peer, presented, m_clock->nowMs()))
            return responder.send(throttledReply(seconds));
    responder.send(deniedReply(request, reader.failure()));
}

void ReaderCheck::checkUpgrade(const HttpRequest &request, const HttpFront::UpgradeAnswer &decide)
{
    if (const auto reply = throttled(request))
        return decide(*reply);
    m_access->checkUpgrade(request, m_clock->nowMs(), [=, this](const std::optional<Failure> &denied) {
        decide(denied ? std::optional(denyReply(request, *denied)) : std::nullopt);
    });
}

bool ReaderCheck::isStillAuthorized(const Reader &reader, const QString &project) const
{
    const Result<Reader> now = m_access->renew(reader, m_clock->nowMs());
    return now ? now->mayRead(project) : now.failure().kind != Fault::Denied;
}

} // namespace entvas
