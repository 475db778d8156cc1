#pragma once

#include <QString>

namespace entvas {

struct Command;

// What entvas --help prints, or entvas-server --help.
QString helpText(bool hasDesktop = true);

// What entvas COMMAND --help prints.
QString usageOf(const Command &command);

} // namespace entvas
