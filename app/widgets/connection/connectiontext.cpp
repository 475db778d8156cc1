#include "app/widgets/connection/connectiontext.h"

#include "app/board/text/format.h"
#include "app/board/text/translation.h"

#include <algorithm>

namespace entvas {

namespace {

QString knownSince(std::optional<qint64> ageMs)
{
    return ageMs ? tr(" Showing data from %1 ago.").arg(format::age(*ageMs)) : QString();
}

} // namespace

ConnectionText connectionText(const FeedState &state, const QString &server, std::optional<qint64> ageMs, qint64 waitMs)
{
    const QString known = knownSince(ageMs);
    const QString reason = state.reason + known;
    const QString now = tr("Try now"), other = tr("Other server…");
    switch (state.kind) {
    case FeedState::Kind::Live:
    case FeedState::Kind::Connecting: return {};
    case FeedState::Kind::Stale: return {tr("No data received"), reason, tr("Connect again"), other};
    case FeedState::Kind::Lost: {
        const qint64 wait = std::max<qint64>(0, waitMs) / 1000;
        const QString again = wait > 0 ? tr("Retrying in %1 s.").arg(wait) : tr("Retrying now.");
        return {ageMs ? tr("Connection lost") : tr("No connection to %1").arg(server),
                state.reason + u' ' + again + known, now, other};
    }
    case FeedState::Kind::Refused: return {tr("%1 refused the connection").arg(server), reason, tr("Enter token…"), {}};
    case FeedState::Kind::NoProject: return {tr("No such project"), reason, now, other};
    case FeedState::Kind::Incompatible: return {tr("%1 uses an incompatible version").arg(server), reason, now, other};
    }
    Q_UNREACHABLE();
}

ConnectionText strandedText(const QString &reason, std::optional<qint64> ageMs)
{
    return {tr("No server"), reason + knownSince(ageMs), tr("Try again"), tr("Other server…")};
}

} // namespace entvas
