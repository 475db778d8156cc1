#pragma once

#include "app/samples/sampleevents.h"
#include "core/base/result.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QObject>
#include <QTimer>
#include <QUrl>

class QNetworkReply;

namespace entvas {

struct FeederOptions {
    QUrl url; // of the webhook
    QString key;
    double perSecond = 0;   // 0 = one every 5 to 10 seconds
    qint64 count = 0;       // events in all; 0 = until stopped
    int invalidEvery = -1;  // every n-th is invalid; 0 = none, -1 = one in ten at random
    bool keepTrying = true; // when there is no answer; otherwise the feeder ends
};

// Events by what became of them.
struct FeederTotals {
    qint64 accepted = 0;
    qint64 rejected = 0; // invalid ones, as meant (400)
    qint64 failed = 0;   // any other answer, or none
};

// Posts sample events to a webhook. Lives in any thread with an event loop; prints nothing. Memory is bounded: what a
// slow server does not take is not made.
class Feeder : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxInFlight = 6; // as many as QNetworkAccessManager sends at once
    static constexpr double kMaxPerSecond = 100'000;
    static constexpr double kSinglesPerSecond = 200; // beyond it several events share a request
    static constexpr int kMaxBatch = 1'000;

    explicit Feeder(FeederOptions options, QObject *parent = nullptr);
    ~Feeder() override;

    void start();
    void stop(); // without finished(); answers still on their way are not counted
    const FeederTotals &totals() const { return m_totals; }

Q_SIGNALS:
    void sent(const QJsonObject &event);          // single events only
    void answered(int status);                    // to each request
    void unreachable(const QString &sentence);    // once per outage
    void refused(const entvas::Failure &failure); // the key was not accepted; once
    void finished();                              // `count` were sent and answered, or there is no answer

private:
    void tick();
    void post(qint64 events);
    void onFinished(QNetworkReply *reply, qint64 valid, qint64 invalid);
    void countAnswer(int status, const QByteArray &body, qint64 valid, qint64 invalid);
    bool isInvalid(qint64 number); // the number-th event, from 1
    qint64 due() const;
    bool isDone() const { return m_options.count > 0 && m_made >= m_options.count; }

    FeederOptions m_options;
    FeederTotals m_totals;
    SampleEvents m_events;
    QNetworkAccessManager m_network;
    QTimer m_timer;
    QElapsedTimer m_since;  // start of the present schedule
    qint64 m_sinceMade = 0; // events of the present schedule
    qint64 m_made = 0;
    int m_inFlight = 0;
    bool m_running = false;
    bool m_unreachable = false;
    bool m_refused = false;
};

} // namespace entvas
