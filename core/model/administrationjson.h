#pragma once

#include "core/model/administration.h"

namespace entvas {

// How administration is written as JSON, by the server and by the commands: times as ISO 8601, absent when there is
// none. Nothing in it is secret.
QString keyState(const ApiKey &key, qint64 nowMs); // "valid", "expired" or "revoked"
QJsonObject toJson(const ApiKey &key, qint64 nowMs);
QJsonObject toJson(const Member &member);
QJsonObject toJson(const AuditRecord &record);

// The same read back. Of a key all but its digest, which no answer has.
ApiKey keyFromJson(const QJsonObject &object);
Member memberFromJson(const QJsonObject &object);
AuditRecord recordFromJson(const QJsonObject &object);

} // namespace entvas
