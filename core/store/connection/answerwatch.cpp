#include "core/store/connection/answerwatch.h"

#include "core/store/connection/interrupter.h"
#include "core/store/connection/sqlconnection.h"

#include <QElapsedTimer>

namespace entvas {

AnswerWatch::AnswerWatch(DatabaseUrl url, std::shared_ptr<Interrupter> interrupter)
    : m_url(std::move(url)), m_interrupter(std::move(interrupter)), m_thread([this] { run(); })
{
}

AnswerWatch::~AnswerWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

bool AnswerWatch::waitFor(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, time, [this] { return m_isOver; });
}

bool AnswerWatch::isSilent() const
{
    QElapsedTimer since;
    since.start();
    SqlConnection probe(m_url);
    const Result<void> opened = probe.open();
    return !opened && opened.failure().kind == Fault::Unavailable && since.hasExpired(kSilent.count());
}

void AnswerWatch::run()
{
    while (waitFor(kLookEvery)) {
        if (!isSilent() || !waitFor({}) || !isSilent())
            continue;
        do
            m_interrupter->interrupt();
        while (waitFor(kSilent));
    }
}

} // namespace entvas
