#pragma once

#include "core/base/clock.h"
#include "core/base/loglimit.h"
#include "core/base/metrics.h"
#include "core/base/uuid7.h"
#include "core/ingest/eventparser.h"
#include "core/store/events/eventstore.h"
#include "server/access/apikeys.h"
#include "server/access/origin.h"
#include "server/access/ratelimit.h"
#include "server/http/message.h"
#include "server/ingest/dialects/ingestdialect.h"
#include "server/ingest/rejectedevents.h"
#include "server/ingest/rejections.h"

#include <QHash>

namespace entvas {

class AuthThrottle;
class LiveProjects;
class StoreWriter;

// Events that come over HTTP, in any dialect: key, rate, body, validation, then the writer's queue. A sender is
// answered when its events are on disk and not before; at most as many wait as the writer's queue and the gate's
// connections allow. What failed validation is *rejected* and counted; what is good and can't be taken now is *refused*
// with 429 or 503, and may be sent again. Lives in the server's thread.
class Ingest : public QObject
{
    Q_OBJECT
public:
    // What a sender's key is checked with.
    struct Credentials {
        const ApiKeys *keys = nullptr;
        AuthThrottle *throttle = nullptr;
    };
    // Everything it is given must outlive it.
    Ingest(const Settings &settings, const Credentials &credentials, StoreWriter *writer, LiveProjects *projects,
           const Clock *clock, const QList<IngestDialect> &dialects = ingestDialects(), QObject *parent = nullptr);
    ~Ingest() override;

    // On a path of one of the dialects.
    void post(const HttpRequest &request, const HttpResponder &responder);
    // The gate refused a request before it could be posted: a body that was too large shows in GET /rejections.
    void noteRefusal(const HttpRequest &request, int status);
    const RejectedEvents &rejectedEvents() const { return m_rejectedEvents; }
    qint64 uncountedRejections() const { return m_rejections.uncounted(); }
    const Metrics &metrics() const;
    bool isIdle() const { return m_waiting.isEmpty() && m_rejections.isIdle(); }

Q_SIGNALS:
    // These are on disk and their senders have been answered: the only way on to the counts and the screens.
    void stored(const QList<entvas::CommittedJob> &jobs);
    // Their series will not come back through stored().
    void lost();

private:
    struct Counts;
    struct Arrival;
    // A sender that waits for its commit. `errors` has one entry per event sent; an empty one is an event of the job.
    struct Waiting {
        const IngestDialect *dialect;
        HttpResponder responder;
        HttpRequest request; // without its body
        KeyHolder sender;
        QByteArray key;
        bool isArray;
        QStringList references;
        QList<QList<FieldError>> errors;
        EventVerdicts verdicts(const QList<AppendOutcome> &stored = {}) const
        {
            return {request, isArray, references, errors, stored};
        }
    };
    const IngestDialect *dialectOf(const QString &path) const { return m_dialects.value(path); }
    bool admit(Arrival &arrival);
    bool read(Arrival &arrival);
    void enqueue(Arrival &arrival);
    void push(AppendJob job, Waiting waiting);
    std::optional<Failure> publishedKeyFault(const HttpRequest &request) const;
    void refuse(const Arrival &arrival, const Failure &failure, HttpReply usual, int retryAfter = 0);
    void refuseTooFast(const Arrival &arrival, int seconds, qsizetype events);
    void rejectBody(const Arrival &arrival, const UnusableBody &unusable);
    void onCommitted(const QList<CommittedJob> &jobs);
    void onRefused(const QList<quint64> &tickets, const Failure &failure);
    void onUncertain(const QList<quint64> &tickets, const Failure &failure);
    void answerAll(const QList<quint64> &tickets, const Refusal &refusal);
    void addRejected(Waiting &waiting, const CommittedJob &job);

    QHash<QString, const IngestDialect *> m_dialects; // by path
    const ApiKeys *m_keys;
    AuthThrottle *m_throttle;
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
    std::unique_ptr<Counts> m_counts;
    Rejections m_rejections;
    RejectedEvents m_rejectedEvents;
    LogLimit m_refusalsLogged{1};
};

} // namespace entvas
