#pragma once

#include "core/model/settings.h"
#include "core/model/settingvalues.h"

#include <vector>

namespace entvas {

// The table of the settings, for those that resolve them.

// What is wrong with a value, as the end of the sentence `… must be …`; null when nothing is.
using Complaint = QString;

struct SettingRow {
    SettingInfo info;
    Complaint (*read)(const QString &value, Settings &settings);
    bool isSecret = false; // never shown, never from flag or file
    SettingValues values = {};
};

// To add a setting, add its member to Settings and one row here.
const std::vector<SettingRow> &settingRows();

// Without line ends and other control characters.
bool isPlainText(const QString &text);

} // namespace entvas
