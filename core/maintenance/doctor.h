#pragma once

#include "core/model/settings.h"

#include <functional>
#include <QJsonObject>

namespace entvas {

// One thing that was looked at.
struct Finding {
    enum class Mark { Ok, Note, Bad };
    Mark mark = Mark::Ok;
    QString about; // "database", "indexes", …: stays the same from version to version
    QString text;
    QString advice; // what to do; empty where nothing is
    QJsonObject values;
};
QString markName(Finding::Mark mark); // "ok", "note", "bad"

// Looks at everything that a server with these settings needs, one finding after the other, and changes nothing. Works
// beside running servers. Blocks for as long as counting all events takes.
void examineAll(const Settings &settings, const std::function<void(const Finding &)> &tell);

} // namespace entvas
