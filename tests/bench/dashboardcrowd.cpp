#include "tests/bench/dashboardcrowd.h"

#include "tests/bench/sockets.h"

#include <array>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace entvas::bench {

namespace {

constexpr int kPollMs = 20; // by which record() and the end may be late

void await(const std::atomic<bool> &flag, bool value)
{
    while (flag != value)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

DashboardCrowd::DashboardCrowd(quint16 port, int count, const QByteArray &project)
    : m_members(std::size_t(count)), m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        m_members[i].descriptor = openDashboard(port, project);
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.u64 = i;
        ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_members[i].descriptor, &wanted);
    }
    m_thread = std::thread([this] { run(); });
    while (m_open < count)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

DashboardCrowd::~DashboardCrowd()
{
    m_stop = true;
    m_thread.join();
    for (const Member &member : m_members)
        ::close(member.descriptor);
    ::close(m_epoll);
}

void DashboardCrowd::record(bool on)
{
    m_record = on;
    await(m_recording, on);
}

std::vector<DashboardCrowd::Seen> DashboardCrowd::takeSeen()
{
    return std::exchange(m_seen, {});
}

void DashboardCrowd::run()
{
    std::array<epoll_event, 256> events;
    while (!m_stop) {
        if (m_record && !m_recording)
            m_seen.clear();
        m_recording = m_record.load();
        const int count = ::epoll_wait(m_epoll, events.data(), int(events.size()), kPollMs);
        for (int i = 0; i < count; ++i) {
            Member &member = m_members[std::size_t(events[std::size_t(i)].data.u64)];
            if (!readSome(member.descriptor, member.received))
                giveUp("the server closed a dashboard");
            const qint64 total = takeTotal(member.received);
            if (total < 0 || total == member.total)
                continue;
            if (member.total < 0)
                ++m_open;
            else if (m_recording)
                m_seen.push_back({std::chrono::steady_clock::now(), member.total, total});
            member.total = total;
            m_total = std::max(m_total.load(), total);
        }
    }
}

} // namespace entvas::bench
