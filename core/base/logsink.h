#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <climits>
#include <QByteArrayView>

namespace entvas {

// Where log lines go: a descriptor that may be a terminal, a file, or a pipe whose reader is slow or gone. A line is
// written whole or not at all, and a reader that takes nothing costs at most kPatience now and then: what does not fit
// is counted. Not safe from several threads at once.
class LogSink
{
public:
    // Lines up to this go into a pipe in one piece, also beside other writers (POSIX).
    static constexpr qsizetype kMaxLine = PIPE_BUF;
    static constexpr std::chrono::milliseconds kPatience{100}; // for a reader that takes nothing, …
    static constexpr std::chrono::seconds kImpatient{10};      // … once in so long

    explicit LogSink(int descriptor) : m_descriptor(descriptor) {}

    // `line` ends in a line feed. False: it was not taken.
    bool write(QByteArrayView line);
    // Lines that were not taken since the last call.
    quint64 takeDropped();

private:
    bool isWritable();
    bool drop();

    int m_descriptor;
    std::chrono::steady_clock::time_point m_impatientUntil;
    bool m_isCut = false; // part of a line was written
    quint64 m_dropped = 0;
};

// The last log lines, for a report about a crash: fixed memory, filled by one thread at a time, and readable at any
// moment, also from a signal handler in the middle of a write.
class LogRing
{
public:
    static constexpr std::size_t kLines = 50;
    static constexpr std::size_t kLineBytes = 512; // what is longer is cut

    void add(QByteArrayView line);
    void writeTo(int descriptor) const; // oldest first; async-signal-safe

private:
    struct Line {
        std::atomic<std::size_t> size{0}; // 0: none, or being written
        std::array<char, kLineBytes> text{};
    };
    std::array<Line, kLines> m_lines;
    std::atomic<std::size_t> m_next{0};
};

} // namespace entvas
