#pragma once

#include <QByteArray>

namespace entvas {

struct Event;

// An event as its sender may have written it, as JSON: the body itself is not kept until the commit.
QByteArray sentText(const Event &event);

} // namespace entvas
