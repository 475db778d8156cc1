#include "server/metrics/processstats.h"

#include "core/base/metrics.h"

#include <chrono>
#include <ctime>
#include <dirent.h>
#include <memory>
#include <QFile>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace entvas {

namespace {

QByteArray read(const char *path)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

double secondsOf(clockid_t id)
{
    timespec now{};
    clock_gettime(id, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

// By the clocks, as a service may not see /proc/stat; found out once, so that it stays the same.
double startedAt(double ticksSinceBoot, double ticksPerSecond)
{
    static const double boot = secondsOf(CLOCK_REALTIME) - secondsOf(CLOCK_BOOTTIME);
    return boot + ticksSinceBoot / ticksPerSecond;
}

// Names only: looking at what each of them is costs 7 us apiece.
qint64 countDescriptors()
{
    const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir("/proc/self/fd"), ::closedir);
    qint64 count = -3; // ".", ".." and the folder's own
    while (folder && ::readdir(folder.get()))
        ++count;
    return std::max<qint64>(0, count);
}

qint64 openDescriptors()
{
    struct ::stat folder {
    };
    if (::stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
        return folder.st_size; // since Linux 6.2
    using Clock = std::chrono::steady_clock;
    thread_local Clock::time_point lookedAt;
    thread_local qint64 count = 0;
    if (const auto now = Clock::now(); count == 0 || now - lookedAt > std::chrono::seconds(1)) {
        count = countDescriptors();
        lookedAt = now;
    }
    return count;
}

} // namespace

qint64 residentBytes()
{
    return read("/proc/self/statm").split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

ProcessStats processStats()
{
    ProcessStats stats;
    // The name in brackets may hold anything; what follows is of numbers only, the first of them the third of proc(5).
    const QByteArray line = read("/proc/self/stat");
    const auto fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    const auto ticks = double(sysconf(_SC_CLK_TCK));
    if (fields.size() > 21) {
        stats.cpuSeconds = (fields[11].toDouble() + fields[12].toDouble()) / ticks;
        stats.startSeconds = startedAt(fields[19].toDouble(), ticks);
        stats.virtualBytes = fields[20].toLongLong();
        stats.residentBytes = fields[21].toLongLong() * sysconf(_SC_PAGESIZE);
    }
    stats.openFds = openDescriptors();
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        stats.maxFds = qint64(files.rlim_cur);
    return stats;
}

void collectProcess(MetricFamilies &into)
{
    const ProcessStats process = processStats();
    into.counter("process_cpu_seconds_total", "Processor time of user and system.", process.cpuSeconds);
    into.gauge("process_start_time_seconds", "Start of the process in seconds since 1970.", process.startSeconds);
    into.gauge("process_resident_memory_bytes", "Memory that is resident.", double(process.residentBytes));
    into.gauge("process_virtual_memory_bytes", "Memory that is mapped.", double(process.virtualBytes));
    into.gauge("process_open_fds", "Open file descriptors.", double(process.openFds));
    into.gauge("process_max_fds", "File descriptors that may be open.", double(process.maxFds));
}

} // namespace entvas
