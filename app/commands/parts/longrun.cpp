#include "app/commands/parts/longrun.h"

#include "app/process/exitcode.h"

namespace entvas {

Result<bool> LongRun::repeat(Progress &progress, const std::function<Result<Step>()> &step) const
{
    while (!isStopped()) {
        const Result<Step> taken = step();
        if (!taken) {
            progress.clear();
            return taken.failure();
        }
        progress.update(taken->done);
        if (taken->isLast)
            return true;
    }
    return false;
}

CommandEnd LongRun::end(const QJsonObject &report, const QStringList &lines,
                        const std::optional<Failure> &failure) const
{
    if (!m_json)
        for (const QString &line : lines)
            print(line);
    if (failure)
        return {*failure, report};
    if (m_json)
        print(report);
    return ExitCode::Fine;
}

} // namespace entvas
