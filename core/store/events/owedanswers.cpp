#include "core/store/events/owedanswers.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

Failure lateAfter(std::chrono::milliseconds limit)
{
    const QString seconds = QString::number(std::chrono::duration<double>(limit).count());
    return {Fault::Unavailable, u"The database did not answer within %1 s."_s.arg(seconds),
            u"The database did not answer within %1 s: ask for less, or try again later."_s.arg(seconds)};
}

} // namespace

void OwedAnswers::add(const ReaderJobPtr &job, std::chrono::milliseconds limit, Late late)
{
    m_owed.emplace(job->number, Owed{job, Steady::now(), limit, std::move(late)});
}

bool OwedAnswers::take(quint64 number)
{
    const auto owed = m_owed.extract(number);
    return !owed || !owed.mapped().job->isGivenUp;
}

void OwedAnswers::shorten(std::chrono::milliseconds most)
{
    const auto now = Steady::now();
    for (auto &[number, owed] : m_owed)
        owed.limit = std::min(owed.limit, std::chrono::ceil<std::chrono::milliseconds>(now - owed.since) + most);
}

OwedAnswers::Overdue OwedAnswers::overdue()
{
    const auto now = Steady::now();
    Overdue overdue;
    for (auto &[number, owed] : m_owed) {
        if (now - owed.since < owed.limit)
            continue;
        overdue.numbers.append(number);
        if (!owed.job->isGivenUp.exchange(true))
            overdue.late.append([late = std::exchange(owed.late, {}), limit = owed.limit] { late(lateAfter(limit)); });
    }
    m_late += quint64(overdue.late.size());
    return overdue;
}

Steady::duration OwedAnswers::oldest() const
{
    return m_owed.empty() ? Steady::duration(0) : Steady::now() - m_owed.begin()->second.since;
}

} // namespace entvas
