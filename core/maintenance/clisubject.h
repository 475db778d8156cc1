#pragma once

#include <QString>

namespace entvas {

// Who administers on the command line, as the audit log has it: "cli:" and the user of this system.
QString cliSubject();

} // namespace entvas
