#include "app/commands/parts/tidying.h"

#include "app/commands/parts/longrun.h"

using namespace Qt::StringLiterals;

namespace entvas {

Result<bool> tidyUp(BulkStore &store, const LongRun &run)
{
    Progress progress(u"Tidying counts"_s, u"steps"_s);
    const Result<bool> whole = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        const Result<bool> isMore = store.tidy();
        if (!isMore)
            return isMore.failure();
        return LongRun::Step{progress.done() + 1, !isMore.value()};
    });
    if (!whole)
        return whole;
    progress.clear();
    const Result<void> finished = store.finish();
    return finished ? whole : finished.failure();
}

} // namespace entvas
