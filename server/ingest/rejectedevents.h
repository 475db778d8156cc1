#pragma once

#include "core/base/metrics.h"
#include "core/ingest/eventparser.h"
#include "server/http/message.h"
#include "server/ingest/dialects/ingestdialect.h"

#include <deque>
#include <functional>
#include <map>

namespace entvas {

class JsonWriter;
struct KeyHolder;

// The last rejected events of each project, with the reasons, for those who look after the senders. What is
// kept is what was sent as an event and who sent it: no headers, and a presented key found in the text is starred out.
// In memory only: a restart forgets them (the counts are the database's). A flood costs a bounded copy per request;
// what is not kept is counted. Lives in the server's thread.
class RejectedEvents
{
public:
    static constexpr qsizetype kMostEvents = 200;               // of one project
    static constexpr qsizetype kMostPerRequest = 20;            // the first ones; the rest is counted
    static constexpr qsizetype kMostBodyBytes = 8 * 1024;       // of one body
    static constexpr qsizetype kMostProjectBytes = 1024 * 1024; // of one project, approximately
    static constexpr qsizetype kMostBytes = 32 * 1024 * 1024;   // of all projects
    static constexpr qsizetype kMostTextChars = 300;            // of a message, a name, an element of a path
    static constexpr qsizetype kBytesBeforeFault = 6 * 1024;    // of a malformed body, so that its fault is seen
    static constexpr int kDefaultLimit = 50;                    // of one answer

    // `metrics` gets ours.
    RejectedEvents(qint64 startedMs, Metrics &metrics);

    struct Origin {
        const HttpRequest &request;
        const KeyHolder &sender;
        const QByteArray &key; // as presented: it is starred out where it stands in what is kept
        qint64 nowMs = 0;
        int status = 0; // what the request is answered with, unless the database takes nothing
    };
    // Finds the texts of the events with these indexes, which rise.
    using Locate = std::function<QList<SentText>(const QList<qsizetype> &wanted)>;
    // Those events of a body that have errors. `errors` has one entry per event sent.
    void addEvents(const Origin &origin, const QList<QList<FieldError>> &errors, bool isArray, const Locate &locate);
    // A body, or a request, that could not be used as a whole. Empty `text`: it was not read.
    void addRequest(const Origin &origin, const QByteArray &text, const QList<FieldError> &errors);

    // GET /rejections?limit=…&after=…: newest first.
    HttpReply get(const QString &project, const QueryParameters &query) const;

private:
    struct Kept {
        quint64 number = 0; // of all that the project's senders got wrong in this run, from 1
        qint64 receivedAtMs = 0;
        QByteArray requestId;
        QString keyId, keyName, address;
        int status = 0;
        qint64 index = -1, line = -1; // where in an array, from 0; which line, from 1
        QList<FieldError> errors;
        QByteArray body;
        qint64 bodyFrom = 0, bodyBytes = 0; // of the whole body: where the kept part starts, and its size
        qint64 skipped = 0;                 // later ones of the same request, counted only
        qsizetype bytes = 0;
    };
    struct Ring {
        std::deque<Kept> kept; // oldest first
        quint64 total = 0;
        qsizetype bytes = 0;
    };
    static Kept make(const Origin &origin);
    static void setBody(Kept &kept, const Origin &origin, QByteArrayView body);
    void push(Ring &ring, Kept kept);
    void popOldest(Ring &ring);
    static void write(JsonWriter &json, const Kept &kept);

    QByteArray m_epoch; // of this run
    qint64 m_sinceMs = 0;
    std::map<QString, Ring> m_rings; // by project; never more than LiveProjects::kMaxProjects
    qsizetype m_events = 0;
    qsizetype m_bytes = 0; // approximately
    Counter m_dropped;
};

} // namespace entvas
