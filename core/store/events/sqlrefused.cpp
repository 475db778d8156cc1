// The part of SqlStore that finds out which events of a request the database refuses for their own sake: a character
// that it can't hold, a rule of whoever owns the table.
#include "core/store/connection/transaction.h"
#include "core/store/events/sqlstore.h"

#include <vector>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Longer, and whoever watches the writer would think that the database hangs.
constexpr qint64 kSearchMs = 2'000;

} // namespace

Result<bool> SqlStore::hasProject(const QString &project)
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

// Halves what is refused until single events are left, all in one transaction that is taken back: what was taken stays
// to the end, so that of two that can't be there together the first is good and the second refused. None: the refusal
// has other reasons.
Result<SqlStore::Refused> SqlStore::findRefused(const AppendJob &job)
{
    QElapsedTimer since;
    since.start();
    Transaction search(m_connection);
    if (const Result<void> begun = search.begin(); !begun)
        return begun.failure();
    Refused refused;
    struct Part {
        qsizetype from = 0;
        qsizetype size = 0;
    };
    std::vector<Part> parts{{0, job.events.size()}};
    while (!parts.empty()) {
        if (since.hasExpired(kSearchMs))
            return Failure{Fault::TooLarge,
                           u"The database refuses so many of these events that finding the good ones takes too long "
                           "(%1)."_s.arg(refused.why.text),
                           u"The database refuses too many of these events to look at each: send fewer at once."_s};
        const Part part = parts.back();
        parts.pop_back();
        if (const Result<void> set = m_connection.execute(u"SAVEPOINT part"_s); !set)
            return set.failure();
        AppendJob tried = job;
        tried.events = job.events.sliced(part.from, part.size);
        tried.rejected = 0;
        const Result<void> taken = tryOut(tried);
        if (!taken && taken.failure().kind != Fault::BadInput)
            return taken.failure();
        if (!taken)
            if (const Result<void> back = m_connection.execute(u"ROLLBACK TO part"_s); !back)
                return back.failure();
        if (const Result<void> left = m_connection.execute(u"RELEASE part"_s); !left)
            return left.failure();
        if (taken)
            continue;
        refused.why = taken.failure();
        if (part.size == 1) {
            refused.events.insert(part.from);
            continue;
        }
        const qsizetype half = part.size / 2;
        parts.push_back({part.from + half, part.size - half});
        parts.push_back({part.from, half});
    }
    if (refused.events.size() < job.events.size())
        return refused;
    // Of a project that has just been deleted all are refused, and nothing is wrong with them.
    const Result<bool> there = hasProject(job.project);
    if (!there)
        return there.failure();
    return *there ? refused : Refused();
}

} // namespace entvas
