#pragma once

#include "core/maintenance/doctor.h"
#include "core/maintenance/examination.h"

namespace entvas {

// What the doctor says about a SQLite file and the server that may have it open, by its place alone: nothing is opened.
// False: it must not be opened either.
bool lookAtPlace(const DatabaseUrl &database, const std::function<void(const Finding &)> &tell);

// Whether the newest events fit to this machine's clock.
void lookAtNewest(const Examination &found, qint64 nowMs, const std::function<void(const Finding &)> &tell);

// What a running server says about itself; `answer` is that of GET /health.
void lookAtHealth(const QByteArray &answer, const std::function<void(const Finding &)> &tell);

} // namespace entvas
