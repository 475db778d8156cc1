#pragma once

#include <memory>
#include <QElapsedTimer>
#include <QString>

namespace entvas {

// How far a long command is.
struct ProgressState {
    QString doing;        // "Backing up"
    QString unit;         // "events"
    qint64 done = 0;      // in units
    qint64 total = -1;    // in units; -1 = unknown
    qint64 elapsedMs = 0; // since the start
    double perSecond = 0; // lately
    bool operator==(const ProgressState &) const = default;
};

// One line of at most `columns` characters, without a line end: what there is room for, the most useful first.
QString progressLine(const ProgressState &state, int columns);
// What stays when it is over: "Backing up: 1,200,000 events in 12 s (100,000/s)".
QString progressSummary(const ProgressState &state);

// Shows on a terminal how far a long command is: a bar, how many of how many, the rate and the time left, in one line
// of standard error that is drawn over at most every kDrawMs. Where standard error is no terminal nothing is written at
// all. Used in one thread. A failure is reported after clear(), or after the object is gone.
class Progress
{
public:
    static constexpr qint64 kUnknown = -1;
    static constexpr qint64 kDrawMs = 100;
    static constexpr qint64 kRateMs = 5'000; // the rate is that of about the last so many

    // `alreadyDone` is what an earlier run did: it counts as done, but not for the rate.
    explicit Progress(const QString &doing, const QString &unit, qint64 total = kUnknown, qint64 alreadyDone = 0);
    ~Progress(); // takes an unfinished line away
    Q_DISABLE_COPY_MOVE(Progress)

    void setTotal(qint64 total) { m_state.total = total; }
    // The next part of the command: starts to count from 0, without a summary of this one.
    void next(const QString &doing, const QString &unit, qint64 total = kUnknown);
    // In all, not since the last call. Costs a look at the clock.
    void update(qint64 done);
    void add(qint64 more) { update(m_state.done + more); }
    qint64 done() const { return m_state.done; }
    // Takes the line away, so that something else can be written; the next update draws it again.
    void clear();
    // The line gives way to the summary.
    void finish();

private:
    void draw();

    ProgressState m_state;
    qint64 m_before = 0; // done by an earlier run
    bool m_terminal = false;
    bool m_drawn = false;
    QElapsedTimer m_since;
    qint64 m_drawnAtMs = -kDrawMs;
    qint64 m_ratedAtMs = 0; // when the rate was looked at last, and what was done then
    qint64 m_ratedDone = 0;
};

// Ctrl+C (and SIGTERM) for commands that work without an event loop: the first asks them to end, they look at isSet()
// between two steps; a second one ends the process at once. At most one object at a time (app/process/stopsignal.h).
class StopFlag
{
public:
    StopFlag();
    ~StopFlag();
    Q_DISABLE_COPY_MOVE(StopFlag)

    bool isSet() const;

private:
    class Thread;
    std::unique_ptr<Thread> m_thread; // has the event loop that the signal needs
};

} // namespace entvas
