#pragma once

#include "core/base/clock.h"
#include "core/base/loglimit.h"
#include "core/base/uuid7.h"
#include "core/ingest/eventparser.h"
#include "core/store/events/eventstore.h"
#include "server/access/apikeys.h"
#include "server/access/origin.h"
#include "server/access/ratelimit.h"
#include "server/http/message.h"
#include "server/ingest/rejectedevents.h"
#include "server/ingest/rejections.h"

#include <QHash>

namespace entvas {

class GuessLimit;
class LiveProjects;
class StoreWriter;

// POST /webhook: key, rate, body, validation, then the writer's queue. A sender is answered when its events are on disk
// and not before; at most as many wait as the writer's queue and the gate's connections allow. Lives in the server's
// thread.
class Ingest : public QObject
{
    Q_OBJECT
public:
    // Who may come in.
    struct Door {
        const ApiKeys *keys = nullptr;
        GuessLimit *guesses = nullptr;
    };
    // Everything it is given must outlive it.
    Ingest(const Settings &settings, const Door &door, StoreWriter *writer, LiveProjects *projects, const Clock *clock,
           QObject *parent = nullptr);

    void post(const HttpRequest &request, const HttpResponder &responder);
    // The gate refused a request before it could be posted: a sender whose body is too large shall be seen.
    void noteRefusal(const HttpRequest &request, int status);
    const RejectedEvents &rejectedEvents() const { return m_rejectedEvents; }
    qint64 uncountedRejections() const { return m_rejections.uncounted(); }
    struct Stats {
        quint64 accepted = 0; // events
        quint64 duplicates = 0;
        quint64 rejected = 0;  // by validation, or by the database for their own sake
        quint64 refused = 0;   // good ones that were told to come again, and were not stored
        LimitUse rate;         // of the busiest key; a larger batch may pass as debt
        LimitUse bodyEvents;   // ParseRules::maxEvents
        LimitUse bodyBytes;    // unpacked
        qsizetype waiting = 0; // senders; bounded by the gate's connections
        Rejections::Stats rejections;
        RejectedEvents::Stats rejectedEvents;
    };
    Stats stats() const;
    bool isIdle() const { return m_waiting.isEmpty() && m_rejections.isIdle(); }

Q_SIGNALS:
    // These are on disk and their senders have been answered: the only way on to the counts and the screens.
    void stored(const QList<entvas::CommittedJob> &jobs);
    // Their series will not come back through stored().
    void lost();

private:
    // A sender that waits for its commit. `errors` has one entry per event sent; an empty one is an event of the job.
    struct Waiting {
        HttpResponder responder;
        bool isArray = false;
        QList<QList<FieldError>> errors;
        HttpRequest request; // without its body
        KeyHolder sender;
    };
    std::optional<Failure> strangerTo(const HttpRequest &request) const;
    void onCommitted(const QList<CommittedJob> &jobs);
    void onRefused(const QList<quint64> &tickets, const Failure &failure);
    void onUncertain(const QList<quint64> &tickets, const Failure &failure);
    void answerAll(const QList<quint64> &tickets, const HttpReply &reply);
    void refuseTooFast(int seconds, qsizetype events, const HttpResponder &responder);
    void rejectRefused(Waiting &waiting, const CommittedJob &job);
    static HttpReply acceptedReply(const Waiting &waiting, const QList<AppendOutcome> &stored);
    static HttpReply rejectedReply(const Waiting &waiting);

    const ApiKeys *m_keys;
    GuessLimit *m_guesses;
    StoreWriter *m_writer;
    LiveProjects *m_projects;
    const Clock *m_clock;
    Origins m_origins;
    RateLimit m_rate;
    ParseRules m_rules;
    qint64 m_maxBodyBytes;
    Uuid7Generator m_ids;
    quint64 m_lastTicket = 0;
    QHash<quint64, Waiting> m_waiting; // by ticket
    Rejections m_rejections;
    RejectedEvents m_rejectedEvents;
    LogLimit m_refusalsLogged{1};
    Stats m_stats; // counts only
};

} // namespace entvas
