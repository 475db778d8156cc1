#include "server/query/historyreader.h"

#include "core/base/log.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString noAnswer()
{
    return u"It does not answer."_s;
}

} // namespace

HistoryReader::HistoryReader(StoreReader *primary, const StoreReader::StoreFactory &replica,
                             const ReplicaPatience &patience, QObject *parent)
    : QObject(parent), m_primary(primary), m_patience(patience)
{
    if (!replica)
        return;
    m_metrics.gauge("entvas_replica_available", "1 while the replica answers that history and exports are read from.",
                    [this] { return m_isAvailable; });
    m_fellBack.emplace(m_metrics, "entvas_replica_fallbacks_total",
                       "Queries for stored events that the database answered in place of the replica.");
    m_replica = std::make_unique<StoreReader>(replica);
    m_replica->leaveAfter(m_patience.leave);
    for (QTimer *timer : {&m_timer, &m_lookPatience})
        timer->setParent(this);
    m_timer.setInterval(m_patience.lookEvery);
    connect(&m_timer, &QTimer::timeout, this, &HistoryReader::look);
    m_timer.start();
    m_lookPatience.setInterval(m_patience.answer);
    m_lookPatience.setSingleShot(true);
    connect(&m_lookPatience, &QTimer::timeout, this, [this] { lose(noAnswer()); });
    look();
}

QString HistoryReader::tooMany()
{
    return u"Too many questions wait for the database: try again"_s;
}

void HistoryReader::askDatabase(quint64 number)
{
    const auto question = m_unanswered.extract(number);
    if (!question)
        return;
    ++*m_fellBack;
    question.mapped()();
}

void HistoryReader::giveUpAfter(std::chrono::milliseconds patience, quint64 number)
{
    QTimer::singleShot(patience, this, [this, number] {
        if (!m_unanswered.contains(number))
            return;
        lose(noAnswer());
        askDatabase(number);
    });
}

void HistoryReader::hurry()
{
    for (const auto &[number, question] : m_unanswered)
        giveUpAfter(m_patience.leave, number);
}

void HistoryReader::lose(const QString &why)
{
    if (std::exchange(m_isAvailable, false))
        log::warning("server", u"replica unavailable; history and exports are read from the database"_s,
                     {{u"reason"_s, why}});
}

// A replica that has all that the database had a moment ago is up to date, whatever its clock says, and also when
// nothing is written.
void HistoryReader::look()
{
    if (m_isLooking)
        return; // one of the two hangs
    m_isLooking = true;
    if (m_mark)
        return lookAtReplica();
    const bool isTaken = m_primary->ask<QString>(
        this, [](EventStore &store) { return store.logPosition(); },
        [this](const Result<QString> &position) {
            if (position && !position->isEmpty()) {
                m_mark = Mark{*position, {}};
                m_mark->since.start();
            }
            lookAtReplica();
        },
        m_patience.answer);
    if (!isTaken)
        lookAtReplica();
}

void HistoryReader::lookAtReplica()
{
    m_lookPatience.start();
    m_isLooking = m_replica->ask<bool>(
        this,
        [position = m_mark ? m_mark->position : QString()](EventStore &store) { return store.hasReplayed(position); },
        [this](const Result<bool> &hasReplayed) {
            m_lookPatience.stop();
            m_isLooking = false;
            onLooked(hasReplayed);
        });
    if (!m_isLooking)
        m_lookPatience.stop();
}

void HistoryReader::onLooked(const Result<bool> &hasReplayed)
{
    if (!hasReplayed)
        return lose(hasReplayed.failure().text);
    if (m_mark) {
        const bool isLate = m_mark->since.hasExpired(m_patience.lag.count());
        if (isLate)
            m_isLagging = true;
        else if (*hasReplayed)
            m_isLagging = false;
        if (*hasReplayed || isLate) // a database that was set up anew may never come to the old mark
            m_mark.reset();
    }
    if (m_isLagging)
        return lose(u"Its replication stands still or lags behind by more than %1 s."_s.arg(
            std::chrono::ceil<std::chrono::seconds>(m_patience.lag).count()));
    if (!std::exchange(m_isAvailable, true))
        log::info("server", u"replica available again"_s);
}

} // namespace entvas
