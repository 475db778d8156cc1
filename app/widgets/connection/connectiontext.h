#pragma once

#include "app/feed/feed.h"

#include <QString>

namespace entvas {

// What a banner says of a connection that is not well, and the ways on.
struct ConnectionText {
    QString headline; // empty: there is nothing to say
    QString text;
    QString action;
    QString otherAction;

    bool isEmpty() const { return headline.isEmpty(); }
};

// `server` is its name. `ageMs`: how old the numbers are that are seen meanwhile; nothing = there are none.
// `waitMs`: until the next try of a lost connection.
ConnectionText connectionText(const FeedState &state, const QString &server, std::optional<qint64> ageMs,
                              qint64 waitMs);
// There is no server at all, for this reason.
ConnectionText strandedText(const QString &reason, std::optional<qint64> ageMs);

} // namespace entvas
