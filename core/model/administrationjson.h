#pragma once

#include "core/model/administration.h"

namespace entvas {

// How administration is written as JSON, by the server and by the commands: times as ISO 8601, absent when there is
// none. Nothing in it is secret.
QString keyState(const ApiKey &key, qint64 nowMs); // "valid", "expired" or "revoked"
QJsonObject toJson(const ApiKey &key, qint64 nowMs);
QJsonObject toJson(const Member &member);
QJsonObject toJson(const AuditRecord &record);

} // namespace entvas
