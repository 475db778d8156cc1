// The writing half of SqlStore: a batch of jobs becomes a handful of statements in one transaction.
#include "core/store/events/sqlstore.h"

#include "core/store/connection/transaction.h"
#include "core/store/events/jsonrows.h"

#include <map>
#include <QJsonArray>
#include <QJsonDocument>
#include <set>
#include <tuple>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMinuteMs = 60'000;

qint64 minuteOf(qint64 ms)
{
    return ms - ((ms % kMinuteMs) + kMinuteMs) % kMinuteMs;
}

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace

// Ordered containers throughout: two servers that write the same rows in the same order can't wait for each other.
struct SqlStore::Batch {
    using Place = std::pair<qsizetype, qsizetype>; // job, event
    using KeyRef = std::pair<QString, QString>;    // project, idempotency key

    QList<CommittedJob> jobs;
    std::map<KeyRef, QList<Place>> keyed;                         // first the one that claims the key
    std::map<SeriesRef, QString> newSeries;                       // with their texts
    std::map<std::tuple<QString, qint64, qint64>, qint64> counts; // project, minute, series
    std::map<std::pair<QString, qint64>, qint64> rejections;      // project, minute
    std::map<QString, AnnouncementWriter> announcements;          // by project
    std::optional<std::pair<QString, QUuid>> witness;             // an event that is about to be stored

    // Without the `refused` events of its one job, which are counted as rejected if so `counted`.
    explicit Batch(const QList<AppendJob> &from, const Refused &refused = {}, bool counted = true)
    {
        jobs.reserve(from.size());
        for (const AppendJob &job : from) {
            QList<AppendOutcome> outcomes;
            outcomes.reserve(job.events.size());
            for (const Event &event : job.events) {
                const bool isRefused = refused.events.contains(outcomes.size());
                if (!event.idempotencyKey.isEmpty() && !isRefused)
                    keyed[{job.project, event.idempotencyKey}] << Place(jobs.size(), outcomes.size());
                outcomes << AppendOutcome{isRefused ? AppendOutcome::Status::Rejected : AppendOutcome::Status::Accepted,
                                          event.id, event.receivedAtMs};
            }
            jobs << CommittedJob{job, outcomes, refused.why.text};
            AppendJob &taken = jobs.last().job;
            if (counted && !refused.events.isEmpty()) {
                if (taken.rejected == 0)
                    taken.rejectedAtMs = job.events.first().receivedAtMs;
                taken.rejected += refused.events.size();
            }
            if (taken.rejected > 0)
                rejections[{job.project, minuteOf(taken.rejectedAtMs)}] += taken.rejected;
        }
    }

    const Event &event(Place place) const { return jobs[place.first].job.events[place.second]; }

    void markDuplicate(Place place, const QUuid &id, qint64 receivedAtMs)
    {
        jobs[place.first].outcomes[place.second] = {AppendOutcome::Status::Duplicate, id, receivedAtMs};
    }
};

Result<QList<CommittedJob>> SqlStore::append(const QList<AppendJob> &jobs)
{
    if (!m_storedSince.isValid() || m_storedSince.hasExpired(kKnownSeriesMs)) {
        m_stored.clear();
        m_storedSince.start();
    }
    Refused refused;
    for (int attempt = 1;; ++attempt) {
        Batch batch(jobs, refused, !m_mayBeStored);
        const Result<void> stored = store(batch);
        if (stored) {
            m_unsettled.reset();
            m_inDoubt = false;
            return batch.jobs;
        }
        const bool isTaken = m_mayBeStored && stored.failure().kind == Fault::BadInput; // another import was quicker
        if ((isTaken || isCollision(m_connection.lastError())) && attempt < kMaxCollisions)
            continue;
        // One request of many events: only those that are refused for their own sake are left out.
        const bool isRefusal = stored.failure().kind == Fault::BadInput;
        if (!isRefusal || jobs.size() > 1 || !refused.events.isEmpty() || jobs.first().events.isEmpty())
            return stored.failure();
        Result<Refused> found = findRefused(jobs.first());
        if (!found)
            return found.failure();
        if (found->events.isEmpty())
            return stored.failure();
        refused = *found;
    }
}

