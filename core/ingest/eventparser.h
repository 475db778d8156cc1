#pragma once

#include "core/base/result.h"
#include "core/model/event.h"

#include <QByteArrayView>
#include <QStringList>
#include <QVariantList>

namespace entvas {

// One thing wrong with one event, in the wording and with the type names of the outside contract (section 2.1).
struct FieldError {
    QVariantList path; // keys and array indexes from the event down; empty = the event itself
    QString message;
    QString type;       // for example "any.required"
    qint64 offset = -1; // of the first fault of text that is no JSON, in bytes; else -1
};

struct ParsedEvent {
    Event event; // id and receivedAtMs not set; timestampMs only when hasTimestamp
    bool hasTimestamp = false;
    QList<FieldError> errors; // empty = valid
};

struct ParsedBody {
    bool isArray = false;      // false also for an empty array
    QList<ParsedEvent> events; // in the order sent
};

struct ParseRules {
    QStringList dimensions; // metadata keys that become part of the series
    QStringList eventTypes; // empty = any
    int maxEvents = 10'000; // per array; more is Fault::TooLarge
    int maxMetadataBytes = 16 * 1024;
    int maxMetadataDepth = 8;    // the metadata object itself is level 1
    int maxDepth = 32;           // of the whole body
    int maxDimensionChars = 128; // longer values are cut in the series only, never in the event
};

// The body as a whole was no JSON: offset in bytes of the first fault.
struct MalformedJson {
    qint64 offset = 0;
    QString message;
};

// Strict RFC 8259 with UTF-8 validation. Fault::BadInput (and `malformed`, if given) when the text is no JSON or deeper
// than maxDepth; Fault::TooLarge as soon as event maxEvents + 1 begins. Everything else is a field error of the one
// event that has it, all of an event's at once (at most kMaxErrorsPerEvent): duplicate keys, U+0000 and lone
// surrogates, numbers that no database can hold. An event that is no object has an error with an empty path; so has the
// one event that stands for an empty array. When more than kMaxErrors have been found in an array, later events keep
// only their first.
inline constexpr int kMaxErrorsPerEvent = 20;
inline constexpr int kMaxErrors = 10'000;
Result<ParsedBody> parseEvents(QByteArrayView body, const ParseRules &rules, MalformedJson *malformed);

// A value as it is counted: as it was sent, but for one that reads like the name of what is beyond the series cap
// ("(other)", or that in quotes): it gets quotes, one more pair. And back.
QString countedValue(const QString &sent);
QString sentValue(const QString &counted);

// The series of a stored event: the same tuple that parseEvents gave it, also after PostgreSQL has reordered, respaced
// and rewritten the metadata. Numbers count as plain digits: 1e2 is 100.
SeriesKey seriesOf(const QString &eventType, QByteArrayView metadata, const ParseRules &rules);

} // namespace entvas
