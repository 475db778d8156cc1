#pragma once

#include <QStringList>

namespace entvas {

// The known word that is fewest slips of the pen away from `word`, whatever the case of that; empty when none is near.
QString nearestName(const QString &word, const QStringList &known);

} // namespace entvas
