#pragma once

#include <memory>
#include <QList>
#include <QObject>

class QSocketNotifier;

namespace entvas {

// Turns signals of the system into a Qt signal, as often as they come; several of a kind in a row may be reported as
// one. Each number belongs to at most one object at a time, in a thread with an event loop. When it goes, the system
// does again what it does by default, which for most numbers is to end the process. StopSignal is for those that end
// it.
class UnixSignals : public QObject
{
    Q_OBJECT
public:
    explicit UnixSignals(const QList<int> &numbers, QObject *parent = nullptr);
    ~UnixSignals() override;

Q_SIGNALS:
    void caught(int number);

private:
    void read();

    const QList<int> m_numbers;
    int m_fds[2] = {-1, -1}; // the handler writes to [0]; [1] is ours
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace entvas
