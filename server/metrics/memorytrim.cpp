#include "server/metrics/memorytrim.h"

#include "server/metrics/processstats.h"

#include <algorithm>
#include <chrono>
#include <malloc.h>
#include <QtGlobal>

namespace entvas {

namespace {

#ifdef __GLIBC__
constexpr qint64 kChangeBytes = 16 * 1024 * 1024;

struct State {
    qint64 resident = 0; // bytes after the last trim
    qint64 used = 0;     // of the allocator's, then
};

void look(State &state)
{
    const qint64 resident = residentBytes();
    // What is free stays free for the allocator after a trim, without memory behind it: only a change says that there
    // may be some again.
    if (resident <= MemoryTrim::kMinFreeBytes)
        return;
    const auto memory = ::mallinfo2();
    const auto used = qint64(memory.uordblks);
    const bool hasChanged = resident > state.resident + kChangeBytes || used < state.used - kChangeBytes;
    if (qint64(memory.fordblks) >= MemoryTrim::kMinFreeBytes && hasChanged) {
        ::malloc_trim(0);
        state.resident = residentBytes();
        state.used = used;
    } else {
        state.used = std::max(state.used, used);
    }
}
#endif

} // namespace

MemoryTrim::MemoryTrim()
{
#ifdef __GLIBC__
    m_thread = std::thread([this] { run(); });
#endif
}

MemoryTrim::~MemoryTrim()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void MemoryTrim::run()
{
#ifdef __GLIBC__
    State state;
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, std::chrono::milliseconds(kLookMs), [this] { return m_isOver; })) {
        lock.unlock();
        look(state);
        lock.lock();
    }
#endif
}

} // namespace entvas
