#include "core/file/importedevent.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/base/uuid7.h"

#include <array>
#include <cstdlib>
#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kIdDriftMs = 60'000; // that an id of ours may be off its time of receipt
constexpr int kMaxIdBytes = 512;

qsizetype afterBlanks(QByteArrayView text, qsizetype at)
{
    while (at < text.size() && json::isBlank(text[at]))
        ++at;
    return at;
}

// One past the closing quote of the string that begins at `from`; -1 when there is none.
qsizetype stringEnd(QByteArrayView text, qsizetype from)
{
    for (qsizetype at = from + 1; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return -1;
}

ImportFault fault(const QString &field, const QString &reason, qsizetype offset = -1)
{
    return {reason, field, offset};
}

std::optional<ImportFault> faultOf(const ParsedEvent &parsed)
{
    if (parsed.errors.isEmpty())
        return {};
    const FieldError &first = parsed.errors.first();
    return fault(first.path.isEmpty() ? QString() : first.path.first().toString(), first.message);
}

// What is left to do once everything else was checked.
std::variant<Event, ImportFault> completed(Event event, const QByteArray &id, const QByteArray &receivedAt,
                                           const ImportRules &rules)
{
    const auto received = isoToMs(receivedAt);
    if (receivedAt.isEmpty())
        return fault(u"receivedAt"_s, u"receivedAt (or createdAt) is missing: it says when the event was received"_s);
    if (!received || *received < 0)
        return fault(u"receivedAt"_s, u"receivedAt must be a valid ISO date string"_s);
    if (*received > rules.nowMs + kImportAheadMs)
        return fault(u"receivedAt"_s, u"receivedAt lies in the future"_s);
    if (id.isEmpty())
        return fault(u"id"_s, u"id is missing: without it an event could not be told from another one"_s);
    if (id.size() > kMaxIdBytes)
        return fault(u"id"_s, u"id is longer than %1 bytes"_s.arg(kMaxIdBytes));
    event.receivedAtMs = *received;
    event.id = importedId(id, *received);
    event.idempotencyKey.clear();
    return event;
}

// A member of the object, from its name to its value's end.
struct Member {
    QByteArrayView name; // as it is written, without quotes
    qsizetype from = 0;
    qsizetype valueFrom = 0;
    qsizetype end = 0;
};

// Nothing when it is no object, or has more members than an event can have: its parser will say what is wrong.
QList<Member> membersOf(QByteArrayView text)
{
    constexpr qsizetype kMost = 16;
    QList<Member> members;
    qsizetype at = afterBlanks(text, 0);
    if (at == text.size() || text[at] != '{')
        return {};
    for (++at; members.size() < kMost;) {
        Member member;
        member.from = afterBlanks(text, at);
        if (member.from == text.size() || text[member.from] != '"')
            return {};
        const qsizetype nameEnd = stringEnd(text, member.from);
        if (nameEnd < 0)
            return {};
        member.name = text.sliced(member.from + 1, nameEnd - member.from - 2);
        const qsizetype colon = afterBlanks(text, nameEnd);
        if (colon == text.size() || text[colon] != ':')
            return {};
        member.valueFrom = afterBlanks(text, colon + 1);
        member.end = jsonValueEnd(text, member.valueFrom);
        if (member.end < 0)
            return {};
        members.append(member);
        at = afterBlanks(text, member.end);
        if (at == text.size() || text[at] != ',')
            return members;
        ++at;
    }
    return {};
}

// The text of a string without escapes, which times and ids never have; empty when it is anything else.
QByteArray plainText(QByteArrayView value)
{
    if (value.size() < 2 || value.front() != '"' || value.back() != '"' || value.contains('\\'))
        return {};
    return value.sliced(1, value.size() - 2).toByteArray();
}

// Blanks instead of a member and one comma beside it, so that every other byte stays where it is.
void blankOut(QByteArray &text, const QList<Member> &members, qsizetype index)
{
    // The comma before may have gone with the member before, whose place is blank then.
    const qsizetype before = index == 0 ? members[index].from : members[index - 1].end;
    const bool takesComma = QByteArrayView(text).sliced(before, members[index].from - before).contains(',');
    const qsizetype from = takesComma ? before : members[index].from;
    const bool isLast = index + 1 == members.size();
    const qsizetype end = takesComma || isLast ? members[index].end : members[index + 1].from;
    std::fill(text.begin() + from, text.begin() + end, ' ');
}

} // namespace

qsizetype jsonValueEnd(QByteArrayView text, qsizetype from)
{
    if (from >= text.size())
        return -1;
    if (text[from] == '"')
        return stringEnd(text, from);
    if (text[from] != '{' && text[from] != '[') {
        qsizetype at = from;
        while (at < text.size() && !json::isBlank(text[at]) && text[at] != ',' && text[at] != '}' && text[at] != ']')
            ++at;
        return at;
    }
    qsizetype depth = 0;
    for (qsizetype at = from; at < text.size(); ++at) {
        switch (text[at]) {
        case '"':
            at = stringEnd(text, at) - 1;
            if (at < 0)
                return -1;
            break;
        case '{':
        case '[': ++depth; break;
        case '}':
        case ']':
            if (--depth == 0)
                return at + 1;
            break;
        default: break;
        }
    }
    return -1;
}

