#include "core/ingest/eventparser.h"

#include "core/base/jsontext.h"
#include "core/ingest/eventbuilder.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr unsigned kParseFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

// RapidJSON's events for one body. Events of the JSON text are counted by depth: `m_base` containers stand around an
// event (0, or 1 in an array), a field's value begins at m_base + 1.
class BodyHandler
{
public:
    BodyHandler(const ParseRules &rules, const json::Prepared &prepared, const rapidjson::MemoryStream &stream)
        : m_rules(rules), m_prepared(prepared), m_stream(stream), m_event(rules)
    {
    }

    bool tooLarge() const { return m_tooLarge; }
    bool tooDeep() const { return m_tooDeep; }
    ParsedBody take()
    {
        if (m_body.isArray && m_body.events.isEmpty()) {
            m_body.isArray = false;
            m_event.begin();
            m_event.reject(u"\"value\" must contain at least 1 items"_s, u"array.min"_s);
            finish();
        }
        return std::move(m_body);
    }

    bool Null() { return literal("null", true); }
    bool Bool(bool value) { return literal(value ? "true" : "false", false); }
    // Numbers come as text; these are never called, but the parser wants them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }

    bool RawNumber(const char *text, rapidjson::SizeType length, bool)
    {
        QByteArrayView digits(text, length);
        if (m_nextLong < m_prepared.longNumbers.size()) {
            const auto &number = m_prepared.longNumbers[m_nextLong];
            if (number.offset == static_cast<qsizetype>(m_stream.Tell()) - 1) { // its stand-in is one 0
                digits = number.text;
                ++m_nextLong;
            }
        }
        if (m_skip >= 0)
            return true;
        if (m_depth > m_base + 1)
            m_metadata.number(digits);
        else
            return wrongKind();
        return afterMetadata();
    }

    bool String(const char *text, rapidjson::SizeType length, bool)
    {
        if (m_skip >= 0)
            return true;
        const QByteArrayView utf8(text, length);
        if (m_depth > m_base + 1) {
            m_metadata.string(utf8);
            return afterMetadata();
        }
        if (m_depth == m_base + 1 && !m_event.isMetadata()) {
            m_event.setText(utf8);
            return true;
        }
        return wrongKind();
    }

    bool Key(const char *text, rapidjson::SizeType length, bool)
    {
        if (m_skip >= 0)
            return true;
        const QByteArrayView utf8(text, length);
        if (m_depth > m_base + 1) {
            m_metadata.key(utf8);
            return afterMetadata();
        }
        m_event.beginField(utf8);
        return true;
    }

    bool StartObject()
    {
        if (!descend())
            return false;
        if (m_skip >= 0)
            return true;
        if (m_depth == m_base + 1)
            return beginEvent();
        if (m_depth > m_base + 2) {
            m_metadata.open(false);
            return afterMetadata();
        }
        if (m_event.isMetadata())
            m_metadata.begin();
        else
            skipContainer();
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        if (ascend())
            return true;
        if (m_depth == m_base) {
            m_event.complete();
            finish();
        } else {
            m_metadata.close();
            if (m_depth == m_base + 1)
                m_event.endMetadata();
            else
                return afterMetadata();
        }
        return true;
    }
    bool StartArray()
    {
        if (!descend())
            return false;
        if (m_skip >= 0)
            return true;
        if (m_depth == 1) {
            m_body.isArray = true;
            m_base = 1;
            return true;
        }
        if (m_depth > m_base + 2) {
            m_metadata.open(true);
            return afterMetadata();
        }
        skipContainer();
        return m_tooLarge ? false : true;
    }
    bool EndArray(rapidjson::SizeType)
    {
        if (ascend())
            return true;
        if (m_depth > m_base) {
            m_metadata.close();
            return afterMetadata();
        }
        return true; // of the body
    }

private:
    bool descend()
    {
        m_tooDeep = ++m_depth > m_rules.maxDepth;
        return !m_tooDeep;
    }
    // True: what was closed is being skipped.
    bool ascend()
    {
        --m_depth;
        if (m_skip < 0)
            return false;
        if (m_depth > m_skip)
            return true;
        m_skip = -1;
        if (std::exchange(m_skipsMetadata, false))
            m_event.endMetadata();
        else if (m_depth == m_base)
            finish();
        return true;
    }

    // The container just opened is nothing we take here.
    void skipContainer()
    {
        --m_depth;
        wrongKind(false);
        m_skip = m_depth++;
    }

