#include "tests/bench/stock.h"

#include "core/store/events/sql/jsonrows.h"
#include "tests/bench/httpload.h"

#include <algorithm>
#include <cstdio>

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

constexpr qint64 kPiece = 1'000'000; // events of one statement
constexpr int kSamples = 80;         // that differ in what is counted
constexpr int kUsers = 999;
constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kQuarterMs = 15 * kMinuteMs;
constexpr qint64 kDayMs = 24 * 60 * kMinuteMs;
constexpr int kMinuteDays = 8;

// Statements of one database, until one fails.
class Script
{
public:
    explicit Script(const DatabaseUrl &url) : m_isPostgres(url.kind == DatabaseUrl::Kind::Postgres)
    {
        m_database = QSqlDatabase::addDatabase(m_isPostgres ? u"QPSQL"_s : u"QSQLITE"_s, kName);
        m_database.setHostName(url.host);
        m_database.setPort(url.port);
        m_database.setUserName(url.user);
        m_database.setPassword(url.password);
        m_database.setDatabaseName(m_isPostgres ? url.database : url.path);
        if (!m_database.open())
            m_error = m_database.lastError().text();
    }
    ~Script()
    {
        m_database = {};
        QSqlDatabase::removeDatabase(kName);
    }
    Script(const Script &) = delete;
    Script &operator=(const Script &) = delete;

    bool isPostgres() const { return m_isPostgres; }
    const QString &error() const { return m_error; }
    void run(const QString &sql, const QVariantList &values = {})
    {
        if (!m_error.isEmpty())
            return;
        QSqlQuery query(m_database);
        bool done = values.isEmpty() ? query.exec(sql) : query.prepare(sql);
        for (const QVariant &value : values)
            query.addBindValue(value);
        if (done && !values.isEmpty())
            done = query.exec();
        if (!done)
            m_error = query.lastError().text() + u" in "_s + sql;
    }

private:
    static constexpr QLatin1StringView kName{"entvas-bench-stock"};
    bool m_isPostgres;
    QSqlDatabase m_database;
    QString m_error;
};

// The samples in the order in which sampleEvent() makes them, in a table: k, type, metadata, series.
void describeSamples(Script &script)
{
    script.run(u"CREATE TEMPORARY TABLE sample (k integer, type text, metadata text, series bigint)"_s);
    for (int k = 0; k < kSamples; ++k) {
        const QJsonObject event = QJsonDocument::fromJson(sampleEvent(k)).object();
        const QJsonObject metadata = event.value("metadata"_L1).toObject();
        const QString type = event.value("eventType"_L1).toString();
        const QString key =
            seriesText({type, metadata.value("page"_L1).toString(), metadata.value("browser"_L1).toString()},
                       {u"eventType"_s, u"page"_s, u"browser"_s});
        script.run(u"INSERT INTO series (project, id, \"key\") VALUES ('default', ?, ?)"_s, {seriesId(key), key});
        script.run(u"INSERT INTO sample VALUES (?, ?, ?, ?)"_s,
                   {k, type, QString::fromUtf8(QJsonDocument(metadata).toJson(QJsonDocument::Compact)), seriesId(key)});
    }
}

// A table `n` with one column n: the numbers from `first` on.
QString numbers(bool isPostgres, qint64 first, qint64 count)
{
    const QString text = isPostgres ? u"n (n) AS (SELECT generate_series(%1::bigint, %2::bigint))"_s
                                    : u"RECURSIVE n (n) AS (SELECT %1 UNION ALL SELECT n + 1 FROM n WHERE n < %2)"_s;
    return text.arg(first).arg(first + count - 1);
}

QString insertEvents(bool isPostgres, qint64 first, qint64 count, const QString &ms)
{
    const QString columns =
        u"INSERT INTO events (project, id, \"eventType\", \"userId\", \"timestamp\", metadata, "
        "\"receivedAt\") WITH %1, e AS (SELECT n, %2 AS ms FROM n) "_s.arg(numbers(isPostgres, first, count), ms);
    const QString from = u" FROM e JOIN sample ON sample.k = e.n % %1 ORDER BY n"_s.arg(kSamples);
    const QString user = u"CAST(n % %1 + 1 AS text)"_s.arg(kUsers);
    if (isPostgres)
        return columns +
               u"SELECT 'default', CAST(lpad(to_hex(ms), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0') AS uuid), "
               "type, %1, to_timestamp(ms / 1000.0), CAST(metadata AS jsonb), to_timestamp(ms / 1000.0)"_s.arg(user) +
               from;
    return columns + u"SELECT 'default', printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, n), type, "_s +
           user + u", ms, metadata, ms"_s + from;
}

} // namespace

Result<void> stock(const DatabaseUrl &url, qint64 events, int days)
{
    Script script(url);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const qint64 span = days * kDayMs;
    // Integers only: the same in both dialects.
    const QString ms =
        u"%1 + n / %2 * %3 + (n % %2) * %3 / %2"_s.arg(now - span).arg(std::max<qint64>(events, 1)).arg(span);
    const QStringList indexes{u"events_timestamp_type ON events (project, \"timestamp\", \"eventType\")"_s,
                              u"events_user_timestamp ON events (project, \"userId\", \"timestamp\")"_s,
                              u"events_type_timestamp ON events (project, \"eventType\", \"timestamp\")"_s};
    describeSamples(script);
    for (const QString &index : indexes) // quicker to make at the end
        script.run(u"DROP INDEX "_s + index.section(u' ', 0, 0));
    script.run(u"BEGIN"_s);
    for (qint64 first = 0; first < events && script.error().isEmpty(); first += kPiece) {
        std::fprintf(stderr, "\r%lld of %lld events stored ", (long long)first, (long long)events);
        script.run(insertEvents(script.isPostgres(), first, std::min(kPiece, events - first), ms));
    }
    script.run(u"COMMIT"_s);
    const qint64 minutesFrom = (now - kMinuteDays * kDayMs) / kQuarterMs * kQuarterMs;
    const QString counted = u"WITH %1, e AS (SELECT n, %2 AS ms FROM n) SELECT 'default', ms - ms % %3, series, %4 "
                            "count(*) FROM e JOIN sample ON sample.k = e.n % %5 WHERE ms %6 %7 GROUP BY 2, 3"_s;
    const auto count = [&](const QString &into, qint64 step, const QString &writer, const QString &which) {
        script.run(u"INSERT INTO "_s + into + u' ' +
                   counted.arg(numbers(script.isPostgres(), 0, events), ms)
                       .arg(step)
                       .arg(writer)
                       .arg(kSamples)
                       .arg(which)
                       .arg(minutesFrom));
    };
    count(u"minute_counts (project, minute, series, writer, count)"_s, kMinuteMs, u"'bench',"_s, u">="_s);
    count(u"quarter_counts (project, quarter, series, count)"_s, kQuarterMs, QString(), u"<"_s);
    std::fprintf(stderr, "\r%lld events stored, making their indexes ", (long long)events);
    if (script.isPostgres())
        script.run(u"SET maintenance_work_mem = '1GB'"_s);
    for (const QString &index : indexes)
        script.run(u"CREATE INDEX "_s + index);
    if (script.isPostgres())
        script.run(u"VACUUM (ANALYZE) events"_s);
    script.run(script.isPostgres() ? u"CHECKPOINT"_s : u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
    std::fprintf(stderr, "\r%60s\r", "");
    return script.error().isEmpty() ? Result<void>() : Result<void>(Fault::Storage, script.error());
}

} // namespace entvas::bench
