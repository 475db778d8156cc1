#pragma once

#include <atomic>
#include <QtGlobal>
#include <thread>

namespace entvas::test {

// A TCP proxy on this machine that cuts its connections when it is told to, in the middle of whatever they carry.
class CutProxy
{
public:
    explicit CutProxy(quint16 target);
    ~CutProxy();
    CutProxy(const CutProxy &) = delete;
    CutProxy &operator=(const CutProxy &) = delete;

    quint16 port() const { return m_port; }
    // Closes every connection; with `swallowAnswers`, what the target still answers is thrown away first, so that
    // requests arrive and nobody hears of it.
    void cut(bool swallowAnswers);
    // Of connections from now on; 0: none gets through.
    void setTarget(quint16 port) { m_target = port; }
    int connections() const { return m_connections; }

private:
    void run();

    std::atomic<quint16> m_target;
    quint16 m_port = 0;
    int m_listener = -1;
    std::atomic<int> m_cut = 0; // 1 at once, 2 without the answers
    std::atomic<int> m_connections = 0;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace entvas::test
