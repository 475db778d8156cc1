#pragma once

#include "app/board/boardframe.h"
#include "core/base/result.h"

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

// What is wrong with a text that keeps what a person chose.
inline Failure wrong(const QString &what)
{
    return {Fault::BadInput, what};
}

} // namespace entvas