Result<void> SqlStore::tryOut(const AppendJob &part)
{
    Batch batch({part});
    m_users.begin();
    return write(batch);
}

// All that the data of senders goes into.
Result<void> SqlStore::write(Batch &batch)
{
    for (const auto step :
         {&SqlStore::claimKeys, &SqlStore::skipStored, &SqlStore::insertEvents, &SqlStore::insertSeries,
          &SqlStore::addCounts, &SqlStore::addUsers, &SqlStore::addRejections})
        if (const Result<void> done = (this->*step)(batch); !done)
            return done;
    return {};
}

Result<void> SqlStore::store(Batch &batch)
{
    m_users.begin();
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(); !begun)
        return begun;
    if (const Result<void> written = write(batch); !written)
        return written;
    if (const Result<void> told = announce(batch); !told)
        return told;
    if (const Result<void> done = transaction.commit(); !done) {
        m_unsettled.reset();
        if (done.failure().kind == Fault::Unavailable && !batch.announcements.empty()) {
            const QString &project = batch.announcements.begin()->first;
            m_unsettled = Unsettled{m_session, project, {}, m_announced.value(project) + 1, batch.jobs};
        } else if (done.failure().kind == Fault::Unavailable && batch.witness) {
            m_unsettled = Unsettled{m_session, batch.witness->first, batch.witness->second, 0, batch.jobs};
        }
        m_inDoubt = m_unsettled.has_value();
        return done;
    }
    stored(batch.jobs);
    m_users.committed();
    if (m_stored.size() > kMaxKnownSeries)
        m_stored.clear();
    for (const auto &[ref, text] : batch.newSeries)
        m_stored.insert(ref);
    return {};
}

Result<QList<CommittedJob>> SqlStore::settle()
{
    if (!m_inDoubt)
        return QList<CommittedJob>();
    {
        // The session that we lost may still be at its commit: only when it has gone is the answer final.
        Result<Rows> ended = m_connection.run(
            u"end_session"_s, {{u":pid"_s, m_unsettled->session.pid}, {u":start"_s, m_unsettled->session.start}});
        if (!ended)
            return ended.failure();
        if ((*ended)->next() && (*ended)->value(0).toInt() > 0)
            return {Fault::Unavailable, u"The database is still busy with the lost commit."_s};
    }
    const auto look = [&]() -> Result<Rows> {
        const Binding project{u":project"_s, m_unsettled->project};
        if (m_unsettled->announced > 0)
            return m_connection.run(u"announcement_exists"_s,
                                    {project, {u":writer"_s, m_run}, {u":seq"_s, m_unsettled->announced}});
        return m_connection.run(u"event_exists"_s, {project, {u":id"_s, idText(m_unsettled->event)}});
    };
    Result<Rows> rows = look();
    if (!rows)
        return rows.failure();
    const bool exists = (*rows)->next();
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    m_inDoubt = false;
    const Unsettled settled = *std::exchange(m_unsettled, std::nullopt);
    if (!exists)
        return QList<CommittedJob>();
    stored(settled.jobs);
    return settled.jobs;
}

// A number that was not stored is given again: whoever reads them sees no gap.
void SqlStore::stored(const QList<CommittedJob> &jobs)
{
    for (const CommittedJob &job : jobs)
        if (job.announcedAs > 0)
            m_announced.insert(job.job.project, job.announcedAs);
}

