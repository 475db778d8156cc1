#include "app/widgets/dialogs/accesswords.h"

#include "app/board/text/format.h"
#include "core/base/isotime.h"
#include "core/model/adminacts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QLabel>
#include <QPushButton>
#include <QTimeZone>

namespace entvas::access {

using namespace Qt::StringLiterals;

namespace {

QString wordOf(const QHash<QString, QString> &words, const QString &name)
{
    return words.value(name, name);
}

} // namespace

QPushButton *quietButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setAutoDefault(false);
    return button;
}

QString roleName(const QString &role)
{
    return wordOf({{u"sender"_s, QCoreApplication::translate("AccessDialog", "Sender")},
                   {u"viewer"_s, QCoreApplication::translate("AccessDialog", "Viewer")},
                   {u"admin"_s, QCoreApplication::translate("AccessDialog", "Administrator")}},
                  role);
}

QString stateName(const QString &state)
{
    return wordOf({{u"valid"_s, QCoreApplication::translate("AccessDialog", "Valid")},
                   {u"expired"_s, QCoreApplication::translate("AccessDialog", "Expired")},
                   {u"revoked"_s, QCoreApplication::translate("AccessDialog", "Revoked")}},
                  state);
}

QString actionName(const QString &action)
{
    const QByteArray title = auditTitle(action);
    return title.isEmpty() ? action : QCoreApplication::translate("AccessDialog", title.constData());
}

QString timeText(const QString &iso, const QTimeZone &zone)
{
    const auto ms = isoToMs(iso.toUtf8());
    if (!ms)
        return {};
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(*ms, zone);
    return u"%1 %2"_s.arg(format::dateName(at.date(), true), format::clock(*ms, zone));
}

QString detailText(const QJsonObject &detail, const QTimeZone &zone)
{
    QStringList parts;
    if (const QString name = detail.value("name"_L1).toString(); !name.isEmpty())
        parts << name;
    if (const QString role = detail.value("role"_L1).toString(); !role.isEmpty())
        parts << roleName(role);
    if (const QString next = detail.value("replacedBy"_L1).toString(); !next.isEmpty())
        parts << QCoreApplication::translate("AccessDialog", "replaced by %1").arg(next);
    if (const QString ends = detail.value("oldExpiresAt"_L1).toString(); !ends.isEmpty())
        parts << QCoreApplication::translate("AccessDialog", "the old key valid until %1").arg(timeText(ends, zone));
    if (const QString ends = detail.value("expiresAt"_L1).toString(); !ends.isEmpty())
        parts << QCoreApplication::translate("AccessDialog", "expires %1").arg(timeText(ends, zone));
    return parts.join(u", "_s);
}

} // namespace entvas::access
