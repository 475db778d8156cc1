#include "app/settings/preferences.h"

#include "app/settings/language.h"

#include <algorithm>
#include <QSettings>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
const auto kTheme = u"window/theme"_s;
const auto kScale = u"window/scale"_s;
const auto kRestore = u"start/restoresWindows"_s;
const auto kTray = u"alerts/tray"_s;
const auto kNotify = u"alerts/notifications"_s;
const auto kKiosk = u"kiosk/seconds"_s;
} // namespace

Preferences Preferences::load()
{
    const QSettings settings;
    Preferences p;
    p.theme = themeModeFrom(settings.value(kTheme, 0).toInt());
    p.language = settings.value(language::kSetting).toString().left(20);
    p.scalePercent = std::clamp(settings.value(kScale, p.scalePercent).toInt(), kLeastScale, kMostScale);
    p.restoresWindows = settings.value(kRestore, p.restoresWindows).toBool();
    p.hasTray = settings.value(kTray, p.hasTray).toBool();
    p.notifies = settings.value(kNotify, p.notifies).toBool();
    p.kioskSeconds = std::clamp(settings.value(kKiosk, p.kioskSeconds).toInt(), 5, 3'600);
    return p;
}

void Preferences::save() const
{
    QSettings settings;
    settings.setValue(kTheme, int(theme));
    settings.setValue(language::kSetting, language);
    settings.setValue(kScale, scalePercent);
    settings.setValue(kRestore, restoresWindows);
    settings.setValue(kTray, hasTray);
    settings.setValue(kNotify, notifies);
    settings.setValue(kKiosk, kioskSeconds);
}

} // namespace entvas
