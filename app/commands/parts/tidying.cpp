#include "app/commands/parts/tidying.h"

#include "app/commands/parts/progress.h"

using namespace Qt::StringLiterals;

namespace entvas {

Result<bool> tidyUp(BulkStore &store, const StopFlag &stop)
{
    Progress progress(u"Tidying counts"_s, u"steps"_s);
    bool isMore = true;
    while (isMore && !stop.isSet()) {
        const Result<bool> step = store.tidy();
        if (!step) {
            progress.clear();
            return step;
        }
        isMore = step.value();
        progress.add(1);
    }
    progress.clear();
    const Result<void> finished = store.finish();
    return finished ? Result<bool>(!isMore) : finished.failure();
}

} // namespace entvas
