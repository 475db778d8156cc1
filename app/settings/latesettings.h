#pragma once

#include <memory>
#include <QString>
#include <QThreadPool>
#include <QVariant>

namespace entvas {

// Settings that change often, written in a thread of their own: Qt waits for the disk with each write, and a slow disk
// must not hold up the screen. Of several values of a key the last one counts. What is not written yet is written
// before this goes. To be used in one thread.
class LateSettings
{
public:
    LateSettings();
    ~LateSettings(); // waits
    void set(const QString &key, const QVariant &value);

private:
    struct Pending;
    std::shared_ptr<Pending> m_pending;
    QThreadPool m_writer; // one thread, while there is something to write
};

} // namespace entvas
