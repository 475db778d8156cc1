#pragma once

#include <QJsonObject>
#include <QString>

class QTimeZone;

// Administration in a person's words.
namespace entvas::access {

QString roleName(const QString &role);   // "sender", "viewer", "admin"; another one as it is
QString stateName(const QString &state); // "valid", "expired", "revoked"; likewise
QString actionName(const QString &action);
// What an audit record's detail says, in one line.
QString detailText(const QJsonObject &detail, const QTimeZone &zone);
// "Mon 23 Nov 2026 13:45" of an ISO time; empty for none.
QString timeText(const QString &iso, const QTimeZone &zone);

} // namespace entvas::access
