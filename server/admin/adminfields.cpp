#include "server/admin/adminfields.h"

#include "core/base/jsontext.h"
#include "server/access/strictjson.h"

#include <cmath>

namespace entvas {

using namespace Qt::StringLiterals;

Result<AdminFields> AdminFields::read(const QByteArray &body, qsizetype maxBytes)
{
    if (body.size() > maxBytes)
        return {Fault::TooLarge, u"The body is larger than %1 bytes"_s.arg(maxBytes)};
    const Result<QJsonObject> object = parseStrictObject(json::withoutByteOrderMark(body));
    if (!object)
        return {Fault::BadInput, u"The body "_s + object.failure().text + u"; it takes one JSON object"_s};
    return AdminFields(object.value());
}

QJsonValue AdminFields::take(const QString &name)
{
    m_known.insert(name);
    const QJsonValue value = m_fields.value(name);
    return value.isNull() ? QJsonValue(QJsonValue::Undefined) : value;
}

QString AdminFields::text(const QString &name)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        m_wrong << u"%1 is required"_s.arg(name);
    else if (!value.isString())
        m_wrong << u"\"%1\" must be a string"_s.arg(name);
    return value.toString();
}

QString AdminFields::textOr(const QString &name, const QString &other)
{
    return take(name).isUndefined() ? other : text(name);
}

KeyRole AdminFields::role()
{
    const QString name = text(u"role"_s);
    const auto role = roleFromName(name);
    if (!role && !name.isEmpty())
        m_wrong << u"role must be one of: sender, viewer, admin"_s;
    return role.value_or(KeyRole::Viewer);
}

qint64 AdminFields::number(const QString &name, qint64 least, qint64 most, std::optional<qint64> other)
{
    const QJsonValue value = take(name);
    if (value.isUndefined() && other)
        return *other;
    const double number = value.toDouble(std::nan(""));
    if (value.isUndefined())
        m_wrong << u"%1 is required"_s.arg(name);
    else if (!(number >= double(least) && number <= double(most) && std::floor(number) == number))
        m_wrong << u"\"%1\" must be a whole number from %2 to %3"_s.arg(name, QString::number(least),
                                                                        QString::number(most));
    else
        return qint64(number);
    return least;
}

Result<void> AdminFields::end() const
{
    QStringList wrong = m_wrong;
    for (auto field = m_fields.constBegin(); field != m_fields.constEnd(); ++field)
        if (!m_known.contains(field.key()))
            wrong << u"\"%1\" is not allowed"_s.arg(field.key().left(100));
    if (wrong.isEmpty())
        return {};
    constexpr qsizetype kMostSentences = 10;
    return {Fault::BadInput, wrong.mid(0, kMostSentences).join(u"; "_s)};
}

} // namespace entvas
