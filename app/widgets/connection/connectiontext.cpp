#include "app/widgets/connection/connectiontext.h"

#include "app/board/text/format.h"

#include <algorithm>
#include <QCoreApplication>

namespace entvas {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(entvas::Connection)
};

QString knownSince(std::optional<qint64> ageMs)
{
    return ageMs ? Words::tr(" Showing data from %1 ago.").arg(format::age(*ageMs)) : QString();
}

} // namespace

ConnectionText connectionText(const FeedState &state, const QString &server, std::optional<qint64> ageMs, qint64 waitMs)
{
    const QString known = knownSince(ageMs);
    const QString reason = state.reason + known;
    const QString now = Words::tr("Try now"), other = Words::tr("Other server…");
    switch (state.kind) {
    case FeedState::Kind::Live:
    case FeedState::Kind::Connecting: return {};
    case FeedState::Kind::Stale: return {Words::tr("No data received"), reason, Words::tr("Connect again"), other};
    case FeedState::Kind::Lost: {
        const qint64 wait = std::max<qint64>(0, waitMs) / 1000;
        const QString again = wait > 0 ? Words::tr("Retrying in %1 s.").arg(wait) : Words::tr("Retrying now.");
        return {ageMs ? Words::tr("Connection lost") : Words::tr("No connection to %1").arg(server),
                state.reason + u' ' + again + known, now, other};
    }
    case FeedState::Kind::Refused:
        return {Words::tr("%1 refused the connection").arg(server), reason, Words::tr("Enter token…"), {}};
    case FeedState::Kind::NoProject: return {Words::tr("No such project"), reason, now, other};
    case FeedState::Kind::Incompatible:
        return {Words::tr("%1 uses an incompatible version").arg(server), reason, now, other};
    }
    Q_UNREACHABLE();
}

ConnectionText strandedText(const QString &reason, std::optional<qint64> ageMs)
{
    return {Words::tr("No server"), reason + knownSince(ageMs), Words::tr("Try again"), Words::tr("Other server…")};
}

} // namespace entvas
