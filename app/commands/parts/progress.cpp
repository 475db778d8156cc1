#include "app/commands/parts/progress.h"

#include "app/process/stopsignal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <QLocale>
#include <QSemaphore>
#include <QThread>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kUsualColumns = 80;
constexpr int kWidestBar = 30;
constexpr int kNarrowestBar = 8;
constexpr qint64 kSureAfterMs = 2'000; // before that a time left would be a guess
constexpr double kLongestLeft = 99.0 * 86'400;

QString count(qint64 number)
{
    static const QLocale english(QLocale::English, QLocale::UnitedStates); // as all that commands print
    return english.toString(number);
}

QString rateText(double perSecond)
{
    return perSecond < 10 ? QString::number(perSecond, 'f', 1) : count(std::llround(perSecond));
}

// "4 s", "3 min 20 s", "2 h 5 min"
QString spanText(double seconds)
{
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole < 60)
        return u"%1 s"_s.arg(whole);
    if (whole < 3'600)
        return u"%1 min %2 s"_s.arg(QString::number(whole / 60), QString::number(whole % 60));
    return u"%1 h %2 min"_s.arg(QString::number(whole / 3'600), QString::number(whole % 3'600 / 60));
}

int terminalColumns()
{
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return kUsualColumns;
}

bool isTerminal()
{
    // A terminal that can't go back to the start of its line gets nothing.
    return isatty(STDERR_FILENO) == 1 && qgetenv("TERM") != "dumb";
}

} // namespace

QString progressLine(const ProgressState &state, int columns)
{
    const bool knows = state.total >= 0;
    const double share = state.total > 0 ? std::clamp(double(state.done) / double(state.total), 0.0, 1.0)
                         : knows         ? 1.0
                                         : 0.0;
    // Done for good only: 99.6 % is not 100 %.
    const QString percent = knows ? u"%1%"_s.arg(int(share * 100), 3) : QString();
    const QString much = knows ? u"%1/%2"_s.arg(count(state.done), count(state.total)) : count(state.done);
    const QString rate = state.perSecond > 0 ? u"%1/s"_s.arg(rateText(state.perSecond)) : QString();
    QString left;
    if (knows && state.perSecond > 0 && state.elapsedMs >= kSureAfterMs && state.done < state.total)
        if (const double seconds = double(state.total - state.done) / state.perSecond; seconds < kLongestLeft)
            left = spanText(std::max(seconds, 1.0)) + u" left"_s;

    QString line = state.doing;
    const auto addIfRoom = [&](const QString &part) {
        if (!part.isEmpty() && line.size() + 2 + part.size() <= columns)
            line += u"  "_s + part;
    };
    addIfRoom(percent);
    addIfRoom(much + u' ' + state.unit);
    addIfRoom(left);
    addIfRoom(rate);
    const auto room = static_cast<int>(columns - line.size()) - 4; // two blanks and the brackets
    if (knows && room >= kNarrowestBar) {
        const int width = std::min(room, kWidestBar);
        const int filled = int(share * width);
        line.insert(state.doing.size(), u"  ["_s + QString(filled, u'#') + QString(width - filled, u'.') + u']');
    }
    return line.left(std::max(0, columns));
}

QString progressSummary(const ProgressState &state)
{
    const double seconds = double(state.elapsedMs) / 1'000;
    const QString took = seconds < 10 ? u"%1 s"_s.arg(seconds, 0, 'f', 1) : spanText(seconds);
    const QString rate =
        state.elapsedMs > 0 && state.perSecond > 0 ? u" (%1/s)"_s.arg(rateText(state.perSecond)) : QString();
    return u"%1: %2 %3 in %4%5"_s.arg(state.doing, count(state.done), state.unit, took, rate);
}

Progress::Progress(const QString &doing, const QString &unit, qint64 total, qint64 alreadyDone)
    : m_before(alreadyDone), m_terminal(isTerminal()), m_ratedDone(alreadyDone)
{
    m_state = {doing, unit, alreadyDone, total, 0, 0};
    m_since.start();
}

Progress::~Progress()
{
    clear();
}

void Progress::next(const QString &doing, const QString &unit, qint64 total)
{
    m_state = {doing, unit, 0, total, 0, 0};
    m_before = 0;
    m_drawnAtMs = -kDrawMs;
    m_ratedAtMs = 0;
    m_ratedDone = 0;
    m_since.restart();
    draw();
}

void Progress::update(qint64 done)
{
    m_state.done = done;
    if (!m_terminal)
        return;
    const qint64 now = m_since.elapsed();
    if (now - m_drawnAtMs >= kDrawMs) {
        m_drawnAtMs = now;
        draw();
    }
}

void Progress::draw()
{
    if (!m_terminal)
        return;
    const qint64 now = m_since.elapsed();
    if (const qint64 span = now - m_ratedAtMs; span > 0) {
        // Weighs what is new by its share of kRateMs: one slow step neither hides nor rules.
        const double lately = double(m_state.done - m_ratedDone) * 1'000 / double(span);
        const double weight = std::max(double(span) / double(kRateMs), double(span) / double(now));
        m_state.perSecond += (lately - m_state.perSecond) * std::min(weight, 1.0);
        m_ratedAtMs = now;
        m_ratedDone = m_state.done;
    }
    m_state.elapsedMs = now;
    // The last column stays free: some terminals begin a new line there. Erases what an older, longer line left.
    const QString line = progressLine(m_state, terminalColumns() - 1);
    std::fprintf(stderr, "\r%s\x1b[K", qUtf8Printable(line));
    std::fflush(stderr);
    m_drawn = true;
}

void Progress::clear()
{
    if (!m_drawn)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    m_drawn = false;
}

void Progress::finish()
{
    clear();
    if (!m_terminal)
        return;
    ProgressState all = m_state;
    all.elapsedMs = m_since.elapsed();
    all.done -= m_before;
    all.perSecond = double(all.done) * 1'000 / double(std::max<qint64>(all.elapsedMs, 1));
    std::fprintf(stderr, "%s\n", qUtf8Printable(progressSummary(all)));
}

class StopFlag::Thread : public QThread
{
public:
    void run() override
    {
        StopSignal signal;
        QObject::connect(
            &signal, &StopSignal::requested, &signal, [this] { isSet.store(true, std::memory_order_relaxed); },
            Qt::DirectConnection);
        ready.release();
        exec();
    }

    QSemaphore ready;
    std::atomic<bool> isSet = false;
};

StopFlag::StopFlag() : m_thread(std::make_unique<Thread>())
{
    m_thread->start();
    m_thread->ready.acquire(); // from here on nothing ends us unasked
}

StopFlag::~StopFlag()
{
    m_thread->quit();
    m_thread->wait();
}

bool StopFlag::isSet() const
{
    return m_thread->isSet.load(std::memory_order_relaxed);
}

} // namespace entvas
