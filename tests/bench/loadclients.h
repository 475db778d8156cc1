#pragma once

#include <atomic>
#include <chrono>
#include <QByteArray>
#include <thread>

namespace entvas::bench {

// One sender and one dashboard, see sockets.h. All functions block; they belong in threads of their own.

// One HTTP connection that is kept.
class Sender
{
public:
    explicit Sender(quint16 port);
    ~Sender();
    Sender(Sender &&other) noexcept;
    Sender(const Sender &) = delete;

    int descriptor() const { return m_socket; }
    void send(int number) const; // posts the sample event of that number
    bool receive();              // takes what has come; true once the whole answer is there, which must be 200

private:
    int m_socket = -1;
    QByteArray m_answer;
};

// A subscribed dashboard that reads everything, in a thread of its own.
class Dashboard
{
public:
    explicit Dashboard(quint16 port);
    ~Dashboard();
    Dashboard(const Dashboard &) = delete;

    // Blocks until a message with at least this total has come, and tells when the newest such message came.
    std::chrono::steady_clock::time_point waitForTotal(qint64 events) const;

private:
    void read();
    int m_socket = -1;
    std::atomic<bool> m_stop = false;
    std::atomic<qint64> m_total = -1;
    std::atomic<std::chrono::steady_clock::time_point> m_changed{};
    std::thread m_thread;
};

} // namespace entvas::bench
