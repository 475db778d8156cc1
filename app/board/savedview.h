#pragma once

#include "app/board/boardframe.h"
#include "app/board/layout/layout.h"
#include "core/base/result.h"

#include <QJsonObject>

namespace entvas {

// All that one window shows, but no number: which server and project, what of it, on which clock, in which layout. As a
// file it is small, and made to be read, shared and compared:
//   {"entvas": "view", "name": "Checkout", "server": "local", "show": {"view": "day"}, "zone": "Europe/Paris"}
// What has its usual value is left out.
struct SavedView {
    QString name;
    QString server;  // kLocalServer, or http(s)://host:port; empty = whichever the window is on
    QString project; // its id; empty = the server's first
    BoardChoice choice;
    QByteArray zone;                  // IANA; empty = this computer's
    std::optional<LayoutNode> layout; // none = automatic, by the width of the window
    bool relativeTimes = false;
    QString streamFilter;
    bool newestFirst = true;
    bool operator==(const SavedView &) const = default;
};
inline constexpr char16_t kLocalServer[] = u"local";
inline constexpr qsizetype kMostViewNameChars = 80;

QJsonObject toJson(const SavedView &view);
// Fails with a sentence that names what is wrong; unknown keys are refused, as a typing error must not look like a
// choice.
Result<SavedView> savedViewFromJson(const QJsonObject &json);

// For files: indented, with a line end. Fault::BadInput with the place where it is no JSON.
QByteArray toText(const SavedView &view);
Result<SavedView> savedViewFromText(const QByteArray &text);

} // namespace entvas
