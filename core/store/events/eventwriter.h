#pragma once

#include "core/base/result.h"
#include "core/model/event.h"

#include <chrono>
#include <QList>

namespace entvas {

// What one sender's request asks to be stored. Events carry id, receivedAtMs and series.
struct AppendJob {
    quint64 ticket = 0; // the server's number for the waiting sender; 0 = there is none
    QString project;
    EventBatch events;
    qint64 rejected = 0; // events that failed validation; counted, not stored
    qint64 rejectedAtMs = 0;
};

struct AppendOutcome {
    enum class Status { Accepted, Duplicate, Rejected }; // Rejected: by the database, and not stored
    Status status = Status::Accepted;
    QUuid eventId;           // of a duplicate: the first one's
    qint64 receivedAtMs = 0; // of a duplicate: the first one's
};

// A job that is on disk. outcomes has one entry per event, in order.
struct CommittedJob {
    AppendJob job; // rejected counts those too that the database rejected
    QList<AppendOutcome> outcomes;
    QString refusedBecause = {}; // where there is a Rejected one: for the server's log
    // The number under which its batch was announced to other servers in this project; 0 = it was not.
    qint64 announcedAs = 0;
    std::chrono::steady_clock::time_point committedAt = std::chrono::steady_clock::now(); // or learned of it
};

// What StoreWriter needs of a connection to store events. See EventStore for threads and failures.
class EventWriter
{
public:
    virtual ~EventWriter() = default;

    // All jobs in one transaction: events, idempotency keys, counts and users per minute, rejected per minute. Nothing
    // is stored on failure. Outcomes are in the order of the jobs. Events that the database refuses for their own sake
    // are Rejected, and counted so; the others are stored.
    virtual Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) = 0;
    // After an append() that failed as Unavailable and the open() that followed: the jobs of that append when its
    // commit arrived although the answer to it was lost; empty when nothing of it is stored.
    virtual Result<QList<CommittedJob>> settle() = 0;
    // The last append() failed in such a way: whether it is stored is not known until settle() has answered.
    virtual bool isInDoubt() const = 0;

    // As EventStore::ping(), and that the database takes writes, as far as that is known without one.
    // Fault::Unavailable when it does not.
    virtual Result<void> checkWritable() = 0;
    // The last failure was that: it answers, and takes no writes.
    virtual bool isReadOnly() const = 0;
    // SQLite: the file that is open is not the one at its path any more, or a part of it was removed. Nothing is
    // stored from then on, and open() is Fault::Unavailable, unless the file comes back.
    virtual bool isReplaced() const = 0;
};

} // namespace entvas

Q_DECLARE_METATYPE(entvas::CommittedJob)
