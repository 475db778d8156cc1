// Ways to hand a batch of events to PostgreSQL, each batch a durable transaction into the table with its indexes: one
// JSON parameter (what SqlStore does), one array per column with unnest, a statement per row, and COPY through psql.
// The time to make the parameters counts, except for COPY, whose file is made before.
#include "core/base/uuid7.h"
#include "core/store/connection/statements.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/sqlstore.h"
#include "tests/bench/httpload.h"
#include "tests/bench/sockets.h"
#include "tests/support/temporarypostgres.h"

#include <benchmark/benchmark.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryFile>

#include <array>
#include <memory>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

enum Form { Json, Unnest, Single, Copy };
constexpr std::array kNames{"one JSON parameter", "unnest", "a statement per row", "COPY"};
constexpr int kSamples = 80;
constexpr double kSeconds = 2;
constexpr int kMaxRows = 40'000; // of one run

std::unique_ptr<test::TemporaryPostgres> &postgres()
{
    static std::unique_ptr<test::TemporaryPostgres> server;
    return server;
}

struct Row {
    QString id, type, user, metadata;
    qint64 ms = 0;
};

Row makeRow(int number)
{
    static const std::vector<QJsonObject> samples = [] {
        std::vector<QJsonObject> made;
        for (int i = 0; i < kSamples; ++i)
            made.push_back(QJsonDocument::fromJson(sampleEvent(i)).object());
        return made;
    }();
    static Uuid7Generator ids;
    const QJsonObject &sample = samples[std::size_t(number % kSamples)];
    Row row;
    row.ms = QDateTime::currentMSecsSinceEpoch();
    row.id = ids.next(row.ms).toString(QUuid::WithoutBraces);
    row.type = sample.value("eventType"_L1).toString();
    row.user = QString::number(number % 999 + 1);
    row.metadata =
        QString::fromUtf8(QJsonDocument(sample.value("metadata"_L1).toObject()).toJson(QJsonDocument::Compact));
    return row;
}

void check(const QSqlQuery &query, bool done)
{
    if (done)
        return;
    std::fprintf(stderr, "%s\n", qPrintable(query.lastError().text()));
    giveUp("PostgreSQL refused a statement");
}

// One batch as one transaction.
class Inserter
{
public:
    Inserter(Form form, const DatabaseUrl &url) : m_form(form)
    {
        m_database = QSqlDatabase::addDatabase(u"QPSQL"_s, kConnection);
        m_database.setHostName(url.host);
        m_database.setPort(url.port);
        m_database.setUserName(url.user);
        m_database.setDatabaseName(url.database);
        if (!m_database.open())
            giveUp("PostgreSQL can't be reached");
        m_query = QSqlQuery(m_database);
        const QString columns = u"INSERT INTO events (project, id, \"eventType\", \"userId\", \"timestamp\", metadata, "
                                "\"receivedAt\") "_s;
        switch (form) {
        case Json: check(m_query, m_query.prepare(Statements(u"postgres"_s).text(u"insert_events"_s).value())); break;
        case Unnest:
            check(m_query,
                  m_query.prepare(columns + u"SELECT p, i, t, u, to_timestamp(s / 1000.0), CAST(m AS jsonb), "
                                            "to_timestamp(r / 1000.0) FROM unnest(CAST(? AS text[]), CAST(? AS "
                                            "uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS bigint[]), "
                                            "CAST(? AS text[]), CAST(? AS bigint[])) AS x (p, i, t, u, s, m, r)"_s));
            break;
        default:
            check(m_query, m_query.prepare(columns + u"VALUES (?, ?, ?, ?, to_timestamp(? / 1000.0), CAST(? AS jsonb), "
                                                     "to_timestamp(? / 1000.0))"_s));
        }
    }
    ~Inserter()
    {
        m_query = QSqlQuery();
        m_database = {};
        QSqlDatabase::removeDatabase(kConnection);
    }
    Inserter(const Inserter &) = delete;
    Inserter &operator=(const Inserter &) = delete;

    void insert(int first, int rows)
    {
        m_database.transaction();
        if (m_form == Json)
            insertJson(first, rows);
        else if (m_form == Unnest)
            insertArrays(first, rows);
        else
            for (int i = 0; i < rows; ++i)
                insertOne(makeRow(first + i));
        if (!m_database.commit())
            giveUp("PostgreSQL refused a commit");
    }

private:
    static constexpr QLatin1StringView kConnection{"entvas-bench-insert"};

