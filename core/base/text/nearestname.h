#pragma once

#include <QStringList>

namespace entvas {

// The known word that is fewest slips of the pen away from `word`, in upper or lower case; empty when none is near.
QString nearestName(const QString &word, const QStringList &known);

} // namespace entvas
