#pragma once

#include "server/http/message.h"

#include <functional>
#include <memory>
#include <QMap>
#include <QTimer>

namespace entvas {

class Metrics;
class StoreWriter;

// Events that failed validation, on their way to the database. They are counted by minute and written one job at a
// time, so that a flood of bad events can't fill the queue that good ones need. Senders get their 400 once the
// count is stored, or at once when the database is away or many wait already. Lives in the server's thread.
class Rejections : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMaxHeld = 256;            // answers that wait for their count
    static constexpr qsizetype kMaxHeldBytes = 64 * 1024; // a larger answer never waits
    static constexpr qsizetype kMaxMinutes = 1'440;       // kept while the database is away; then the newest takes all
    static constexpr int kRetryMs = 1'000;

    // `nextTicket` gives numbers that no other job of this writer has. `metrics` gets ours.
    Rejections(StoreWriter *writer, std::function<quint64()> nextTicket, Metrics &metrics, QObject *parent = nullptr);

    ~Rejections() override;

    void add(const QString &project, qint64 count, qint64 nowMs, const HttpResponder &responder, HttpReply reply);
    // A job came back: true when it was one of ours.
    bool committed(quint64 ticket);
    bool refused(quint64 ticket);
    bool isIdle() const { return m_inFlight == 0 && m_waiting.isEmpty(); }
    qint64 uncounted() const; // events not known to be in the database

private:
    struct Counts;
    struct Held {
        HttpResponder responder;
        HttpReply reply;
    };
    using Minute = std::pair<QString, qint64>; // project, start of the minute
    void pushNext();
    static void answer(QList<Held> &held);

    StoreWriter *m_writer;
    std::function<quint64()> m_nextTicket;
    QMap<Minute, qint64> m_waiting;
    QList<Held> m_held; // their counts wait
    QList<Held> m_inFlightHeld;
    quint64 m_inFlight = 0; // ticket; 0 = none
    Minute m_inFlightMinute;
    qint64 m_inFlightCount = 0;
    QTimer m_retry;
    std::unique_ptr<Counts> m_counts;
};

} // namespace entvas
