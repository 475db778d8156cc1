#include "core/base/altstack.h"

#include <csignal>
#include <sys/mman.h>
#include <sys/prctl.h>

namespace entvas {

namespace {

constexpr std::size_t kBytes = 128 * 1024;

// Memory of its own mapping: an overflow of this one hits nothing of ours.
class AltStack
{
public:
    AltStack()
    {
        stack_t old{};
        if (sigaltstack(nullptr, &old) != 0 || (old.ss_flags & SS_DISABLE) == 0)
            return; // there is one already, of a sanitizer for example
        m_memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (m_memory == MAP_FAILED)
            return;
        stack_t stack{};
        stack.ss_sp = m_memory;
        stack.ss_size = kBytes;
        sigaltstack(&stack, nullptr);
    }
    ~AltStack()
    {
        if (m_memory == MAP_FAILED)
            return;
        stack_t none{};
        none.ss_flags = SS_DISABLE;
        sigaltstack(&none, nullptr);
        munmap(m_memory, kBytes);
    }
    AltStack(const AltStack &) = delete;
    AltStack &operator=(const AltStack &) = delete;

private:
    void *m_memory = MAP_FAILED;
};

} // namespace

void useAlternateStack()
{
    static thread_local AltStack stack;
}

void nameThread(const char *name)
{
    prctl(PR_SET_NAME, name);
}

} // namespace entvas
