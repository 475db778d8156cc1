#pragma once

#include "core/base/result.h"
#include "core/model/adminacts.h"

namespace entvas {

// Reads the body of an administrative request by what the act declares: a JSON object with its fields. Fault::TooLarge
// over `maxBytes`; Fault::BadInput says all that is missing, of the wrong kind or not known, at once. Moments are
// counted from `nowMs`.
Result<AdminCommand> readAdminBody(const AdminAct &act, const QByteArray &body, qsizetype maxBytes, qint64 nowMs);

} // namespace entvas
