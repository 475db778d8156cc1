#pragma once

#include <memory>
#include <QObject>

class QSocketNotifier;

namespace entvas {

// Turns SIGTERM and SIGINT into a Qt signal: the handler only writes one byte to a socket pair. The first signal is
// told; a second one ends the process at once, as the system does by default. At most one object at a time, in a
// thread with an event loop.
class StopSignal : public QObject
{
    Q_OBJECT
public:
    explicit StopSignal(QObject *parent = nullptr);
    ~StopSignal() override;

Q_SIGNALS:
    void requested(int signalNumber);

private:
    void read();

    int m_fds[2] = {-1, -1}; // the handler writes to [0]; [1] is ours
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace entvas