QUuid importedId(QByteArrayView id, qint64 receivedAtMs)
{
    const QUuid own = id.size() == 36 ? QUuid::fromString(QLatin1StringView(id.data(), id.size())) : QUuid();
    const bool isOurs =
        own.variant() == QUuid::DCE && (own.data3 >> 12) == 7 && std::abs(uuid7Ms(own) - receivedAtMs) <= kIdDriftMs;
    if (isOurs)
        return own;
    const QByteArray hash = QCryptographicHash::hash(id.toByteArray(), QCryptographicHash::Sha256);
    const QUuid floor = uuid7Floor(receivedAtMs);
    const auto byte = [&hash](qsizetype i) { return static_cast<uchar>(hash[i]); };
    return QUuid(floor.data1, floor.data2, static_cast<ushort>(0x7000 | ((byte(0) << 8 | byte(1)) & 0x0fff)),
                 static_cast<uchar>(0x80 | (byte(2) & 0x3f)), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8),
                 byte(9));
}

std::variant<Event, ImportFault> importedEvent(const EventText &text, const ImportRules &rules)
{
    if (!text.metadata.isEmpty() &&
        (!text.metadata.startsWith('{') || jsonValueEnd(text.metadata, 0) != text.metadata.size()))
        return fault(u"metadata"_s, u"metadata is no JSON object"_s);
    QByteArray json("{\"eventType\":");
    json::appendString(json, text.eventType);
    json += ",\"userId\":";
    json::appendString(json, text.userId);
    if (!text.timestamp.isEmpty()) {
        json += ",\"timestamp\":";
        json::appendString(json, text.timestamp);
    }
    qsizetype metadataFrom = json.size();
    if (!text.metadata.isEmpty()) {
        json += ",\"metadata\":";
        metadataFrom = json.size();
        json += text.metadata;
    }
    json += '}';
    MalformedJson malformed;
    const auto parsed = parseEvents(json, rules.parse, &malformed);
    if (!parsed) {
        if (malformed.offset >= metadataFrom)
            return fault(u"metadata"_s, u"metadata is no valid JSON: "_s + malformed.message,
                         qsizetype(malformed.offset) - metadataFrom);
        return fault({}, u"the text is no valid UTF-8"_s);
    }
    const ParsedEvent &one = parsed.value().events.first();
    if (const auto wrong = faultOf(one))
        return *wrong;
    if (!one.hasTimestamp)
        return fault(u"timestamp"_s, u"timestamp is missing"_s);
    Event event = one.event;
    event.metadata = text.metadata;
    return completed(std::move(event), text.id, text.receivedAt, rules);
}

std::variant<Event, ImportFault> importedEvent(QByteArrayView text, const ImportRules &rules)
{
    const QList<Member> members = membersOf(text);
    QByteArray known = text.toByteArray();
    QByteArray id;
    QByteArray receivedAt;
    QByteArray metadata;
    for (qsizetype i = 0; i < members.size(); ++i) {
        const QByteArrayView value = text.sliced(members[i].valueFrom, members[i].end - members[i].valueFrom);
        if (members[i].name == "receivedAt" || members[i].name == "createdAt") {
            if (members[i].name == "receivedAt" || receivedAt.isEmpty())
                receivedAt = plainText(value);
            if (receivedAt.isEmpty())
                return fault(u"receivedAt"_s, u"receivedAt must be a valid ISO date string"_s, members[i].valueFrom);
            blankOut(known, members, i);
        } else if (members[i].name == "id") {
            id = plainText(value);
            if (id.isEmpty())
                return fault(u"id"_s, u"id must be a string, and not empty"_s, members[i].valueFrom);
            blankOut(known, members, i);
        } else if (members[i].name == "metadata" && value != "null") {
            metadata = value.toByteArray();
        } else if (members[i].name == "metadata") {
            blankOut(known, members, i);
        }
    }
    MalformedJson malformed;
    const auto parsed = parseEvents(known, rules.parse, &malformed);
    if (!parsed)
        return fault({}, u"no valid JSON: "_s + malformed.message, qsizetype(malformed.offset));
    if (parsed.value().isArray || parsed.value().events.size() != 1)
        return fault({}, u"one JSON object is wanted here"_s);
    const ParsedEvent &one = parsed.value().events.first();
    const auto placed = [&members](ImportFault wrong) {
        for (const Member &member : members)
            if (member.name == wrong.field.toUtf8() || (wrong.field == u"receivedAt" && member.name == "createdAt"))
                wrong.offset = member.valueFrom;
        return wrong;
    };
    if (const auto wrong = faultOf(one))
        return placed(*wrong);
    if (!one.hasTimestamp)
        return fault(u"timestamp"_s, u"timestamp is missing"_s);
    Event event = one.event;
    // Exports write an empty object where an event has none.
    event.metadata = metadata == "{}" ? QByteArray() : metadata;
    auto made = completed(std::move(event), id, receivedAt, rules);
    if (const auto *wrong = std::get_if<ImportFault>(&made))
        return placed(*wrong);
    return made;
}

} // namespace entvas
