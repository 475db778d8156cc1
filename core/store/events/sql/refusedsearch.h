#pragma once

#include "core/store/events/sql/appendbatch.h"

#include <functional>

namespace entvas {

class SqlConnection;

// Finds out which events of a request the database refuses for their own sake: a character that it can't hold, a rule
// of the table's owner. Lives in the connection's thread.
class RefusedSearch
{
public:
    // Writes a part of the request, in the transaction that is open.
    using TryOut = std::function<Result<void>(const AppendJob &part)>;

    RefusedSearch(SqlConnection &connection, TryOut tryOut) : m_connection(connection), m_tryOut(std::move(tryOut)) {}

    // Halves what is refused until single events are left, all in one transaction that is taken back: what was taken
    // stays to the end, so that of two that can't be there together the first is good and the second refused. None: the
    // refusal has other reasons. Fault::TooLarge when the search takes too long.
    Result<RefusedEvents> find(const AppendJob &job);

private:
    struct Part {
        qsizetype from = 0;
        qsizetype size = 0;
    };
    Result<std::optional<Failure>> refusalOf(const AppendJob &job, const Part &part);
    Result<bool> hasProject(const QString &project);

    SqlConnection &m_connection;
    TryOut m_tryOut;
};

} // namespace entvas
