#pragma once

#include <QStringList>

namespace entvas {

// What the value of a setting may be, for those who complete it: one of a few words, or the name of a file.
struct SettingValues {
    QStringList choices = {};
    bool isFile = false;
};

// `key` is one of settingInfos().
SettingValues settingValues(const QString &key);

} // namespace entvas
