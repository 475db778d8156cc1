#pragma once

#include "core/store/storereader.h"

#include <chrono>
#include <memory>
#include <QTimer>

namespace entvas {

// Where stored events are read from for people: the replica, where the settings name one, else the database itself.
// While the replica is away the database answers in its place; it is asked for again by itself. What it answers may lag
// behind by as much as its replication does. Asked and answered in the server's thread.
class HistoryReader : public QObject
{
    Q_OBJECT
public:
    // A replica that has not answered for so long is taken for away: the database is asked the same.
    static constexpr std::chrono::milliseconds kPatience{10'000};
    static constexpr std::chrono::milliseconds kLookEvery{5'000}; // whether the replica answers

    struct Stats {
        bool hasReplica = false;
        bool isAvailable = false; // the replica
        quint64 fellBack = 0;     // questions that the database answered in its place
    };

    // `primary` must outlive it. No `replica`: there is none.
    HistoryReader(StoreReader *primary, const StoreReader::StoreFactory &replica, QObject *parent = nullptr);

    // See StoreReader::ask().
    template <class T>
    [[nodiscard]] bool ask(QObject *context, const std::function<Result<T>(EventStore &)> &question,
                           const std::function<void(Result<T>)> &answer)
    {
        if (!m_replica)
            return m_primary->ask<T>(context, question, answer);
        if (!m_isAvailable) {
            ++m_fellBack;
            return m_primary->ask<T>(context, question, answer);
        }
        const auto isOver = std::make_shared<bool>(false); // it is answered, or the database is asked
        const auto instead = [this, context = QPointer<QObject>(context), question, answer,
                              isOver](const QString &why) {
            *isOver = true;
            lose(why);
            ++m_fellBack;
            if (context && !m_primary->ask<T>(context, question, answer))
                answer(Failure{Fault::Busy, QStringLiteral("Too many questions wait for the database: try again")});
        };
        const bool isTaken = m_replica->ask<T>(context, question, [answer, isOver, instead](Result<T> found) {
            if (*isOver)
                return;
            if (!found && found.failure().kind == Fault::Unavailable)
                return instead(found.failure().text);
            *isOver = true;
            answer(std::move(found));
        });
        if (isTaken)
            QTimer::singleShot(kPatience, context, [isOver, instead] {
                if (!*isOver)
                    instead(QStringLiteral("It does not answer."));
            });
        return isTaken;
    }
    Stats stats() const { return {m_replica != nullptr, m_isAvailable, m_fellBack}; }

private:
    void lose(const QString &why);
    void look();

    StoreReader *m_primary;
    std::unique_ptr<StoreReader> m_replica;
    QTimer m_timer;
    bool m_isAvailable = true; // until it turns out otherwise
    bool m_isLooking = false;
    quint64 m_fellBack = 0;
};

} // namespace entvas