Result<void> SqlStore::claimKeys(Batch &batch)
{
    if (batch.keyed.empty())
        return {};
    JsonRows rows;
    for (const auto &[key, places] : batch.keyed) {
        const Event &first = batch.event(places.first());
        rows.begin();
        rows.add(u'p', key.first);
        rows.add(u'k', key.second);
        rows.add(u'e', idText(first.id));
        rows.add(u'r', first.receivedAtMs);
        rows.end();
        for (const Batch::Place &later : places.sliced(1))
            batch.markDuplicate(later, first.id, first.receivedAtMs);
    }
    const QString text = rows.text();
    const Result<int> claimed = m_connection.change(u"claim_keys"_s, {{u":rows"_s, text}});
    if (!claimed)
        return claimed.failure();
    if (*claimed == rows.size())
        return {};
    Result<Rows> taken = m_connection.run(u"taken_keys"_s, {{u":rows"_s, text}});
    if (!taken)
        return taken.failure();
    while ((*taken)->next()) {
        const auto places = batch.keyed.find({(*taken)->value(0).toString(), (*taken)->value(1).toString()});
        if (places == batch.keyed.end())
            continue;
        const QUuid id = QUuid::fromString((*taken)->value(2).toString());
        for (const Batch::Place &place : places->second)
            batch.markDuplicate(place, id, (*taken)->value(3).toLongLong());
    }
    return m_connection.ended(*taken);
}

// What appendMissing() need not store.
Result<void> SqlStore::skipStored(Batch &batch)
{
    if (!m_mayBeStored)
        return {};
    for (qsizetype j = 0; j < batch.jobs.size(); ++j) {
        QHash<QUuid, qsizetype> places;
        QJsonArray ids;
        const EventBatch &events = batch.jobs[j].job.events;
        for (qsizetype i = 0; i < events.size(); ++i) {
            if (batch.jobs[j].outcomes[i].status == AppendOutcome::Status::Rejected)
                continue;
            if (places.contains(events[i].id)) { // twice in one file
                batch.markDuplicate({j, i}, events[i].id, events[i].receivedAtMs);
                continue;
            }
            places.insert(events[i].id, i);
            ids.append(idText(events[i].id));
        }
        const Result<QList<QUuid>> existing = existingEvents(batch.jobs[j].job.project, ids);
        if (!existing)
            return existing.failure();
        for (const QUuid &id : existing.value())
            if (const auto place = places.constFind(id); place != places.cend())
                batch.markDuplicate({j, *place}, id, events[*place].receivedAtMs);
    }
    return {};
}

Result<QList<QUuid>> SqlStore::existingEvents(const QString &project, const QJsonArray &ids)
{
    const QString text = QString::fromUtf8(QJsonDocument(ids).toJson(QJsonDocument::Compact));
    Result<Rows> rows = m_connection.run(u"existing_events"_s, {{u":project"_s, project}, {u":ids"_s, text}});
    if (!rows)
        return rows.failure();
    QList<QUuid> existing;
    while ((*rows)->next())
        existing << QUuid::fromString((*rows)->value(0).toString());
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return existing;
}

// The series of the last events, since hashing each one anew would cost more than storing it.
qint64 SqlStore::idOf(const SeriesKey &key)
{
    if (const auto known = m_ids.constFind(key); known != m_ids.cend())
        return *known;
    if (m_ids.size() > kMaxKnownSeries)
        m_ids.clear();
    return m_ids.insert(key, seriesId(seriesText(key, m_dimensions))).value();
}

