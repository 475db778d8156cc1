#include "server/memorytrim.h"

#include "server/processstats.h"

#include <algorithm>
#include <atomic>
#include <malloc.h>
#include <QThreadPool>

namespace entvas {

namespace {

constexpr qint64 kChangeBytes = 16 * 1024 * 1024;

} // namespace

struct MemoryTrim::State {
    std::atomic<bool> isLooking = false;
    qint64 resident = 0; // bytes after the last trim
    qint64 used = 0;     // of the allocator's, then
};

MemoryTrim::MemoryTrim(QObject *parent) : QObject(parent), m_state(std::make_shared<State>())
{
#ifdef __GLIBC__
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!m_state->isLooking.exchange(true))
            QThreadPool::globalInstance()->start([state = m_state] { look(*state); });
    });
    m_timer.start();
#endif
}

void MemoryTrim::look([[maybe_unused]] State &state)
{
#ifdef __GLIBC__
    const qint64 resident = residentBytes();
    // What is free stays free for the allocator after a trim, without memory behind it: only a change says that there
    // may be some again.
    if (resident > kMinFreeBytes) {
        const auto memory = ::mallinfo2();
        const auto used = qint64(memory.uordblks);
        const bool hasChanged = resident > state.resident + kChangeBytes || used < state.used - kChangeBytes;
        if (qint64(memory.fordblks) >= kMinFreeBytes && hasChanged) {
            ::malloc_trim(0);
            state.resident = residentBytes();
            state.used = used;
        } else {
            state.used = std::max(state.used, used);
        }
    }
    state.isLooking = false;
#endif
}

} // namespace entvas
