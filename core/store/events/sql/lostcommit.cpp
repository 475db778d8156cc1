#include "core/store/events/sql/lostcommit.h"

#include "core/store/connection/sqlconnection.h"
#include "core/store/events/sql/jsonrows.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

Result<void> LostCommit::connected()
{
    Result<Rows> rows = m_connection.run(u"session"_s);
    if (!rows)
        return rows.failure();
    if ((*rows)->next())
        m_session = {(*rows)->value(0).toLongLong(), (*rows)->value(1).toString()};
    return m_connection.ended(*rows);
}

void LostCommit::remember(Proof proof, const QList<CommittedJob> &jobs)
{
    m_lost = Lost{m_session, std::move(proof), jobs};
}

Result<QList<CommittedJob>> LostCommit::settle()
{
    if (!m_lost)
        return QList<CommittedJob>();
    {
        // The session that we lost may still be at its commit: only when it has gone is the answer final.
        Result<Rows> ended = m_connection.run(u"end_session"_s,
                                              {{u":pid"_s, m_lost->session.pid}, {u":start"_s, m_lost->session.start}});
        if (!ended)
            return ended.failure();
        if ((*ended)->next() && (*ended)->value(0).toInt() > 0)
            return {Fault::Unavailable, u"The database is still busy with the lost commit."_s};
    }
    const Result<bool> arrived = hasArrived(m_lost->proof);
    if (!arrived)
        return arrived.failure();
    const Lost settled = *std::exchange(m_lost, std::nullopt);
    return *arrived ? settled.jobs : QList<CommittedJob>();
}

Result<bool> LostCommit::hasArrived(const Proof &proof)
{
    const Binding project{u":project"_s, proof.project};
    const bool isAnnounced = proof.announced > 0;
    Result<Rows> rows = isAnnounced ? m_connection.run(u"announcement_exists"_s,
                                                       {project, {u":writer"_s, m_run}, {u":seq"_s, proof.announced}})
                                    : m_connection.run(u"event_exists"_s, {project, {u":id"_s, idText(proof.event)}});
    if (!rows)
        return rows.failure();
    const bool exists = (*rows)->next();
    const Result<void> ended = m_connection.ended(*rows);
    return ended ? Result<bool>(exists) : ended.failure();
}

} // namespace entvas
