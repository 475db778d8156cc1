#pragma once

#include <memory>
#include <QObject>
#include <QTimer>

namespace entvas {

// Gives back to the system what a flood has left free in the allocator, which by itself keeps it for ever. Looks every
// few seconds, in a thread of the pool; trims when much is free that was not at the last trim. Does nothing where the C
// library is not glibc. Lives in the server's thread.
class MemoryTrim : public QObject
{
    Q_OBJECT
public:
    static constexpr int kLookMs = 2'000;
    static constexpr qint64 kMinFreeBytes = 32 * 1024 * 1024;

    explicit MemoryTrim(QObject *parent = nullptr);

private:
    struct State;
    static void look(State &state);

    std::shared_ptr<State> m_state;
    QTimer m_timer;
};

} // namespace entvas
