#include "core/base/logsink.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace entvas {

using Steady = std::chrono::steady_clock;

bool LogSink::isWritable()
{
    const auto now = Steady::now();
    const int patience = now < m_impatientUntil ? 0 : int(kPatience.count());
    pollfd ready{m_descriptor, POLLOUT, 0};
    // An error counts as ready: write() then says at once what it is.
    const int found = ::poll(&ready, 1, patience);
    if (found > 0 || (found < 0 && errno == EINTR))
        return true;
    m_impatientUntil = Steady::now() + kImpatient;
    return false;
}

bool LogSink::drop()
{
    ++m_dropped;
    return false;
}

bool LogSink::write(QByteArrayView line)
{
    if (!isWritable())
        return drop();
    if (m_isCut) {
        if (::write(m_descriptor, "\n", 1) != 1)
            return drop();
        m_isCut = false;
    }
    while (!line.isEmpty()) {
        const ssize_t written = ::write(m_descriptor, line.data(), std::size_t(line.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return drop();
        line = line.sliced(written);
        m_isCut = !line.isEmpty();
        if (m_isCut && !isWritable())
            return drop();
    }
    return true;
}

quint64 LogSink::takeDropped()
{
    return std::exchange(m_dropped, 0);
}

void LogRing::add(QByteArrayView line)
{
    const std::size_t next = m_next.load(std::memory_order_relaxed);
    Line &slot = m_lines[next % kLines];
    slot.size.store(0);
    std::size_t size = std::min(std::size_t(line.size()), kLineBytes - 1);
    // Not in the middle of a character.
    while (size > 0 && size < std::size_t(line.size()) &&
           (static_cast<unsigned char>(line[qsizetype(size)]) & 0xc0) == 0x80)
        --size;
    std::copy_n(line.data(), size, slot.text.begin());
    if (size > 0 && slot.text[size - 1] != '\n')
        slot.text[size++] = '\n';
    slot.size.store(size);
    m_next.store(next + 1);
}

void LogRing::writeTo(int descriptor) const
{
    const std::size_t next = m_next.load();
    for (std::size_t i = next > kLines ? next - kLines : 0; i < next; ++i) {
        const Line &line = m_lines[i % kLines];
        const std::size_t size = std::min(line.size.load(), kLineBytes);
        if (size > 0 && ::write(descriptor, line.text.data(), size) < 0 && errno != EINTR)
            return;
    }
}

} // namespace entvas
