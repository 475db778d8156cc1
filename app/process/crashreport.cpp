#include "app/process/crashreport.h"

#include "core/base/altstack.h"
#include "core/base/log.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <QDir>
#include <QFile>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

namespace entvas::crashreport {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSupported = false;
#else
constexpr bool kIsSupported = true;
#endif

constexpr int kCrashSignals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
constexpr int kMostFrames = 64;
constexpr unsigned kMostSeconds = 10; // for the report; a process that is broken enough may hang in it

// All that the handler may look at: memory of its own, filled before. It must not allocate, lock, or trust anything.
char s_folder[3'000] = ""; // with a slash at its end; empty: none
char s_build[200] = "";
char s_exception[300] = ""; // that was not caught; filled by the thread that ends with it
std::atomic<int> s_crashes{0};
int s_signal = 0;

// Text into at most two descriptors, without stdio.
class Report
{
public:
    Report(int first, int second) : m_fds{first, second} {}
    Report &operator<<(const char *text)
    {
        for (const int fd : m_fds)
            if (fd >= 0) [[maybe_unused]]
                const auto written = ::write(fd, text, std::strlen(text));
        return *this;
    }
    Report &number(unsigned long long value, unsigned base = 10, int width = 1)
    {
        char text[32];
        char *at = text + sizeof text;
        *--at = '\0';
        for (; value > 0 || width > 0; value /= base, --width)
            *--at = "0123456789abcdef"[value % base];
        return *this << at;
    }
    Report &hex(const void *address) { return (*this << "0x").number(reinterpret_cast<std::uintptr_t>(address), 16); }

private:
    int m_fds[2];
};

struct Moment {
    long long year;
    unsigned month, day, hour, minute, second;
};

// UTC; the C library's own may take locks. After the days of Howard Hinnant's "chrono-Compatible Low-Level Date
// Algorithms".
Moment momentOf(long long seconds)
{
    const long long z = seconds / 86'400 + 719'468;
    const auto rest = unsigned(seconds % 86'400);
    const long long era = z / 146'097;
    const auto doe = unsigned(z - era * 146'097);
    const unsigned yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned month = mp < 10 ? mp + 3 : mp - 9;
    return {(long long)(yoe) + era * 400 + (month <= 2),
            month,
            doy - (153 * mp + 2) / 5 + 1,
            rest / 3'600,
            rest / 60 % 60,
            rest % 60};
}

char *put(char *at, unsigned long long value, int width)
{
    for (int i = width - 1; i >= 0; --i, value /= 10)
        at[i] = char('0' + value % 10);
    return at + width;
}

int openFile(const Moment &now, char *path)
{
    if (s_folder[0] == '\0')
        return -1;
    char *at = path + std::strlen(std::strcpy(path, s_folder));
    at = std::strcpy(at, "crash-") + 6;
    at = put(at, (unsigned long long)(now.year), 4);
    at = put(put(at, now.month, 2), now.day, 2);
    *at++ = '-';
    at = put(put(put(at, now.hour, 2), now.minute, 2), now.second, 2);
    *at++ = '-';
    at = put(at, (unsigned long long)(::getpid()), 7);
    std::strcpy(at, ".txt");
    return ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
}

const char *nameOf(int number)
{
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGABRT: return "SIGABRT";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    default: return "signal";
    }
}

void writeFrames(Report &report)
{
    void *frames[kMostFrames];
    const int count = backtrace(frames, kMostFrames);
    for (int i = 0; i < count; ++i) {
        (report << "#").number(unsigned(i), 10, 2) << " ";
        report.hex(frames[i]);
        Dl_info place{};
        if (dladdr(frames[i], &place) != 0 && place.dli_fname != nullptr) {
            const auto offset = static_cast<char *>(frames[i]) - static_cast<char *>(place.dli_fbase);
            report << " " << place.dli_fname << "+";
            report.hex(reinterpret_cast<const void *>(offset));
            if (place.dli_sname != nullptr)
                report << " " << place.dli_sname;
        }
        report << "\n";
    }
}

void endAsWeWould(int number)
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, nullptr);
    raise(number); // blocked until the handler returns
}

void onOverdue(int)
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(s_signal, &action, nullptr);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, s_signal);
    sigprocmask(SIG_UNBLOCK, &only, nullptr);
    raise(s_signal);
}

