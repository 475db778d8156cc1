#pragma once

#include "core/ingest/eventparser.h"
#include "server/http/message.h"

#include <variant>

namespace entvas {

// A body that can't be used as a whole.
struct UnusableBody {
    HttpReply reply;
    int rejected = 0; // events that it counts as
    enum class Limit { None, Bytes, Events };
    Limit reached = Limit::None;
    QList<FieldError> errors; // the same as the reply, for those who look after the sender
};

// What was read: the body once unpacked, shared with the request where it came as it is.
struct IngestText {
    QByteArray bytes;     // without a mark of byte order at its head; empty when it could not be unpacked
    bool isLines = false; // one event a line
};

// From the bytes of a POST to events that have been judged one by one. Unpacks gzip (at most `maxBytes` come out),
// reads one event, an array, or one event a line, and takes Idempotency-Key for a single event that has no `id` of its
// own. `text` becomes what was read.
std::variant<ParsedBody, UnusableBody> readIngestBody(const HttpRequest &request, const ParseRules &rules,
                                                      qint64 maxBytes, IngestText *text = nullptr);

// {"path":…,"message":…,"type":…} for each.
QJsonArray errorsToJson(const QList<FieldError> &errors);

} // namespace entvas
