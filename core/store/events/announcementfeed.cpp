#include "core/store/events/announcementfeed.h"

#include "core/store/events/sql/jsonrows.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

const auto kChannel = u"entvas_announcements"_s; // as notify.sql says it

} // namespace

Result<void> AnnouncementFeed::open(QObject *context, const std::function<void(const QString &)> &woken)
{
    if (const Result<void> opened = m_connection.open(); !opened)
        return opened;
    // A wake-up that is lost in a crash of the database is made up for by the next look: it need not wait for the disk.
    if (const Result<void> set = m_connection.execute(u"SET synchronous_commit = 'off'"_s); !set)
        return set;
    return m_connection.listen(kChannel, context, woken);
}

Result<QList<AnnouncementFeed::Row>> AnnouncementFeed::read(const QHash<QString, SeenWriters> &seen)
{
    JsonRows known;
    for (auto project = seen.cbegin(); project != seen.cend(); ++project) {
        const auto add = [&](const QString &writer, const Seen &at) {
            known.begin();
            known.add(u'p', project.key());
            known.add(u'w', writer);
            known.add(u's', at.seq);
            if (at.until > 0)
                known.add(u'u', at.until);
            else
                known.addNull(u'u');
            known.end();
        };
        add(u""_s, {});
        for (auto writer = project->cbegin(); writer != project->cend(); ++writer)
            add(writer.key(), *writer);
    }
    if (known.isEmpty())
        return QList<Row>();
    Result<Rows> rows = m_connection.run(
        u"new_announcements"_s,
        {{u":seen"_s, known.text()}, {u":own"_s, m_own}, {u":each"_s, kMostOfEach}, {u":limit"_s, kMaxRows}});
    if (!rows)
        return rows.failure();
    QList<Row> found;
    while ((*rows)->next()) {
        const QSqlQuery &row = **rows;
        found.append({row.value(0).toString(), row.value(1).toString(), row.value(2).toLongLong(),
                      row.value(3).toDouble(), row.value(4).toString()});
    }
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    rows->reset();
    if (const Result<void> received = m_connection.receive(); !received)
        return received.failure();
    return found;
}

Result<QString> AnnouncementFeed::history()
{
    const Result<Rows> rows = m_connection.run(u"history"_s);
    // What speaks PostgreSQL's language need not have its control file, and not every user may look into it.
    if (!rows && rows.failure().kind != Fault::Unavailable)
        return QString();
    if (!rows)
        return rows.failure();
    return (*rows)->next() ? (*rows)->value(0).toString() : QString();
}

Result<QStringList> AnnouncementFeed::missing(const QList<Counted> &counted)
{
    JsonRows known;
    for (const Counted &one : counted) {
        known.begin();
        known.add(u'p', one.project);
        known.add(u'w', one.writer);
        known.add(u's', one.seq);
        known.end();
    }
    if (known.isEmpty())
        return QStringList();
    const Result<Rows> rows = m_connection.run(u"missing_announcements"_s, {{u":known"_s, known.text()}});
    if (!rows)
        return rows.failure();
    QStringList projects;
    while ((*rows)->next())
        projects << (*rows)->value(0).toString();
    const Result<void> ended = m_connection.ended(*rows);
    return ended ? Result<QStringList>(projects) : ended.failure();
}

Result<void> AnnouncementFeed::wake()
{
    if (const Result<Rows> sent = m_connection.run(u"notify"_s, {{u":payload"_s, m_own}}); !sent)
        return sent.failure();
    return m_connection.receive();
}

} // namespace entvas
