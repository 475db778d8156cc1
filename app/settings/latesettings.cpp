#include "app/settings/latesettings.h"

#include <QHash>
#include <QMutex>
#include <QSettings>

#include <utility>

namespace entvas {

struct LateSettings::Pending {
    QMutex mutex;
    QHash<QString, QVariant> values; // as many as there are keys
    bool isWriting = false;

    void write()
    {
        for (;;) {
            QHash<QString, QVariant> now;
            {
                const QMutexLocker lock(&mutex);
                now = std::exchange(values, {});
                if (now.isEmpty()) {
                    isWriting = false;
                    return;
                }
            }
            QSettings settings;
            for (auto value = now.cbegin(); value != now.cend(); ++value)
                settings.setValue(value.key(), value.value());
        }
    }
};

LateSettings::LateSettings() : m_pending(std::make_shared<Pending>())
{
    m_writer.setMaxThreadCount(1);
}

LateSettings::~LateSettings()
{
    m_writer.waitForDone();
}

void LateSettings::set(const QString &key, const QVariant &value)
{
    const QMutexLocker lock(&m_pending->mutex);
    m_pending->values.insert(key, value);
    if (!std::exchange(m_pending->isWriting, true))
        m_writer.start([pending = m_pending] { pending->write(); });
}

} // namespace entvas
