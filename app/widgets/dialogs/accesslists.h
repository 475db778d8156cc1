#pragma once

#include <QJsonObject>

class QString;
class QTimeZone;
class QTreeWidget;

// The lists of the dialog of keys and access: what the server answers, as rows. Each row keeps the object that it
// shows.
namespace entvas::access {

// The member `what` of the row that is chosen; empty for none.
QString selected(const QTreeWidget *list, const QString &what);

void showKeys(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone);
void showMembers(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone);
// Below those that are there: the audit log comes in pages.
void addRecords(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone);

} // namespace entvas::access
