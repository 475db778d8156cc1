#pragma once

#include "server/http/message.h"

namespace entvas {

class GateConnection;

// What connections need of the front: where requests go. Called in the server's thread, from within a connection.
class GateTarget
{
public:
    virtual ~GateTarget() = default;
    // A complete request. Answered through the responder, now or later.
    virtual void dispatch(GateConnection &connection, const HttpRequest &request, const HttpResponder &responder) = 0;
    // A WebSocket upgrade, now or later: refused through the responder, or connection.upgrade() is called while the
    // responder is open.
    virtual void upgrade(GateConnection &connection, const HttpRequest &request, const HttpResponder &responder) = 0;
    // The last hand on every reply. Does not throw.
    virtual void filter(const HttpRequest &request, HttpReply &reply) = 0;
    // A request is about to be refused that was not read to its end. Does not throw.
    virtual void refused(const HttpRequest &request, const HttpReply &reply) = 0;
};

} // namespace entvas
