#include "server/admin/adminfields.h"

#include "core/base/jsontext.h"
#include "server/access/strictjson.h"

#include <cmath>
#include <QSet>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

class BodyReader
{
public:
    BodyReader(QJsonObject fields, qint64 nowMs) : m_fields(std::move(fields)), m_nowMs(nowMs) {}

    void read(const AdminField &field)
    {
        switch (field.kind) {
        case AdminField::Kind::Text: return readText(field);
        case AdminField::Kind::Role: return readRole(field);
        case AdminField::Kind::Moment: return readMoment(field);
        }
    }

    Result<AdminCommand> end(const AdminAct &act)
    {
        for (auto field = m_fields.constBegin(); field != m_fields.constEnd(); ++field)
            if (!m_known.contains(field.key()))
                m_wrong << u"\"%1\" is not allowed"_s.arg(field.key().left(100));
        constexpr qsizetype kMostSentences = 10;
        if (!m_wrong.isEmpty())
            return {Fault::BadInput, m_wrong.mid(0, kMostSentences).join(u"; "_s)};
        m_command.act = act.name;
        return m_command;
    }

private:
    // Undefined where it is absent or null.
    QJsonValue take(const QString &name)
    {
        m_known.insert(name);
        const QJsonValue value = m_fields.value(name);
        return value.isNull() ? QJsonValue(QJsonValue::Undefined) : value;
    }

    void readText(const AdminField &field)
    {
        const QJsonValue value = take(field.name);
        if (value.isString())
            m_command.texts.insert(field.name, value.toString());
        else if (!value.isUndefined())
            m_wrong << u"\"%1\" must be a string"_s.arg(field.name);
        else if (field.isRequired)
            m_wrong << u"%1 is required"_s.arg(field.name);
        else
            m_command.texts.insert(field.name,
                                   field.likeField.isEmpty() ? field.fallback : m_command.text(field.likeField));
    }

    void readRole(const AdminField &field)
    {
        readText(field);
        const QString name = m_command.text(field.name);
        if (m_command.texts.contains(field.name) && !roleFromName(name)) {
            QStringList names;
            for (const KeyRole role : field.roles)
                names << roleName(role);
            m_wrong << u"%1 must be one of: %2"_s.arg(field.name, names.join(u", "_s));
        }
    }

    void readMoment(const AdminField &field)
    {
        const QJsonValue text = take(field.name);
        const QJsonValue number = take(field.number.name);
        if (!text.isUndefined() && !number.isUndefined())
            m_wrong << u"%1 and %2 exclude each other"_s.arg(field.name, field.number.name);
        else if (!text.isUndefined())
            setSpan(field, text.toString());
        else if (!number.isUndefined())
            setNumber(field, number.toDouble(std::nan("")));
        else if (!field.fallback.isEmpty())
            setSpan(field, field.fallback);
        else if (field.isRequired)
            m_wrong << u"%1 is required"_s.arg(field.number.name);
    }

    void setSpan(const AdminField &field, const QString &text)
    {
        if (const std::optional<qint64> span = readSpan(field, text))
            m_command.times.insert(field.name, m_nowMs + *span);
        else
            m_wrong << u"\"%1\" must be days, hours or minutes, for example \"90d\", \"12h\" or \"30m\""_s.arg(
                field.name);
    }

    void setNumber(const AdminField &field, double number)
    {
        const auto &[name, unitMs, least, most] = field.number;
        if (number >= double(least) && number <= double(most) && std::floor(number) == number)
            m_command.times.insert(field.name, m_nowMs + qint64(number) * unitMs);
        else
            m_wrong << u"\"%1\" must be a whole number from %2 to %3"_s.arg(name, QString::number(least),
                                                                            QString::number(most));
    }

    QJsonObject m_fields;
    qint64 m_nowMs;
    AdminCommand m_command;
    QSet<QString> m_known;
    QStringList m_wrong; // sentences
};

} // namespace

Result<AdminCommand> readAdminBody(const AdminAct &act, const QByteArray &body, qsizetype maxBytes, qint64 nowMs)
{
    if (body.size() > maxBytes)
        return {Fault::TooLarge, u"The body is larger than %1 bytes"_s.arg(maxBytes)};
    const Result<QJsonObject> object = parseStrictObject(json::withoutByteOrderMark(body));
    if (!object)
        return {Fault::BadInput, u"The body "_s + object.failure().text + u"; it takes one JSON object"_s};
    BodyReader reader(object.value(), nowMs);
    for (const AdminField &field : act.fields)
        reader.read(field);
    return reader.end(act);
}

} // namespace entvas
