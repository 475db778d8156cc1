#pragma once

#include "core/base/metrics.h"
#include "core/store/events/storereader.h"
#include "server/query/replicapatience.h"

#include <map>
#include <memory>
#include <QElapsedTimer>
#include <QTimer>

namespace entvas {

// Where stored events are read from for people: the replica, where the settings name one, else the database itself.
// While the replica is away the database answers in its place, and the same while its replication stands still or lags
// too far behind. What the replica was asked, and did not or can't answer, the database is asked too. The replica is
// used again by itself. What it answers may lag behind by as much as its replication does. Asked and answered in the
// server's thread.
class HistoryReader : public QObject
{
    Q_OBJECT
public:
    // `primary` must outlive it. No `replica`: there is none.
    HistoryReader(StoreReader *primary, const StoreReader::StoreFactory &replica, const ReplicaPatience &patience = {},
                  QObject *parent = nullptr);

    // See StoreReader::ask(). The limit is the patience with the database.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, const std::function<Result<T>(EventStore &)> &question,
                           const std::function<void(Result<T>)> &answer)
    {
        if (!m_replica)
            return m_primary->ask<T>(context, question, answer, m_patience.database);
        if (!m_isAvailable) {
            ++*m_fellBack;
            return m_primary->ask<T>(context, question, answer, m_patience.database);
        }
        // Only we hold who is answered: a replica that hangs keeps its questions for as long, and beyond our end.
        const auto asker = std::make_shared<Asker<T>>(Asker<T>{context, answer});
        const std::weak_ptr<Asker<T>> weak = asker;
        const quint64 number = ++m_asked;
        const bool isTaken = m_replica->ask<T>(
            this,
            [weak, question](EventStore &store) {
                return weak.expired() ? Result<T>(Failure{Fault::Busy, QString()}) : question(store);
            },
            [this, number, weak](Result<T> found) {
                const auto still = weak.lock();
                if (!still)
                    return;
                if (!found) { // also because it lacks what a migration has just made
                    if (found.failure().kind == Fault::Unavailable)
                        lose(found.failure().text);
                    return askDatabase(number);
                }
                m_unanswered.erase(number);
                if (still->context)
                    still->answer(std::move(found));
            });
        if (!isTaken) {
            ++*m_fellBack;
            return m_primary->ask<T>(context, question, answer, m_patience.database);
        }
        m_unanswered.emplace(number, [this, asker, question] {
            if (asker->context && !m_primary->ask<T>(asker->context, question, asker->answer, m_patience.database))
                asker->answer(Failure{Fault::Busy, tooMany()});
        });
        giveUpAfter(m_patience.answer, number);
        return true;
    }
    // The server stops, and waits for answers: what the replica does not answer soon, the database is asked.
    void hurry();
    const Metrics &metrics() const { return m_metrics; } // none without a replica

private:
    template <class T>
    struct Asker {
        QPointer<QObject> context;
        std::function<void(Result<T>)> answer;
    };
    // What the log of the database had, and when that was.
    struct Mark {
        QString position;
        QElapsedTimer since;
    };

    static QString tooMany();
    void askDatabase(quint64 number);
    void giveUpAfter(std::chrono::milliseconds patience, quint64 number);
    void lose(const QString &why);
    void look();
    void lookAtReplica();
    void onLooked(const Result<bool> &hasReplayed);

    StoreReader *m_primary;
    ReplicaPatience m_patience;
    std::unique_ptr<StoreReader> m_replica;
    // What the replica owes, and how the database is asked the same; at most as many as wait in m_replica.
    std::map<quint64, std::function<void()>> m_unanswered;
    quint64 m_asked = 0;
    QTimer m_timer;
    QTimer m_lookPatience;
    std::optional<Mark> m_mark; // that the replica has not reached, as far as we know
    bool m_isAvailable = true;  // until it turns out otherwise
    bool m_isLagging = false;
    bool m_isLooking = false;
    Metrics m_metrics;
    std::optional<Counter> m_fellBack; // none without a replica
};

} // namespace entvas
