#pragma once

#include "app/commands/commandline.h"
#include "app/commands/parts/progress.h"

#include <functional>

namespace entvas {

// What commands share that may take long: Ctrl+C asks them to end between two steps, a terminal shows how far they are,
// and they end with one report. From the construction on, Ctrl+C and SIGTERM are taken here.
class LongRun
{
public:
    explicit LongRun(const CommandLine &line) : m_json(line.json()) { m_since.start(); }

    bool isStopped() const { return m_stop.isSet(); }
    double seconds() const { return double(m_since.elapsed()) / 1'000; }

    struct Step {
        qint64 done = 0; // in all, for the progress
        bool isLast = false;
    };
    // Takes steps until the last one. False when it was stopped before that. After a failure the progress is cleared.
    Result<bool> repeat(Progress &progress, const std::function<Result<Step>()> &step) const;

    // How the command ends: prints `lines`, or with --json `report`. A failure goes out with the report.
    CommandEnd end(const QJsonObject &report, const QStringList &lines,
                   const std::optional<Failure> &failure = {}) const;

private:
    bool m_json;
    StopFlag m_stop;
    QElapsedTimer m_since;
};

} // namespace entvas
