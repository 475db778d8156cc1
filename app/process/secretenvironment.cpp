#include "app/process/secretenvironment.h"

#include "core/model/settings.h"

#include <cstdlib>
#include <cstring>

namespace entvas {

void wipeSecretEnvironment()
{
    for (const SettingInfo &info : settingInfos()) {
        if (!info.secretFile)
            continue;
        const QByteArray name = info.environment.toLocal8Bit();
        if (char *value = std::getenv(name.constData())) // the very bytes that the kernel shows
            explicit_bzero(value, std::strlen(value));
        ::unsetenv(name.constData());
    }
}

} // namespace entvas
