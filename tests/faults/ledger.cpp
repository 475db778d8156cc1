#include "tests/faults/ledger.h"

#include "core/store/events/eventstore.h"

#include <atomic>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

constexpr qsizetype kShownProblems = 10;

template <class F>
void withQuery(const DatabaseUrl &url, const QString &sql, F &&take)
{
    static std::atomic<int> counter = 0;
    const QString name = u"ledger-%1"_s.arg(++counter);
    {
        const bool isSqlite = url.kind == DatabaseUrl::Kind::Sqlite;
        QSqlDatabase database = QSqlDatabase::addDatabase(isSqlite ? u"QSQLITE"_s : u"QPSQL"_s, name);
        database.setDatabaseName(isSqlite ? url.path : url.database);
        database.setHostName(url.host);
        database.setPort(url.port);
        database.setUserName(url.user);
        if (isSqlite)
            database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
        if (database.open()) {
            QSqlQuery query(database);
            query.setForwardOnly(true);
            take(query, query.exec(sql));
        } else {
            qWarning("%s", qPrintable(database.lastError().text()));
        }
    }
    QSqlDatabase::removeDatabase(name);
}

} // namespace

// The users that all of time is said to have had. Every event of a load has one of its own.
static UserSketch usersOf(const DatabaseUrl &database)
{
    UserSketch users;
    const auto store = makeStore(database, u"ledger"_s);
    if (const Result<void> opened = store->open(); !opened)
        qWarning("%s", qPrintable(opened.failure().text));
    for (const QStringList &project : rowsOf(database, u"SELECT id FROM projects"_s)) {
        const auto read = store->reader().readUsers(project[0], [&](qint64 stepMs, qint64, const UserSketch &some) {
            if (stepMs == 86'400'000)
                users.merge(some);
            return true;
        });
        if (!read)
            qWarning("%s", qPrintable(read.failure().text));
    }
    return users;
}

QList<QStringList> rowsOf(const DatabaseUrl &database, const QString &sql)
{
    QList<QStringList> rows;
    withQuery(database, sql, [&](QSqlQuery &query, bool ok) {
        if (!ok)
            qWarning("%s", qPrintable(query.lastError().text()));
        while (query.next()) {
            QStringList row;
            for (int i = 0; i < query.record().count(); ++i)
                row << query.value(i).toString();
            rows << row;
        }
    });
    return rows;
}

bool executeOn(const DatabaseUrl &database, const QString &sql)
{
    bool done = false;
    withQuery(database, sql, [&](QSqlQuery &query, bool ok) {
        done = ok;
        if (!ok)
            qWarning("%s", qPrintable(query.lastError().text()));
    });
    return done;
}

QString LedgerReport::text() const
{
    return u"%1 stored, %2 acknowledged, %3 refused, %4 unknown. %5"_s.arg(stored)
        .arg(acknowledged)
        .arg(refused)
        .arg(unknown)
        .arg(problems.first(std::min(kShownProblems, problems.size())).join(u"; "_s));
}

LedgerReport checkLedger(const DatabaseUrl &database, const QList<const Load *> &loads)
{
    LedgerReport report;
    QHash<QByteArray, QList<QByteArray>> stored; // ids by user
    for (const QStringList &row : rowsOf(database, u"SELECT \"userId\", CAST(id AS text) FROM events"_s)) {
        stored[row[0].toLatin1()] << row[1].toLatin1();
        ++report.stored;
    }
    for (const Load *load : loads) {
        for (const QByteArray &problem : load->problems())
            report.problems << QString::fromUtf8(problem.left(300));
        for (const Posted &event : load->events()) {
            const QList<QByteArray> ids = stored.value(event.user);
            if (ids.size() > 1)
                report.problems << u"%1 is stored %2 times"_s.arg(QLatin1StringView(event.user)).arg(ids.size());
            if (event.firsts > 1)
                report.problems << u"%1 was told twice that it is the first"_s.arg(QLatin1StringView(event.user));
            switch (event.fate) {
            case Posted::Fate::Acknowledged:
                ++report.acknowledged;
                if (ids != QList<QByteArray>{event.eventId})
                    report.problems << u"%1 was acknowledged and is not stored"_s.arg(QLatin1StringView(event.user));
                break;
            case Posted::Fate::Refused:
                ++report.refused;
                if (!ids.isEmpty())
                    report.problems << u"%1 was refused and is stored"_s.arg(QLatin1StringView(event.user));
                break;
            case Posted::Fate::Unknown: ++report.unknown; break;
            }
        }
    }
    const qint64 counted = rowsOf(database, u"SELECT (SELECT coalesce(sum(count), 0) FROM minute_counts)"
                                            " + (SELECT coalesce(sum(count), 0) FROM quarter_counts)"
                                            " + (SELECT coalesce(sum(count), 0) FROM day_counts)"_s)
                               .value(0)
                               .value(0)
                               .toLongLong();
    if (counted != report.stored)
        report.problems << u"%1 events are counted as %2"_s.arg(report.stored).arg(counted);
    UserSketch users;
    for (auto user = stored.keyBegin(); user != stored.keyEnd(); ++user)
        users.add(userHash(QString::fromLatin1(*user)));
    if (users != usersOf(database))
        report.problems << u"%1 users are told as %2"_s.arg(users.count()).arg(usersOf(database).count());
    return report;
}

} // namespace entvas::test