    bool literal(const char *text, bool isNull)
    {
        if (m_skip >= 0)
            return true;
        if (m_depth > m_base + 1) {
            m_metadata.literal(text, isNull);
            return afterMetadata();
        }
        return wrongKind();
    }

    // A value of a kind that has no place here. `ends`: it has no inside, so an event made of it ends with it.
    bool wrongKind(bool ends = true)
    {
        if (m_depth > m_base) {
            m_event.rejectKind();
            return true;
        }
        if (!beginEvent())
            return false;
        m_event.reject(u"\"value\" must be of type object"_s, u"object.base"_s);
        if (ends)
            finish();
        return true;
    }

    bool beginEvent()
    {
        m_tooLarge = m_body.isArray && m_body.events.size() >= m_rules.maxEvents;
        m_event.begin();
        return !m_tooLarge;
    }
    void finish() { m_body.events.append(m_event.take()); }

    // After each step inside the metadata: once that is full, the rest of it is skipped.
    bool afterMetadata()
    {
        if (m_metadata.isFull()) {
            m_skip = m_base + 1;
            m_skipsMetadata = true;
        }
        return true;
    }
    const ParseRules &m_rules;
    const json::Prepared &m_prepared;
    const rapidjson::MemoryStream &m_stream;
    std::size_t m_nextLong = 0;
    ParsedBody m_body;
    EventBuilder m_event;
    MetadataWriter &m_metadata = m_event.metadata();
    bool m_skipsMetadata = false;
    int m_depth = 0;
    int m_base = 0;
    int m_skip = -1; // skipping until the depth is this again
    bool m_tooLarge = false;
    bool m_tooDeep = false;
};

// Takes the same steps as a body whose only event has this metadata.
QStringList metadataValues(QByteArrayView metadata, const ParseRules &rules)
{
    static const QByteArray before = QByteArrayLiteral("{\"metadata\":");
    ParseRules loose = rules; // the database may have spelled numbers out
    loose.maxMetadataBytes = std::numeric_limits<int>::max();
    const auto body = parseEvents(before + metadata.toByteArray() + '}', loose, nullptr);
    return body && body.value().events.size() == 1 ? body.value().events.first().event.series.mid(1) : QStringList();
}

} // namespace

Result<ParsedBody> parseEvents(QByteArrayView body, const ParseRules &rules, MalformedJson *malformed)
{
    const auto malformedAt = [&](std::size_t offset, const QString &message) -> Result<ParsedBody> {
        if (malformed)
            *malformed = {static_cast<qint64>(offset), message};
        return {Fault::BadInput, u"Malformed JSON"_s};
    };
    const json::Prepared prepared = json::prepare(body);
    rapidjson::MemoryStream stream(body.isEmpty() ? "" : prepared.text.data(), static_cast<std::size_t>(body.size()));
    BodyHandler handler(rules, prepared, stream);
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<kParseFlags>(stream, handler);
    if (handler.tooLarge())
        return {Fault::TooLarge, u"at most %1 events are accepted at once"_s.arg(rules.maxEvents)};
    if (handler.tooDeep())
        return malformedAt(stream.Tell() - 1, u"The value is nested deeper than %1 levels."_s.arg(rules.maxDepth));
    if (result.IsError())
        return malformedAt(result.Offset(), QString::fromLatin1(rapidjson::GetParseError_En(result.Code())));
    if (stream.Tell() != static_cast<std::size_t>(body.size())) // the parser takes U+0000 for the end
        return malformedAt(stream.Tell(), u"Unexpected U+0000 after the value."_s);
    return handler.take();
}

namespace {

// "(other)" within any number of pairs of quotes, which is how many; else -1.
qsizetype quotesAroundOther(QStringView value)
{
    qsizetype pairs = 0;
    while (value.size() >= 2 && value.startsWith(u'"') && value.endsWith(u'"')) {
        value = value.sliced(1, value.size() - 2);
        ++pairs;
    }
    return value == QStringView(kOther) ? pairs : -1;
}

} // namespace

QString countedValue(const QString &sent)
{
    return quotesAroundOther(sent) >= 0 ? u'"' + sent + u'"' : sent;
}

QString sentValue(const QString &counted)
{
    return quotesAroundOther(counted) > 0 ? counted.sliced(1, counted.size() - 2) : counted;
}

SeriesKey seriesOf(const QString &eventType, QByteArrayView metadata, const ParseRules &rules)
{
    SeriesKey series = metadata.isEmpty() ? SeriesKey() : metadataValues(metadata, rules);
    series.resize(rules.dimensions.size());
    series.prepend(countedValue(eventType));
    return series;
}

} // namespace entvas
