#include "core/base/jsonvalue.h"

#include "core/base/jsontext.h"

#include <algorithm>
#include <QLocale>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace entvas::json {

namespace {

constexpr unsigned kParseFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

// RapidJSON's events, made a tree.
class TreeHandler
{
public:
    TreeHandler(const Prepared &prepared, const rapidjson::MemoryStream &stream)
        : m_prepared(prepared), m_stream(stream)
    {
        m_open.push_back(&m_root);
    }
    Value take() { return m_root.values.empty() ? Value() : std::move(m_root.values.front()); }

    bool Null() { return add(Value::Kind::Null, QStringLiteral("null")); }
    bool Bool(bool value) { return add(Value::Kind::Bool, value ? QStringLiteral("true") : QStringLiteral("false")); }
    // Numbers come as text; these are never called, but the parser wants them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }

    bool RawNumber(const char *text, rapidjson::SizeType length, bool)
    {
        QByteArrayView digits(text, qsizetype(length));
        if (m_nextLong < m_prepared.longNumbers.size()) {
            const auto &number = m_prepared.longNumbers[m_nextLong];
            if (number.offset == qsizetype(m_stream.Tell()) - 1) { // its stand-in is one 0
                digits = number.text;
                ++m_nextLong;
            }
        }
        return add(Value::Kind::Number, QString::fromLatin1(digits));
    }
    bool String(const char *text, rapidjson::SizeType length, bool)
    {
        return add(Value::Kind::String, fromUtf8(QByteArrayView(text, qsizetype(length))));
    }
    bool Key(const char *text, rapidjson::SizeType length, bool)
    {
        m_open.back()->names.append(fromUtf8(QByteArrayView(text, qsizetype(length))));
        return true;
    }
    bool StartObject() { return open(Value::Kind::Object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(Value::Kind::Array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

private:
    bool add(Value::Kind kind, const QString &text)
    {
        m_open.back()->values.push_back({kind, text, {}, {}});
        return true;
    }
    bool open(Value::Kind kind)
    {
        if (m_open.size() > std::size_t(kMaxDepth))
            return false;
        add(kind, {});
        // Stays where it is: nothing is added to its parent while it is open.
        m_open.push_back(&m_open.back()->values.back());
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    const Prepared &m_prepared;
    const rapidjson::MemoryStream &m_stream;
    std::size_t m_nextLong = 0;
    Value m_root; // an array that holds the one value
    std::vector<Value *> m_open;
};

void write(QByteArray &out, const Value &value, int level, bool isIndented)
{
    if (value.kind == Value::Kind::String)
        return appendString(out, value.text.toUtf8());
    if (value.isScalar()) {
        out.append(value.kind == Value::Kind::Undefined ? QByteArrayLiteral("null") : value.text.toLatin1());
        return;
    }
    const bool isObject = value.kind == Value::Kind::Object;
    const auto line = [&](int depth) {
        if (isIndented)
            out.append('\n').append(4 * depth, ' ');
    };
    out.append(isObject ? '{' : '[');
    for (std::size_t i = 0; i < value.values.size(); ++i) {
        if (i > 0)
            out.append(',');
        line(level + 1);
        if (isObject) {
            appendString(out, value.names[qsizetype(i)].toUtf8());
            out.append(isIndented ? ": " : ":");
        }
        write(out, value.values[i], level + 1, isIndented);
    }
    if (!value.values.empty())
        line(level);
    out.append(isObject ? '}' : ']');
}

bool isNumberChar(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool isPlain(QByteArrayView number)
{
    constexpr qsizetype kExactDigits = 15; // every integer of so many is a double
    if (number.size() <= kExactDigits &&
        std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return true;
    const QByteArray text = number.toByteArray();
    return QByteArray::number(text.toDouble(), 'g', QLocale::FloatingPointShortest) == text;
}

} // namespace

const Value &Value::operator[](QStringView name) const
{
    static const Value none;
    const qsizetype at = names.indexOf(name);
    return at < 0 ? none : values[std::size_t(at)];
}

Value parse(QByteArrayView json)
{
    const Prepared prepared = prepare(json);
    rapidjson::MemoryStream stream(json.isEmpty() ? "" : prepared.text.data(), std::size_t(json.size()));
    TreeHandler handler(prepared, stream);
    rapidjson::Reader reader;
    if (reader.Parse<kParseFlags>(stream, handler).IsError() || stream.Tell() != std::size_t(json.size()))
        return {};
    return handler.take();
}

QByteArray compact(const Value &value)
{
    QByteArray out;
    write(out, value, 0, false);
    return out;
}

QByteArray indented(const Value &value)
{
    QByteArray out;
    write(out, value, 0, true);
    return out;
}

bool areNumbersPlain(QByteArrayView json)
{
    for (qsizetype at = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            for (++at; at < json.size() && json[at] != '"'; ++at)
                if (json[at] == '\\')
                    ++at;
            ++at;
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            const qsizetype from = at;
            while (at < json.size() && isNumberChar(json[at]))
                ++at;
            if (!isPlain(json.sliced(from, at - from)))
                return false;
        } else {
            ++at;
        }
    }
    return true;
}

} // namespace entvas::json
