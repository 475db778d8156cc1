#pragma once

#include "app/theme/theme.h"

#include <QString>

namespace entvas {

// What a person chose for all windows of the desktop. Kept in the desktop's own settings file; what makes no sense
// there is taken for its usual value.
struct Preferences {
    static constexpr int kLeastScale = 100, kMostScale = 300; // percent

    ThemeMode theme = ThemeMode::System;
    QString language;       // "en", "de"; empty = as the system
    int scalePercent = 100; // of everything, beside what the system asks for; from the next start on
    bool restoresWindows = true;
    bool hasTray = true;
    bool notifies = true;  // alerts through the system
    int kioskSeconds = 30; // per view
    bool operator==(const Preferences &) const = default;

    static Preferences load(); // needs the application's names, but no application object
    void save() const;
};

} // namespace entvas
