#pragma once

#include <QStringList>

namespace entvas {

// What the shells offer (entvas --complete WORD… CURRENT, with the words behind the program's name up to the cursor):
// one line for each, WORD<tab>HELP, and ":files" where the name of a file may stand. Not filtered by what CURRENT
// begins with.
QString completions(const QStringList &words, bool hasDesktop = true);

} // namespace entvas
