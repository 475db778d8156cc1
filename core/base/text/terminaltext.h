#pragma once

#include <QByteArray>
#include <QString>

namespace entvas {

// Text that may come from elsewhere (names of events, projects, files), as one line for a terminal or a log: what a
// terminal would obey or hide is written as in JSON's strings, ESC as \u001b and a line end as \n. That is all control
// characters (C0, DEL, C1), separators of lines and paragraphs, and format characters (Unicode's category Cf), but for
// the joiners.
QString terminalText(const QString &text);

// The same for compact JSON, which stays the same JSON.
QByteArray terminalJson(const QByteArray &json);

} // namespace entvas
