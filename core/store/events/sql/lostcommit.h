#pragma once

#include "core/store/events/eventwriter.h"

#include <optional>
#include <QUuid>

namespace entvas {

class SqlConnection;

// A commit that went unanswered, and how to find out over the next connection whether it arrived. Lives in the
// connection's thread.
class LostCommit
{
public:
    LostCommit(SqlConnection &connection, QString run) : m_connection(connection), m_run(std::move(run)) {}

    // The connection is open: remembers as what the database knows it.
    Result<void> connected();

    // What proves that the commit arrived: one of its events, there with all the others or not at all, or the
    // announcement of that number for its project, where there is one.
    struct Proof {
        QString project;
        QUuid event;
        qint64 announced = 0; // 0 = look for the event
    };
    void remember(Proof proof, const QList<CommittedJob> &jobs);
    void forget() { m_lost.reset(); }
    bool isInDoubt() const { return m_lost.has_value(); }

    // See EventWriter::settle(). While it fails, the doubt stays.
    Result<QList<CommittedJob>> settle();

private:
    // A connection as the database knows it.
    struct Session {
        qint64 pid = 0;
        QString start;
    };
    struct Lost {
        Session session;
        Proof proof;
        QList<CommittedJob> jobs;
    };
    Result<bool> hasArrived(const Proof &proof);

    SqlConnection &m_connection;
    QString m_run; // empty = nothing is announced
    Session m_session;
    std::optional<Lost> m_lost;
};

} // namespace entvas
