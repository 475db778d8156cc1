#include "core/store/events/sql/refusedsearch.h"

#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"

#include <QElapsedTimer>
#include <vector>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Longer, and StoreWriter would think that the database hangs.
constexpr qint64 kSearchMs = 2'000;

} // namespace

Result<RefusedEvents> RefusedSearch::find(const AppendJob &job)
{
    QElapsedTimer since;
    since.start();
    Transaction search(m_connection);
    if (const Result<void> begun = search.begin(); !begun)
        return begun.failure();
    RefusedEvents refused;
    std::vector<Part> parts{{0, job.events.size()}};
    while (!parts.empty()) {
        if (since.hasExpired(kSearchMs))
            return Failure{Fault::TooLarge,
                           u"The database refuses so many of these events that finding the good ones takes too long "
                           "(%1)."_s.arg(refused.why.text),
                           u"The database refuses too many of these events to look at each: send fewer at once."_s};
        const Part part = parts.back();
        parts.pop_back();
        const Result<std::optional<Failure>> refusal = refusalOf(job, part);
        if (!refusal)
            return refusal.failure();
        if (!*refusal)
            continue;
        refused.why = **refusal;
        if (part.size == 1) {
            refused.places.insert(part.from);
            continue;
        }
        const qsizetype half = part.size / 2;
        parts.push_back({part.from + half, part.size - half});
        parts.push_back({part.from, half});
    }
    if (refused.places.size() < job.events.size())
        return refused;
    // Of a project that has just been deleted all are refused, and nothing is wrong with them.
    const Result<bool> there = hasProject(job.project);
    if (!there)
        return there.failure();
    return *there ? refused : RefusedEvents();
}

// nullopt: the part was taken, and stays.
Result<std::optional<Failure>> RefusedSearch::refusalOf(const AppendJob &job, const Part &part)
{
    if (const Result<void> set = m_connection.execute(u"SAVEPOINT part"_s); !set)
        return set.failure();
    AppendJob tried = job;
    tried.events = job.events.sliced(part.from, part.size);
    tried.rejected = 0;
    const Result<void> taken = m_tryOut(tried);
    if (!taken && taken.failure().kind != Fault::BadInput)
        return taken.failure();
    if (!taken)
        if (const Result<void> back = m_connection.execute(u"ROLLBACK TO part"_s); !back)
            return back.failure();
    if (const Result<void> left = m_connection.execute(u"RELEASE part"_s); !left)
        return left.failure();
    return taken ? std::optional<Failure>() : std::optional(taken.failure());
}

Result<bool> RefusedSearch::hasProject(const QString &project)
{
    const Result<Rows> rows = m_connection.run(u"projects"_s);
    if (!rows)
        return rows.failure();
    bool isThere = false;
    while ((*rows)->next())
        isThere = isThere || (*rows)->value(0).toString() == project;
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return isThere;
}

} // namespace entvas
