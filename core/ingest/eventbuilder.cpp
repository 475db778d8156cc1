#include "core/ingest/eventbuilder.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"

#include <array>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kMaxEventTypeChars = 128;
constexpr int kMaxUserIdChars = 256;
constexpr int kMaxIdChars = 128;

constexpr std::array<const char *, 5> kFieldNames{"eventType", "userId", "timestamp", "metadata", "id"};

QString nameOf(EventBuilder::Field field)
{
    return QLatin1String(kFieldNames[field]);
}

// Characters as people count them, not UTF-16 units.
qsizetype characters(const QString &text)
{
    return std::count_if(text.begin(), text.end(), [](QChar c) { return !c.isLowSurrogate(); });
}

bool hasControls(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

} // namespace

void EventBuilder::begin()
{
    m_event = ParsedEvent();
    m_errors.clear();
    m_seen = 0;
}

void EventBuilder::reject(const QString &message, const QString &type)
{
    fault({}, message, type, Unknown);
}

void EventBuilder::rejectKind()
{
    if (m_field == Metadata) {
        fault(u"metadata"_s, u"\"metadata\" must be of type object"_s, u"object.base"_s, Metadata);
    } else if (m_field != Unknown) {
        const QString name = nameOf(m_field);
        // Numbers as well: it is not known whether they count seconds, milliseconds or microseconds.
        const QString form =
            m_field == Timestamp ? u": an ISO 8601 date-time with a zone, such as 2025-01-01T12:00:00Z"_s : QString();
        fault(name, u"\"%1\" must be a string"_s.arg(name) + form, u"string.base"_s, m_field);
    }
}

void EventBuilder::beginField(QByteArrayView name)
{
    m_field = Unknown;
    for (std::size_t i = 0; i < kFieldNames.size(); ++i)
        if (name == QByteArrayView(kFieldNames[i]))
            m_field = static_cast<Field>(i);
    if (m_field == Unknown) {
        const QString shown = excerpt(json::fromUtf8(name));
        fault(shown, u"\"%1\" is not allowed"_s.arg(shown), u"object.unknown"_s, Unknown);
        return;
    }
    const unsigned bit = 1u << m_field;
    if (m_seen & bit)
        fault(nameOf(m_field), u"%1 must not be given more than once"_s.arg(nameOf(m_field)), u"object.duplicate"_s,
              m_field);
    m_seen |= bit;
}

void EventBuilder::setText(QByteArrayView utf8)
{
    if (m_field == Unknown)
        return;
    const QString name = nameOf(m_field);
    if (utf8.contains('\0'))
        return fault(name, u"%1 must not contain U+0000 or an unpaired surrogate"_s.arg(name), u"string.unicode"_s,
                     m_field);
    if (m_field == Timestamp)
        return setTimestamp(utf8);
    const QString text = json::fromUtf8(utf8);
    if (m_field == Id)
        m_event.event.idempotencyKey = checked(text, kMaxIdChars);
    else if (m_field == UserId)
        m_event.event.userId = checked(text.trimmed(), kMaxUserIdChars);
    else
        setEventType(text.trimmed());
    if (m_field != Id && hasControls(text.trimmed()))
        fault(name, u"%1 must not contain control characters"_s.arg(name), u"string.pattern"_s, m_field);
}

QString EventBuilder::checked(const QString &text, int maxChars)
{
    const QString name = nameOf(m_field);
    if (text.isEmpty())
        fault(name, u"%1 is not allowed to be empty"_s.arg(name), u"string.empty"_s, m_field);
    else if (text.size() > maxChars && characters(text) > maxChars)
        fault(name,
              u"%1 length must be less than or equal to %2 characters long"_s.arg(name, QString::number(maxChars)),
              u"string.max"_s, m_field);
    return text;
}

void EventBuilder::setEventType(const QString &text)
{
    m_event.event.eventType = checked(text, kMaxEventTypeChars);
    if (!text.isEmpty() && !m_rules.eventTypes.isEmpty() && !m_rules.eventTypes.contains(text))
        fault(u"eventType"_s, u"eventType must be one of: "_s + m_rules.eventTypes.join(u", "_s), u"any.only"_s,
              EventType);
}

void EventBuilder::setTimestamp(QByteArrayView text)
{
    const auto ms = isoToMs(text);
    m_event.hasTimestamp = ms.has_value();
    m_event.event.timestampMs = ms.value_or(0);
    if (!ms)
        fault(u"timestamp"_s, u"timestamp must be a valid ISO date string"_s, u"string.isoDate"_s, Timestamp);
}

void EventBuilder::endMetadata()
{
    for (const FieldError &error : m_metadata.errors())
        addError(error, Metadata);
    if (m_metadata.isFull())
        return;
    m_event.event.metadata = QByteArray(m_metadata.text().constData(), m_metadata.text().size());
    m_event.event.series = m_metadata.values();
}

// The end of an event that is an object.
void EventBuilder::complete()
{
    for (const Field field : {EventType, UserId})
        if (!(m_seen & (1u << field)))
            fault(nameOf(field), u"%1 is required"_s.arg(nameOf(field)), u"any.required"_s, field);
    SeriesKey &series = m_event.event.series;
    series.resize(m_rules.dimensions.size());
    series.prepend(countedValue(m_event.event.eventType));
}

ParsedEvent EventBuilder::take()
{
    std::stable_sort(m_errors.begin(), m_errors.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto &[field, error] : m_errors)
        m_event.errors.append(std::move(error));
    m_errorCount += m_event.errors.size();
    return std::move(m_event);
}

void EventBuilder::fault(const QString &field, const QString &message, const QString &type, Field order)
{
    addError({field.isNull() ? QVariantList() : QVariantList{field}, message, type}, order);
}
void EventBuilder::addError(const FieldError &error, Field order)
{
    const std::size_t room = m_errorCount < kMaxErrors ? kMaxErrorsPerEvent : 1;
    if (m_errors.size() < room)
        m_errors.emplace_back(order, error);
}

} // namespace entvas
