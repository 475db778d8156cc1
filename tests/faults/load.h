#pragma once

#include <atomic>
#include <QByteArray>
#include <QHash>
#include <QList>
#include <thread>

namespace entvas::test {

// What became of one event that was posted.
struct Posted {
    enum class Fate {
        Unknown,      // no answer came: it may be stored, at most once
        Acknowledged, // 2xx
        Refused,      // 429 or 503: nothing may be stored
    };
    QByteArray user; // unique: the database tells events apart by it
    QByteArray key;  // its idempotency key, sent again until it is acknowledged; empty = sent once
    Fate fate = Fate::Unknown;
    QByteArray eventId;
    int attempts = 0;
    int firsts = 0; // acknowledgements without "duplicate"
};

// Senders that don't stop for anything: each posts one request after the other and connects again when it is cut.
// Every second event has an idempotency key; every eighth request is an array of four. Runs in a thread of its own.
class Load
{
public:
    struct Options {
        QList<quint16> ports; // connections are spread over them
        int connections = 8;
        int pauseMs = 0; // of each connection after each answer
        QByteArray name = "load";
        QByteArray key = {}; // empty = the documented development key
    };
    explicit Load(Options options);
    ~Load();

    void start();
    // Lets requests under way end, for at most `ms`; those with a key are tried until then.
    void stop(int ms = 10'000);

    qint64 acknowledged() const { return m_acknowledged; } // events
    qint64 refused() const { return m_refused; }           // answers with 429 or 503
    qint64 lost() const { return m_lost; }                 // connections that ended without the answer they owed
    double longestMs() const { return m_longestMs; }       // that an answer took
    // After stop().
    const QHash<QByteArray, Posted> &events() const { return m_events; } // by user
    const QList<QByteArray> &problems() const { return m_problems; }     // answers that no sender should ever see

private:
    struct Connection;
    void run();
    void prepare(Connection &connection);
    void open(Connection &connection);
    void drop(Connection &connection);
    void take(Connection &connection);
    void onAnswer(Connection &connection, int status, const QByteArray &head, const QByteArray &body);

    Options m_options;
    std::atomic<bool> m_stop = false;
    std::atomic<qint64> m_deadlineMs = 0;
    std::atomic<qint64> m_acknowledged = 0;
    std::atomic<qint64> m_refused = 0;
    std::atomic<qint64> m_lost = 0;
    std::atomic<double> m_longestMs = 0;
    qint64 m_number = 0;
    QHash<QByteArray, Posted> m_events;
    QList<QByteArray> m_problems;
    std::thread m_thread;
};

} // namespace entvas::test