    void insertJson(int first, int rows)
    {
        JsonRows text;
        for (int i = 0; i < rows; ++i) {
            const Row row = makeRow(first + i);
            text.begin();
            text.add(u'p', u"default"_s);
            text.add(u'i', row.id);
            text.add(u't', row.type);
            text.add(u'u', row.user);
            text.add(u's', row.ms);
            text.add(u'm', row.metadata);
            text.add(u'r', row.ms);
            text.end();
        }
        m_query.bindValue(u":rows"_s, text.text());
        check(m_query, m_query.exec());
    }
    void insertArrays(int first, int rows)
    {
        std::array<QString, 7> columns;
        const auto add = [](QString &column, QString value) {
            value.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
            column += (column.isEmpty() ? u"{\""_s : u",\""_s) + value + u'"';
        };
        for (int i = 0; i < rows; ++i) {
            const Row row = makeRow(first + i);
            const QString ms = QString::number(row.ms);
            const std::array values{u"default"_s, row.id, row.type, row.user, ms, row.metadata, ms};
            for (std::size_t c = 0; c < columns.size(); ++c)
                add(columns[c], values[c]);
        }
        for (const QString &column : columns)
            m_query.addBindValue(column + u'}');
        check(m_query, m_query.exec());
    }
    void insertOne(const Row &row)
    {
        for (const QVariant &value :
             std::initializer_list<QVariant>{u"default"_s, row.id, row.type, row.user, row.ms, row.metadata, row.ms})
            m_query.addBindValue(value);
        check(m_query, m_query.exec());
    }

    Form m_form;
    QSqlDatabase m_database;
    QSqlQuery m_query;
};

// The seconds that psql takes to copy `rows` rows, `batch` in each transaction.
double copySeconds(const DatabaseUrl &url, int rows, int batch)
{
    QTemporaryFile file;
    if (!file.open())
        giveUp("there is no room for the rows to copy");
    for (int i = 0; i < rows; ++i) {
        if (i % batch == 0)
            file.write("COPY events (project, id, \"eventType\", \"userId\", \"timestamp\", metadata, \"receivedAt\") "
                       "FROM stdin;\n");
        const Row row = makeRow(i);
        file.write((u"default\t"_s + row.id + u'\t' + row.type + u'\t' + row.user + u"\t2026-01-01 00:00:00Z\t"_s +
                    row.metadata + u"\t2026-01-01 00:00:00Z\n"_s)
                       .toUtf8());
        if ((i + 1) % batch == 0 || i + 1 == rows)
            file.write("\\.\n");
    }
    file.flush();
    QProcess psql;
    QElapsedTimer took;
    took.start();
    psql.start(postgres()->program(u"psql"_s),
               {u"-q"_s, u"-h"_s, url.host, u"-p"_s, QString::number(url.port), u"-U"_s, url.user, u"-v"_s,
                u"ON_ERROR_STOP=1"_s, u"-d"_s, url.database, u"-f"_s, file.fileName()});
    if (!psql.waitForFinished(120'000) || psql.exitCode() != 0) {
        std::fprintf(stderr, "%s\n", psql.readAllStandardError().constData());
        giveUp("psql failed");
    }
    return double(took.nsecsElapsed()) / 1e9;
}

void insertForm(benchmark::State &state)
{
    const auto form = Form(state.range(0));
    const int batch = int(state.range(1));
    const Result<DatabaseUrl> url = postgres()->createDatabase();
    if (!url) {
        state.SkipWithError(qPrintable(url.failure().text));
        return;
    }
    {
        SqlStore store(url.value(), u"bench"_s, {});
        if (!store.open() || !store.migrate()) {
            state.SkipWithError("the tables can't be made");
            return;
        }
    }
    state.SetLabel(kNames[std::size_t(form)]);
    qint64 rows = 0;
    for (auto _ : state) {
        if (form == Copy) {
            const int many = std::min(kMaxRows, 400 * batch);
            state.SetIterationTime(copySeconds(url.value(), many, batch));
            rows += many;
            continue;
        }
        Inserter inserter(form, url.value());
        inserter.insert(0, batch); // is planned now
        QElapsedTimer took;
        took.start();
        int done = 0;
        while (took.nsecsElapsed() < qint64(kSeconds * 1e9) && done < kMaxRows) {
            inserter.insert(done, batch);
            done += batch;
        }
        state.SetIterationTime(double(took.nsecsElapsed()) / 1e9);
        rows += done;
    }
    state.SetItemsProcessed(rows);
}
BENCHMARK(insertForm)
    ->ArgNames({"form", "batch"})
    ->ArgsProduct({{Json, Unnest, Single, Copy}, {1, 64, 1'000, 5'000}})
    ->Iterations(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace entvas::bench

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    auto server = std::make_unique<entvas::test::TemporaryPostgres>();
    server->setDurable(true);
    if (const auto started = server->start(); !started) {
        std::fprintf(stderr, "%s\n", qPrintable(started.failure().text));
        return 1;
    }
    entvas::bench::postgres() = std::move(server);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    entvas::bench::postgres().reset();
    return 0;
}
