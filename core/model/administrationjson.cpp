#include "core/model/administrationjson.h"

#include "core/base/isotime.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

void insertTime(QJsonObject &object, const QString &name, qint64 ms)
{
    if (ms != 0)
        object.insert(name, QString::fromLatin1(isoFromMs(ms)));
}

qint64 timeIn(const QJsonObject &object, const QString &name)
{
    return isoToMs(object.value(name).toString().toLatin1()).value_or(0);
}

KeyRole roleIn(const QJsonObject &object)
{
    return roleFromName(object.value("role"_L1).toString()).value_or(KeyRole::Sender); // as readDirectory()
}

} // namespace

QString keyState(const ApiKey &key, qint64 nowMs)
{
    return key.revokedAtMs != 0 ? u"revoked"_s : key.isValidAt(nowMs) ? u"valid"_s : u"expired"_s;
}

QJsonObject toJson(const ApiKey &key, qint64 nowMs)
{
    QJsonObject object{{u"id"_s, key.id},
                       {u"project"_s, key.project},
                       {u"role"_s, roleName(key.role)},
                       {u"name"_s, key.name},
                       {u"state"_s, keyState(key, nowMs)}};
    insertTime(object, u"createdAt"_s, key.createdAtMs);
    insertTime(object, u"expiresAt"_s, key.expiresAtMs);
    insertTime(object, u"revokedAt"_s, key.revokedAtMs);
    insertTime(object, u"lastUsedAt"_s, key.lastUsedAtMs);
    if (!key.replacedBy.isEmpty())
        object.insert(u"replacedBy"_s, key.replacedBy);
    return object;
}

QJsonObject toJson(const Member &member)
{
    QJsonObject object{
        {u"project"_s, member.project}, {u"subject"_s, member.subject}, {u"role"_s, roleName(member.role)}};
    insertTime(object, u"createdAt"_s, member.createdAtMs);
    return object;
}

QJsonObject toJson(const AuditRecord &record)
{
    return {{u"id"_s, record.id},
            {u"project"_s, record.project},
            {u"at"_s, QString::fromLatin1(isoFromMs(record.atMs))},
            {u"subject"_s, record.subject},
            {u"action"_s, record.action},
            {u"target"_s, record.target},
            {u"detail"_s, record.detail}};
}

ApiKey keyFromJson(const QJsonObject &object)
{
    ApiKey key;
    key.id = object.value("id"_L1).toString();
    key.project = object.value("project"_L1).toString();
    key.role = roleIn(object);
    key.name = object.value("name"_L1).toString();
    key.createdAtMs = timeIn(object, u"createdAt"_s);
    key.expiresAtMs = timeIn(object, u"expiresAt"_s);
    key.revokedAtMs = timeIn(object, u"revokedAt"_s);
    key.lastUsedAtMs = timeIn(object, u"lastUsedAt"_s);
    key.replacedBy = object.value("replacedBy"_L1).toString();
    return key;
}

Member memberFromJson(const QJsonObject &object)
{
    return {object.value("project"_L1).toString(), object.value("subject"_L1).toString(), roleIn(object),
            timeIn(object, u"createdAt"_s)};
}

AuditRecord recordFromJson(const QJsonObject &object)
{
    return {object.value("id"_L1).toString(),
            object.value("project"_L1).toString(),
            timeIn(object, u"at"_s),
            object.value("subject"_L1).toString(),
            object.value("action"_L1).toString(),
            object.value("target"_L1).toString(),
            object.value("detail"_L1).toObject()};
}

} // namespace entvas
