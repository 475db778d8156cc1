#pragma once

#include "core/model/event.h"

#include <QRandomGenerator>
#include <QTimeZone>
#include <queue>
#include <vector>

namespace entvas {

struct HistoryPlan {
    qint64 events = 100'000;
    qint64 fromMs = 0; // of receipt, [fromMs, toMs)
    qint64 toMs = 0;
    int users = 1'000;
    quint32 seed = 1;
    QStringList dimensions; // metadata keys that events are counted by
    QTimeZone zone;         // where people work from nine to five
};

// The history of a small web product, as its traffic could have been: busy at working hours and quiet at weekends,
// growing slowly, with campaigns that bring a rush and outages that bring silence. People come in sessions: joined, a
// chain of pages, some messages, gone; a few come daily and most seldom, each with one browser. In order of receipt,
// the same for the same plan, and never more of it in memory than the sessions that are open.
class SampleHistory
{
public:
    static constexpr qint64 kBinMs = 300'000;
    static constexpr int kMaxDays = 3'650;

    explicit SampleHistory(const HistoryPlan &plan);

    // Exactly as many as planned; false at the end.
    bool next(Event &event);

private:
    struct Visit {
        qint64 atMs = 0;
        quint32 number = 0; // of the session: settles the order of the same moment
        int user = 0;
        int step = 0;
        qint64 left = 0; // events still to come, this one included
        int page = 0;
        double pace = 1; // under 1 where the history ends before the session would
        qint64 beganMs = 0;
        bool operator>(const Visit &o) const { return atMs != o.atMs ? atMs > o.atMs : number > o.number; }
    };

    void weigh();
    double weightAt(qint64 ms, const std::vector<double> &days) const;
    qint64 timeAt(double share); // of all weight
    void openSession();
    int nextPage(int page);
    Event toEvent(Visit &visit);
    QUuid idAt(qint64 ms);
    double uniform() { return m_random.generateDouble(); }
    double exponential(double mean);

    HistoryPlan m_plan;
    QRandomGenerator m_random;
    std::vector<double> m_sums; // of the weights of the bins up to each, the total last
    std::vector<std::pair<qint64, qint64>> m_outages;
    std::vector<qint64> m_campaigns;
    std::priority_queue<Visit, std::vector<Visit>, std::greater<>> m_open;
    qint64 m_planned = 0; // events of all sessions so far
    qint64 m_nextStartMs = 0;
    quint32 m_sessions = 0;
    qint64 m_lastMs = 0;
    quint32 m_counter = 0; // within m_lastMs
};

} // namespace entvas
