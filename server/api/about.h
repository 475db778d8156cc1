#pragma once

#include "server/access/route.h"

namespace entvas {

// GET /: what this is and what it answers to.
HttpReply aboutReply(const QList<RouteDeclaration> &routes, bool takesDevelopmentKey);

} // namespace entvas
