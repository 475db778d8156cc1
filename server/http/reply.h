#pragma once

#include "core/base/result.h"
#include "server/http/message.h"

class QJsonObject;

namespace entvas {

// {"success":false,"message":…,"error":…} with the status that a fault has; the only place that knows these numbers.
HttpReply failureReply(const Failure &failure);
HttpReply jsonReply(int status, const QJsonObject &object);

// The body that every failure has, with a status that the protocol itself demands (framing, limits, routes). What the
// program's own parts report as Failure goes through failureReply().
HttpReply errorReply(int status, const QString &text);
// 503 with Retry-After: the same request may work in a second.
HttpReply busyReply(const QString &text);
// 429 with Retry-After.
HttpReply slowDownReply(int seconds, const QString &text);
// 429 after too many failed authentications, see AuthThrottle.
HttpReply throttledReply(int seconds);

// Whether a status means a fault of this server. 501 and 505 do not: they answer what no HTTP/1.1 server has to
// know.
bool isServersFault(int status);

// What a reply needs to know of the request that it answers.
struct ReplyFraming {
    QByteArray requestId;
    bool isHead = false; // all headers, no body
    bool close = false;
    bool isHttp10 = false; // knows no chunks: the end of the connection is the end of a body in pieces
};

// The reply on the wire. Framing headers are made here and nowhere else: those that a handler sets are left out, and
// control characters in its values become spaces, so that no value can begin a header or a second reply.
QByteArray serialiseHead(const HttpReply &reply, const ReplyFraming &framing);
bool hasBody(const HttpReply &reply, const ReplyFraming &framing);

// All that a client hears that began with HTTP/2 (RFC 9113): that it has to come back with HTTP/1.1.
QByteArray http2GoAway();

} // namespace entvas
