#pragma once

#include "server/access/reader.h"
#include "server/http/message.h"

#include <functional>

namespace entvas {

// Who may call a route. The dispatch (ServerRoutes) has checked it by the time that the handler is called.
enum class RouteAccess {
    Anyone,
    Sender,      // a key of the role sender or admin; Ingest checks it, since it takes no reader's token
    Reader,      // may read some project
    AllProjects, // may read every project
    Project,     // may read the project that `?project=` names, or its usual one; that project is open
    Admin,       // administers some project
    WebSocket,   // an upgrade; the token may follow in the first message
};

// What a route is, as data. Dispatch, GET /, 405, OPTIONS and the documentation read this and nothing else.
struct RouteDeclaration {
    QByteArray method;
    QString path;
    RouteAccess access = RouteAccess::Anyone;
    QStringList parameters{}; // that may stand in the address
    QString help{};           // one line for people
};

// One call of a route. Holds references: a handler that answers later copies what it needs.
struct RouteCall {
    const HttpRequest &request;
    const HttpResponder &responder;
    const Reader &reader;   // with Anyone, Sender: nobody in particular
    const QString &project; // with Project: its id; else empty
};

// A route and what answers it: a member function of the wing's object, or a function that is given that object.
template <class Handlers>
struct Route : RouteDeclaration {
    std::function<void(Handlers &, const RouteCall &)> answer;
};

} // namespace entvas
