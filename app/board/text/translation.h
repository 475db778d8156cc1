#pragma once

#include <QString>

namespace entvas {

// Text for people, in functions that belong to no class. lupdate finds the namespace as the context.
QString tr(const char *text, const char *comment = nullptr, int n = -1);

} // namespace entvas
