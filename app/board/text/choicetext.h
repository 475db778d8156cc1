#pragma once

#include "app/board/boardframe.h"
#include "core/base/result.h"

#include <array>
#include <optional>
#include <QJsonObject>

namespace entvas {

// A choice as people may read, share and compare it:
//   {"view": "day", "compare": "previousPeriod", "breakDown": "page", "filter": {"browser": {"only": ["chrome"]}}}
// A view is the name of a range, {"lastMs": n}, or {"from": ISO, "to": ISO} in UTC. What has its usual value is left
// out.
QJsonObject toJson(const BoardChoice &choice);

// Fails with a sentence that names what is wrong. Keys that are not known are refused: a typing error must not look
// like a choice.
Result<BoardChoice> choiceFromJson(const QJsonObject &json);

// For all texts that keep what a person chose: which of the names it is, and a failure that says what is wrong.
template <std::size_t N>
std::optional<int> indexOf(const std::array<const char *, N> &names, const QString &name)
{
    for (std::size_t i = 0; i < N; ++i)
        if (name == QLatin1StringView(names[i]))
            return int(i);
    return {};
}
inline Failure wrong(const QString &what)
{
    return {Fault::BadInput, what};
}

} // namespace entvas
