#pragma once

#include "core/ingest/eventparser.h"

namespace entvas {

// One event as another system or an export of ours writes it: all of it text, metadata as JSON. Empty = not given.
struct EventText {
    QByteArray id;
    QByteArray eventType;
    QByteArray userId;
    QByteArray timestamp;
    QByteArray receivedAt; // ISO 8601; the original calls it createdAt
    QByteArray metadata;
};

// Why an event can't be imported.
struct ImportFault {
    QString reason;
    QString field;         // the contract's name of it; empty = the record as a whole
    qsizetype offset = -1; // in the record or in the field's own text, in bytes; -1 = nobody knows
};

struct ImportRules {
    ParseRules parse;
    qint64 nowMs = 0; // no event may come from later than kAheadMs after
};
inline constexpr qint64 kImportAheadMs = 86'400'000;

// The event with the id that it had, if that is one of ours: version 7 and of about the time of receipt. Any other id,
// as those of the original, is mapped: see importedId().
std::variant<Event, ImportFault> importedEvent(const EventText &text, const ImportRules &rules);

// The same from a JSON object as exports write it: members eventType, userId, timestamp, metadata, id and receivedAt or
// createdAt. The metadata stays as it is written, byte for byte.
std::variant<Event, ImportFault> importedEvent(QByteArrayView json, const ImportRules &rules);

// `id` itself where it orders by time of receipt like ours. Else a version 7 id of the time of receipt and 74 bits of
// SHA-256 of `id`: always the same for the same event, so that a second import finds it there.
QUuid importedId(QByteArrayView id, qint64 receivedAtMs);

// One past the end of the JSON value that begins at `from`; -1 when the text ends before. Looks at brackets and strings
// only: what is between them is for a parser.
qsizetype jsonValueEnd(QByteArrayView text, qsizetype from);

} // namespace entvas
