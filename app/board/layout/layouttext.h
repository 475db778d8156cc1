#pragma once

#include "app/board/layout/layout.h"
#include "core/base/result.h"

#include <QJsonObject>

namespace entvas {

// A layout as a person can read it, change it and compare it with another one:
//   {"column": [{"panel": "numbers"}, {"row": [{"panel": "chart", "weight": 2}, {"panel": "top"}], "weight": 13},
//               {"tabs": ["stream", "rejected"], "front": "rejected", "weight": 11}]}
// A weight of 1 is left out; so is "front" where it is the first tab. "numbers" may name cards in "hidden".
QJsonObject toJson(const LayoutNode &layout);
// Strict: what is unknown, twice there, too deep or too much is refused with a sentence that names the place, such as
// "column[1].row[0]". What is read is in normal form.
Result<LayoutNode> layoutFromJson(const QJsonObject &json);

} // namespace entvas
