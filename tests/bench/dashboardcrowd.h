#pragma once

#include <atomic>
#include <chrono>
#include <QByteArray>
#include <thread>
#include <vector>

namespace entvas::bench {

// Many subscribed dashboards that read everything, in one thread. Open once the constructor returns: each has its
// snapshot.
class DashboardCrowd
{
public:
    // `project` must exist on the server.
    DashboardCrowd(quint16 port, int count, const QByteArray &project = "default");
    ~DashboardCrowd();
    DashboardCrowd(const DashboardCrowd &) = delete;
    DashboardCrowd &operator=(const DashboardCrowd &) = delete;

    qint64 total() const { return m_total; } // the largest that anybody was shown

    // One message with increments, as one dashboard got it.
    struct Seen {
        std::chrono::steady_clock::time_point at;
        qint64 before = 0; // the total that this dashboard knew
        qint64 total = 0;
    };
    // What came since record(true), which forgets what was recorded before.
    void record(bool on);
    std::vector<Seen> takeSeen(); // after record(false)

private:
    struct Member {
        int descriptor = -1;
        QByteArray received;
        qint64 total = -1;
    };
    void run();

    std::vector<Member> m_members;
    std::vector<Seen> m_seen;
    std::atomic<bool> m_record = false;
    std::atomic<bool> m_recording = false; // as the thread knows
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_open = 0;
    std::atomic<qint64> m_total = -1;
    int m_epoll;
    std::thread m_thread;
};

} // namespace entvas::bench
