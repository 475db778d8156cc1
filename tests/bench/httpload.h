#pragma once

#include <QByteArray>
#include <vector>

namespace entvas::bench {

// What came of a run of requests.
struct LoadFigures {
    qint64 answered = 0;
    double seconds = 0;
    std::vector<float> delaysMs; // from sending a request to having its whole answer; sorted

    double perSecond() const { return seconds > 0 ? double(answered) / seconds : 0; }
    double delayMs(double share) const; // 0.99: the delay that 99 % of the requests did not exceed
};

QByteArray getRequest(const QByteArray &path);
QByteArray postRequest(const QByteArray &body, const QByteArray &key);
// Events as a feeder sends them: 80 series. `number` counts them.
QByteArray sampleEvent(int number);
QByteArray sampleArray(int first, int events);

// Sends `requests` in turn over `connections` connections, each its next one when the last one was answered, for
// `seconds`. One thread that waits for all sockets at once, so that what is measured is the server. Ends the program
// with a sentence when an answer is not 200 or none comes.
LoadFigures loadFor(double seconds, quint16 port, int connections, const std::vector<QByteArray> &requests);

// `perSecond` requests over `connections` connections, evenly spaced: each is due at its time whatever became of those
// before it, and its delay counts from then on, so that a server that stands still is not let off.
LoadFigures loadAtRate(double perSecond, double seconds, quint16 port, int connections,
                       const std::vector<QByteArray> &requests);

} // namespace entvas::bench
