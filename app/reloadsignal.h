#pragma once

#include <memory>
#include <QObject>

class QSocketNotifier;

namespace entvas {

// Turns SIGHUP into a Qt signal, as often as it comes; several in a row may be told as one. At most one object at a
// time, in a thread with an event loop. Without one SIGHUP ends the process, as the system does by default.
class ReloadSignal : public QObject
{
    Q_OBJECT
public:
    explicit ReloadSignal(QObject *parent = nullptr);
    ~ReloadSignal() override;

Q_SIGNALS:
    void requested();

private:
    void read();

    int m_fds[2] = {-1, -1}; // the handler writes to [0]; [1] is ours
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace entvas
