#include "app/board/text/rejectedtext.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Steps over text that is meant to be JSON. Never past its end; never backwards.
class Walker
{
public:
    Walker(QByteArrayView text, qsizetype at) : m_text(text), m_at(at) {}
    qsizetype at() const { return m_at; }
    bool atEnd() const { return m_at >= m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    void step() { ++m_at; }
    void space()
    {
        while (!atEnd() && isSpace(m_text[m_at]))
            ++m_at;
    }
    // With its quotes; what is cut off ends with the text.
    BodyPart string()
    {
        const qsizetype from = m_at++;
        while (!atEnd() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_text.size());
        return {from, m_at - from};
    }
    BodyPart value()
    {
        const qsizetype from = m_at;
        if (peek() == '"')
            return string();
        int depth = 0;
        while (!atEnd()) {
            const char c = peek();
            if (c == '"') {
                (void)string();
                continue;
            }
            if (c == '{' || c == '[')
                ++depth;
            else if ((c == '}' || c == ']') && --depth <= 0)
                return {from, (depth == 0 ? ++m_at : m_at) - from};
            else if (depth == 0 && (c == ',' || isSpace(c)))
                break;
            ++m_at;
        }
        return {from, m_at - from};
    }

private:
    QByteArrayView m_text;
    qsizetype m_at;
};

// Without quotes and escapes; empty when it is no whole JSON string.
QString unquoted(QByteArrayView string)
{
    return QJsonDocument::fromJson('[' + string.toByteArray() + ']').array().at(0).toString();
}

// Of the member or element of the container that begins at `part`.
std::optional<BodyPart> step(QByteArrayView json, const BodyPart &part, const QVariant &element, bool key)
{
    Walker walker(json.first(part.from + part.length), part.from);
    const bool isName = element.typeId() == QMetaType::QString;
    if (walker.peek() != (isName ? '{' : '['))
        return {};
    walker.step();
    const QByteArray plain = isName ? '"' + element.toString().toUtf8() + '"' : QByteArray();
    const auto isCalled = [&](QByteArrayView name) {
        return name == plain || (name.contains('\\') && unquoted(name) == element.toString());
    };
    std::optional<BodyPart> found;
    for (qint64 index = 0; !walker.atEnd(); ++index) {
        walker.space();
        if (walker.atEnd() || walker.peek() == '}' || walker.peek() == ']')
            break;
        BodyPart name;
        if (isName) {
            if (walker.peek() != '"')
                break;
            name = walker.string();
            walker.space();
            if (walker.peek() != ':')
                break;
            walker.step();
            walker.space();
        }
        const BodyPart value = walker.value();
        if (isName ? isCalled(json.sliced(name.from, name.length)) : index == element.toLongLong())
            found = key && isName ? name : value;
        walker.space();
        if (walker.peek() != ',')
            break;
        walker.step();
    }
    return found;
}

} // namespace

std::optional<BodyPart> locate(QByteArrayView json, const QVariantList &path, bool key)
{
    qsizetype from = 0;
    while (from < json.size() && isSpace(json[from]))
        ++from;
    std::optional<BodyPart> part = BodyPart{from, json.size() - from};
    for (qsizetype i = 0; i < path.size() && part; ++i)
        part = step(json, *part, path[i], key && i + 1 == path.size());
    return part;
}

std::optional<BodyPart> faultyPart(const RejectedEvent &event, const FieldError &error)
{
    if (error.type == "json.malformed"_L1) {
        const qint64 at = event.offset - event.bodyFrom;
        if (event.offset < 0 || at < 0 || event.body.isEmpty() || at > event.body.size())
            return {};
        if (at == event.body.size()) // it ends too early
            return event.isCut() ? std::nullopt : std::optional(BodyPart{at - 1, 1});
        return BodyPart{at, 1};
    }
    if (event.bodyFrom > 0 || error.path.isEmpty() || error.type == "any.required"_L1)
        return {};
    const bool key = error.type == "object.unknown"_L1 || error.type == "object.duplicate"_L1;
    std::optional<BodyPart> part = locate(event.body, error.path, key);
    return part && part->length > 0 ? part : std::nullopt;
}

QString eventTypeOf(const RejectedEvent &event)
{
    const auto part = locate(event.body, {u"eventType"_s});
    if (!part || event.bodyFrom > 0 || part->length < 2 || event.body[part->from] != '"')
        return {};
    return unquoted(QByteArrayView(event.body).sliced(part->from, part->length));
}

} // namespace entvas
