#pragma once

#include "core/store/events/eventstore.h"
#include "server/access/route.h"
#include "server/ingest/sentbody.h"

#include <variant>

namespace entvas {

// The events of one body, each judged alone.
struct SentEvents : ParsedBody {
    // What the sender calls each of them, where the answer has to repeat it; else empty.
    QStringList references = {};
};

// The text of one event as it was sent, for GET /rejections.
struct SentText {
    QByteArrayView text;
    qint64 line = -1; // from 1, where a body has one event a line
};

// What has become of the events of one request.
struct EventVerdicts {
    const HttpRequest &request; // without its body
    bool isArray;
    const QStringList &references;
    const QList<QList<FieldError>> &errors; // one entry per event sent; empty: it is stored
    const QList<AppendOutcome> &stored;     // those without errors, in order
};

// Nothing of the request was taken: it may not send, or not now.
struct Refusal {
    Failure failure;
    int retryAfter = 0; // seconds, where that is known
    HttpReply usual;    // as the webhook answers: status, Retry-After, WWW-Authenticate
};

// A way in which events are sent over HTTP: on which paths, where the key stands, how a body is read, and which answers
// its clients understand. Everything else is Ingest's and the same for all: the check of keys, rates, admission, the
// writer's queue, tickets, counts. Plain functions without a state; called in the server's thread.
struct IngestDialect {
    QString name;
    QList<RouteDeclaration> routes; // of the access Sender
    // Empty: there is none. May look into the body, which is then unpacked before the key is known.
    QByteArray (*presentedKey)(const SentBody &sent);
    // Good events must survive bad neighbours: an event that can't be taken has errors, and only a body of which
    // nothing can be read is unusable. Times of receipt and ids are set later.
    std::variant<SentEvents, UnusableBody> (*read)(const SentBody &sent, const ParseRules &rules);
    // Those of the events that read() returned with these indexes, which rise. May return fewer from the end.
    QList<SentText> (*locate)(const SentBody &sent, const SentEvents &events, const QList<qsizetype> &wanted);
    HttpReply (*accepted)(const EventVerdicts &verdicts); // at least one is stored
    HttpReply (*rejected)(const EventVerdicts &verdicts); // all have errors
    HttpReply (*refused)(const HttpRequest &request, const Refusal &refusal);
};

// The table of all dialects.
const QList<IngestDialect> &ingestDialects();

} // namespace entvas
