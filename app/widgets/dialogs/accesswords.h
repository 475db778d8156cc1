#pragma once

#include <QJsonObject>
#include <QString>

class QLabel;
class QPushButton;
class QTimeZone;

// Administration in words, and the small parts that its windows are made of.
namespace entvas::access {

QString roleName(const QString &role);     // "sender", "viewer", "admin"; another one as it is
QString stateName(const QString &state);   // "valid", "expired", "revoked"; likewise
QString actionName(const QString &action); // see auditTitle(); another one as it is
// What an audit record's detail says, in one line.
QString detailText(const QJsonObject &detail, const QTimeZone &zone);
// "Mon 23 Nov 2026 13:45" of an ISO time; empty for none.
QString timeText(const QString &iso, const QTimeZone &zone);

// One that the Return key does not press.
QPushButton *quietButton(const QString &text);

} // namespace entvas::access
