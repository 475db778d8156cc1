#pragma once

#include "core/base/uuid7.h"
#include "core/store/events/eventstore.h"
#include "tests/support/temporarypostgres.h"

#include <QTemporaryDir>
#include <QTest>

namespace entvas::test {

// The databases that store tests run on, one data row each: the same test functions, a fresh database every time.
class Backends
{
public:
    void start()
    {
        m_postgres = std::make_unique<TemporaryPostgres>();
        m_started = m_postgres->start();
    }
    void stop() { m_postgres.reset(); }
    TemporaryPostgres &postgres() { return *m_postgres; }

    static void addRows()
    {
        QTest::addColumn<QString>("backend");
        QTest::newRow("sqlite") << QStringLiteral("sqlite");
        QTest::newRow("postgresql") << QStringLiteral("postgresql");
    }

    Result<DatabaseUrl> fresh(const QString &backend)
    {
        if (backend == QLatin1String("postgresql"))
            return m_started ? m_postgres->createDatabase() : Result<DatabaseUrl>(m_started.failure());
        DatabaseUrl url;
        url.path = m_directory.filePath(QStringLiteral("%1/entvas.db").arg(++m_count));
        return url;
    }

private:
    QTemporaryDir m_directory;
    std::unique_ptr<TemporaryPostgres> m_postgres;
    Result<void> m_started;
    int m_count = 0;
};

// In a test function: DatabaseUrl url of a fresh database of this row's kind, or a skip that says why not.
#define ENTVAS_FRESH_DATABASE(url, backends)                                                                           \
    QFETCH(QString, backend);                                                                                          \
    const Result<DatabaseUrl> fresh = (backends).fresh(backend);                                                       \
    if (!fresh)                                                                                                        \
        QSKIP(qPrintable(fresh.failure().text));                                                                       \
    const DatabaseUrl url = fresh.value()

// Fails the test with the failure's own words.
#define ENTVAS_VERIFY(result)                                                                                          \
    do {                                                                                                               \
        const auto &checked = (result);                                                                                \
        QVERIFY2(checked.ok(), checked.ok() ? "" : qPrintable(checked.failure().text));                                \
    } while (false)

// Open and migrated; says on the test's output when it is not.
inline std::unique_ptr<EventStore> makeReady(const DatabaseUrl &url, const QString &writer = QStringLiteral("w1"))
{
    auto store = makeStore(url, writer);
    const Result<void> opened = store->open();
    const Result<void> migrated = opened ? store->migrate() : opened;
    if (!migrated)
        qWarning("%s", qPrintable(migrated.failure().text));
    return store;
}

inline constexpr qint64 kNoonMs = 1'767'268'800'000; // 2026-01-01T12:00:00Z

inline Event makeEvent(Uuid7Generator &ids, qint64 receivedAtMs, const QString &type = QStringLiteral("page_view"),
                       const QString &user = QStringLiteral("u1"))
{
    Event event;
    event.id = ids.next(receivedAtMs);
    event.eventType = type;
    event.userId = user;
    event.timestampMs = receivedAtMs - 5'000;
    event.receivedAtMs = receivedAtMs;
    event.metadata = QByteArrayLiteral("{\"page\":\"home\"}");
    event.series = {type, QStringLiteral("home"), QString()};
    return event;
}

inline AppendJob makeJob(const EventBatch &events, quint64 ticket = 0)
{
    AppendJob job;
    job.ticket = ticket;
    job.project = kDefaultProject;
    job.events = events;
    return job;
}

inline EventQuery queryAll(int limit = 1'000)
{
    EventQuery query;
    query.project = kDefaultProject;
    query.fromMs = 0;
    query.toMs = kNoonMs * 2;
    query.limit = limit;
    return query;
}

// Counts by bucket and series, added up to one tier; only what is stored at that or a finer resolution.
using Counts = QMap<std::pair<qint64, SeriesKey>, qint64>;
inline Counts countsOf(EventStore &store, Tier tier, qint64 fromMs = 0)
{
    Counts counts;
    const auto series = store.reader().readSeries(kDefaultProject);
    const qint64 stepMs = kTierStepMs[std::size_t(tier)];
    const Result<void> read = store.reader().readCounts(kDefaultProject, [&](const CountRun &run) {
        for (const StoredCount &cell : run.counts)
            if (const qint64 at = cell.startMs - cell.startMs % stepMs; run.tier <= tier && at >= fromMs)
                counts[{at, series->value(cell.series)}] += cell.count;
    });
    if (!read)
        qWarning("%s", qPrintable(read.failure().text));
    return counts;
}

} // namespace entvas::test
