#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace entvas {

// Gives back to the system what a flood has left free in the allocator, which by itself keeps it for ever. Looks every
// few seconds; trims when much is free that was not at the last trim. Does nothing where the C library is not glibc.
//
// In one plain thread of its own, made at the start: a thread of Qt's needs descriptors for its event loop, and GLib
// ends the process when it gets none, which is when a crowd has taken them all.
class MemoryTrim
{
public:
    static constexpr int kLookMs = 2'000;
    static constexpr long long kMinFreeBytes = 32 * 1024 * 1024;

    MemoryTrim();
    ~MemoryTrim(); // waits for a trim under way: tens of milliseconds
    MemoryTrim(const MemoryTrim &) = delete;
    MemoryTrim &operator=(const MemoryTrim &) = delete;

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isOver = false;
    std::thread m_thread;
};

} // namespace entvas