Result<void> SqlStore::insertEvents(Batch &batch)
{
    JsonRows rows;
    for (const CommittedJob &committed : std::as_const(batch.jobs)) {
        const QString &project = committed.job.project;
        AnnouncementWriter *const announcement = m_run.isEmpty() ? nullptr : &batch.announcements[project];
        for (qsizetype i = 0; i < committed.job.events.size(); ++i) {
            if (committed.outcomes[i].status != AppendOutcome::Status::Accepted)
                continue;
            const Event &event = committed.job.events[i];
            if (!batch.witness)
                batch.witness = {project, event.id};
            const qint64 series = idOf(event.series);
            if (announcement)
                announcement->add(event, series, m_dimensions);
            batch.counts[{project, minuteOf(event.receivedAtMs), series}] += 1;
            m_users.see(project, event);
            if (const SeriesRef ref(project, series); !m_stored.contains(ref) && !batch.newSeries.contains(ref))
                batch.newSeries.emplace(ref, seriesText(event.series, m_dimensions));
            rows.begin();
            rows.add(u'p', project);
            rows.add(u'i', idText(event.id));
            rows.add(u't', event.eventType);
            rows.add(u'u', event.userId);
            rows.add(u's', event.timestampMs);
            if (event.metadata.isEmpty())
                rows.addNull(u'm');
            else
                rows.add(u'm', QString::fromUtf8(event.metadata));
            rows.add(u'r', event.receivedAtMs);
            rows.end();
        }
    }
    if (rows.isEmpty())
        return {};
    const Result<int> inserted = m_connection.change(u"insert_events"_s, {{u":rows"_s, rows.text()}});
    return inserted ? Result<void>() : Result<void>(inserted.failure());
}

Result<void> SqlStore::insertSeries(Batch &batch)
{
    if (batch.newSeries.empty())
        return {};
    JsonRows rows;
    for (const auto &[ref, text] : batch.newSeries) {
        rows.begin();
        rows.add(u'p', ref.first);
        rows.add(u'i', ref.second);
        rows.add(u'k', text);
        rows.end();
    }
    const Result<int> inserted = m_connection.change(u"insert_series"_s, {{u":rows"_s, rows.text()}});
    return inserted ? Result<void>() : Result<void>(inserted.failure());
}

Result<void> SqlStore::addCounts(Batch &batch)
{
    if (batch.counts.empty())
        return {};
    JsonRows rows;
    for (const auto &[at, count] : batch.counts) {
        rows.begin();
        rows.add(u'p', std::get<0>(at));
        rows.add(u't', std::get<1>(at));
        rows.add(u's', std::get<2>(at));
        rows.add(u'c', count);
        rows.end();
    }
    const Result<int> added =
        m_connection.change(u"add_counts"_s, {{u":writer"_s, m_writer}, {u":rows"_s, rows.text()}});
    return added ? Result<void>() : Result<void>(added.failure());
}

Result<void> SqlStore::addRejections(Batch &batch)
{
    if (batch.rejections.empty())
        return {};
    JsonRows rows;
    for (const auto &[at, count] : batch.rejections) {
        rows.begin();
        rows.add(u'p', at.first);
        rows.add(u't', at.second);
        rows.add(u'c', count);
        rows.end();
    }
    const Result<int> added =
        m_connection.change(u"add_rejections"_s, {{u":writer"_s, m_writer}, {u":rows"_s, rows.text()}});
    return added ? Result<void>() : Result<void>(added.failure());
}

Result<void> SqlStore::announce(Batch &batch)
{
    for (const auto &[at, count] : batch.rejections)
        if (!m_run.isEmpty())
            batch.announcements[at.first].addRejected(at.second, count);
    std::erase_if(batch.announcements, [](const auto &one) { return one.second.isEmpty(); });
    if (batch.announcements.empty())
        return {};
    JsonRows rows;
    for (const auto &[project, announcement] : batch.announcements) {
        rows.begin();
        rows.add(u'p', project);
        rows.add(u's', m_announced.value(project) + 1);
        rows.add(u'a', announcement.text());
        rows.end();
    }
    for (CommittedJob &job : batch.jobs)
        if (batch.announcements.contains(job.job.project))
            job.announcedAs = m_announced.value(job.job.project) + 1;
    const Result<int> told = m_connection.change(u"announce"_s, {{u":writer"_s, m_run}, {u":rows"_s, rows.text()}});
    return told ? Result<void>() : Result<void>(told.failure());
}

} // namespace entvas
