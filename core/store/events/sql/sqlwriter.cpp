#include "core/store/events/sql/sqlwriter.h"

#include "core/store/connection/transaction.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/refusedsearch.h"

#include <QJsonDocument>
#include <tuple>

using namespace Qt::StringLiterals;

namespace entvas {

SqlWriter::SqlWriter(SqlConnection &connection, QString writer, QStringList dimensions, QString run)
    : m_connection(connection),
      m_writer(std::move(writer)),
      m_run(std::move(run)),
      m_series(std::move(dimensions)),
      m_users(connection),
      m_lost(connection, m_run)
{
}

void SqlWriter::restart()
{
    m_series.forgetStored();
    m_users.restart();
}

Result<void> SqlWriter::checkWritable()
{
    const Result<void> there = m_connection.checkFile();
    return there ? m_connection.checkWritable() : there;
}

Result<QList<CommittedJob>> SqlWriter::append(const QList<AppendJob> &jobs)
{
    m_series.beginAppend();
    RefusedEvents refused;
    for (int attempt = 1;; ++attempt) {
        Batch batch(jobs, refused, !m_mayBeStored);
        const Result<void> stored = store(batch);
        if (stored) {
            m_lost.forget();
            return batch.jobs;
        }
        const bool isTaken = m_mayBeStored && stored.failure().kind == Fault::BadInput; // another import was quicker
        if ((isTaken || isCollision(m_connection.lastError())) && attempt < kMaxCollisions)
            continue;
        // One request of many events: only those that are refused for their own sake are left out.
        const bool isRefusal = stored.failure().kind == Fault::BadInput;
        if (!isRefusal || jobs.size() > 1 || !refused.places.isEmpty() || jobs.first().events.isEmpty())
            return stored.failure();
        RefusedSearch search(m_connection, [this](const AppendJob &part) { return tryOut(part); });
        const Result<RefusedEvents> found = search.find(jobs.first());
        if (!found)
            return found.failure();
        if (found->places.isEmpty())
            return stored.failure();
        refused = *found;
    }
}

Result<void> SqlWriter::tryOut(const AppendJob &part)
{
    Batch batch({part});
    m_users.begin();
    return write(batch);
}

// All that the data of senders goes into.
Result<void> SqlWriter::write(Batch &batch)
{
    for (const auto step :
         {&SqlWriter::claimKeys, &SqlWriter::skipStored, &SqlWriter::insertEvents, &SqlWriter::insertSeries,
          &SqlWriter::addCounts, &SqlWriter::addUsers, &SqlWriter::addRejections})
        if (const Result<void> done = (this->*step)(batch); !done)
            return done;
    return {};
}

Result<void> SqlWriter::store(Batch &batch)
{
    m_users.begin();
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(); !begun)
        return begun;
    if (const Result<void> written = write(batch); !written)
        return written;
    if (const Result<void> announced = announce(batch); !announced)
        return announced;
    if (const Result<void> done = transaction.commit(); !done) {
        m_lost.forget();
        if (done.failure().kind == Fault::Unavailable)
            rememberLost(batch);
        return done;
    }
    countAnnounced(batch.jobs);
    m_users.committed();
    m_series.keep(batch.newSeries);
    return {};
}

void SqlWriter::rememberLost(const Batch &batch)
{
    if (!batch.announcements.empty()) {
        const QString &project = batch.announcements.begin()->first;
        m_lost.remember({project, {}, m_announced.value(project) + 1}, batch.jobs);
    } else if (batch.witness) {
        m_lost.remember({batch.witness->first, batch.witness->second}, batch.jobs);
    }
}

Result<QList<CommittedJob>> SqlWriter::settle()
{
    Result<QList<CommittedJob>> settled = m_lost.settle();
    if (settled)
        countAnnounced(*settled);
    return settled;
}

// A number that was not stored is given again: those who read them see no gap.
void SqlWriter::countAnnounced(const QList<CommittedJob> &jobs)
{
    for (const CommittedJob &job : jobs)
        if (job.announcedAs > 0)
            m_announced.insert(job.job.project, job.announcedAs);
}

Result<void> SqlWriter::claimKeys(Batch &batch)
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
Result<void> SqlWriter::skipStored(Batch &batch)
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

Result<QList<QUuid>> SqlWriter::existingEvents(const QString &project, const QJsonArray &ids)
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

Result<void> SqlWriter::insertEvents(Batch &batch)
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
            const qint64 series = m_series.idOf(event.series);
            if (announcement)
                announcement->add(event, series, m_series.dimensions());
            batch.counts[{project, Batch::minuteOf(event.receivedAtMs), series}] += 1;
            m_users.see(project, event);
            if (const KnownSeries::Ref ref(project, series); !m_series.isStored(ref) && !batch.newSeries.contains(ref))
                batch.newSeries.emplace(ref, m_series.textOf(event.series));
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

Result<void> SqlWriter::insertSeries(Batch &batch)
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

Result<void> SqlWriter::addCounts(Batch &batch)
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

Result<void> SqlWriter::addRejections(Batch &batch)
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

Result<void> SqlWriter::announce(Batch &batch)
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
    const Result<int> done = m_connection.change(u"announce"_s, {{u":writer"_s, m_run}, {u":rows"_s, rows.text()}});
    return done ? Result<void>() : Result<void>(done.failure());
}

Result<QList<CommittedJob>> SqlWriter::appendMissing(const QList<AppendJob> &jobs)
{
    m_mayBeStored = true;
    Result<QList<CommittedJob>> stored = append(jobs);
    m_mayBeStored = false;
    return stored;
}

Result<qint64> SqlWriter::countExisting(const QString &project, const QList<QUuid> &ids)
{
    QJsonArray array;
    for (const QUuid &id : ids)
        array.append(idText(id));
    const Result<QList<QUuid>> existing = existingEvents(project, array);
    return existing ? Result<qint64>(existing.value().size()) : existing.failure();
}

} // namespace entvas