void onCrash(int number, siginfo_t *info, void *)
{
    if (s_crashes.fetch_add(1) > 0)
        for (;;)
            ::pause(); // another thread, or the report itself: the first one ends the process, or onOverdue()
    s_signal = number;
    struct sigaction overdue = {};
    overdue.sa_handler = onOverdue;
    sigaction(SIGALRM, &overdue, nullptr);
    ::alarm(kMostSeconds);

    timespec clock{};
    clock_gettime(CLOCK_REALTIME, &clock);
    const Moment now = momentOf(clock.tv_sec);
    char path[sizeof s_folder + 64] = "";
    const int file = openFile(now, path);
    char thread[17] = "";
    prctl(PR_GET_NAME, thread);

    Report report(STDERR_FILENO, file);
    report << "\nEntvas has crashed.\n" << s_build << "time:    ";
    report.number((unsigned long long)(now.year), 10, 4) << "-";
    report.number(now.month, 10, 2) << "-";
    report.number(now.day, 10, 2) << "T";
    report.number(now.hour, 10, 2) << ":";
    report.number(now.minute, 10, 2) << ":";
    report.number(now.second, 10, 2) << "Z\nprocess: ";
    report.number((unsigned long long)(::getpid()))
        << "\nthread:  " << thread << "\nsignal:  " << nameOf(number) << " (";
    report.number(unsigned(number)) << ", code ";
    if (info->si_code < 0)
        report << "-";
    report.number((unsigned long long)(info->si_code < 0 ? -(long long)(info->si_code) : info->si_code)) << ")";
    if (info->si_code <= 0) {
        report << ", sent by process ";
        report.number((unsigned long long)(info->si_pid));
    } else {
        report << " at ";
        report.hex(info->si_addr);
    }
    report << "\n" << s_exception << "\nThe way there, last first (addr2line -Cfpe MODULE OFFSET):\n";
    writeFrames(report);
    report << "\nThe last lines of the log:\n";
    if (file >= 0) {
        log::writeRecent(file); // standard error has had them
        ::close(file);
        Report(STDERR_FILENO, -1) << "are in " << path << "\n";
    } else {
        Report(STDERR_FILENO, -1) << "are above\n";
    }
    endAsWeWould(number);
}

void onTerminate()
{
    char *at = s_exception;
    char *const end = s_exception + sizeof s_exception - 2;
    const auto append = [&](const char *text) {
        while (*text != '\0' && at < end) {
            const char c = *text++;
            *at++ = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    };
    if (const std::type_info *type = abi::__cxa_current_exception_type()) {
        append("uncaught exception: ");
        int status = 0;
        char *name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status); // not in a signal handler yet
        append(status == 0 ? name : type->name());
        std::free(name);
        try {
            throw;
        } catch (const std::exception &error) {
            append(": ");
            append(error.what());
        } catch (...) {
        }
        *at++ = '\n';
    }
    *at = '\0';
    std::abort();
}

// Which debugging symbols belong to this program.
int readBuildId(dl_phdr_info *info, size_t, void *to)
{
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto &header = info->dlpi_phdr[i];
        if (header.p_type != PT_NOTE)
            continue;
        const auto *at = reinterpret_cast<const char *>(info->dlpi_addr + header.p_vaddr);
        for (const char *end = at + header.p_memsz; at + sizeof(ElfW(Nhdr)) <= end;) {
            const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(at);
            const char *name = at + sizeof *note;
            const char *value = name + ((note->n_namesz + 3) & ~3U);
            if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
                *static_cast<QByteArray *>(to) = QByteArray(value, qsizetype(note->n_descsz)).toHex();
            at = value + ((note->n_descsz + 3) & ~3U);
        }
    }
    return 1; // the program itself comes first, and is all
}

} // namespace

bool isSupported()
{
    return kIsSupported;
}

void install(const QString &folder)
{
    if (!kIsSupported)
        return;
    const QByteArray path = QFile::encodeName(folder);
    if (!folder.isEmpty() && path.size() + 2 < qsizetype(sizeof s_folder) && QDir().mkpath(folder))
        std::snprintf(s_folder, sizeof s_folder, "%s/", path.constData());
    QByteArray buildId;
    dl_iterate_phdr(readBuildId, &buildId);
    std::snprintf(s_build, sizeof s_build, "version: %s\nbuild:   %s, Qt %s, %s\n", ENTVAS_VERSION,
                  buildId.isEmpty() ? "?" : buildId.constData(), qVersion(), __VERSION__);
    void *warmUp[2];
    backtrace(warmUp, 2); // loads what it needs, once
    useAlternateStack();
    std::set_terminate(onTerminate);
    struct sigaction action = {};
    action.sa_sigaction = onCrash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (const int number : kCrashSignals)
        sigaction(number, &action, nullptr);
}

} // namespace entvas::crashreport
