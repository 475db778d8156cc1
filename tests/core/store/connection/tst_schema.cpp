#include "tests/core/store/backends.h"

#include <QSet>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

// Tables that hold the same for all projects: what was migrated, and which projects there are. A distributed database
// keeps a copy of each at every node.
const QSet<QString> kShared{u"schema_migrations"_s, u"projects"_s};

// Table, index, and the index' first column.
constexpr char16_t kPostgresKeys[] = u"SELECT t.relname, i.relname, a.attname FROM pg_index x "
                                     "JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
                                     "JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' "
                                     "LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]";
constexpr char16_t kSqliteKeys[] =
    u"SELECT t.name, i.name, (SELECT name FROM pragma_index_info(i.name) WHERE seqno = 0) "
    "FROM sqlite_master AS t, pragma_index_list(t.name) AS i WHERE t.type = 'table' "
    "UNION ALL "
    "SELECT t.name, 'its primary key', c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c "
    "WHERE t.type = 'table' AND c.pk = 1 AND t.name NOT LIKE 'sqlite_%'";
constexpr char16_t kPostgresTables[] = u"SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
constexpr char16_t kSqliteTables[] =
    u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
// Of foreign keys: table, and the column of its that leads.
constexpr char16_t kPostgresForeign[] =
    u"SELECT t.relname, a.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
    "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'";
constexpr char16_t kSqliteForeign[] =
    u"SELECT t.name, f.\"from\" FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f "
    "WHERE t.type = 'table' AND f.seq = 0";

} // namespace

// A database can be distributed by project (Citus, partitions) without a change to its schema: every key and every
// index begins with it.
class SchemaTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void everyKeyBeginsWithTheProject_data() { Backends::addRows(); }
    void everyKeyBeginsWithTheProject();

private:
    Backends m_backends;
};

void SchemaTest::everyKeyBeginsWithTheProject()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->migrate());
    const bool isPostgres = url.kind == DatabaseUrl::Kind::Postgres;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(isPostgres ? u"QPSQL"_s : u"QSQLITE"_s, u"schema"_s);
        database.setDatabaseName(isPostgres ? url.database : url.path);
        database.setHostName(url.host);
        database.setPort(url.port);
        database.setUserName(url.user);
        database.setPassword(url.password);
        QVERIFY2(database.open(), qPrintable(database.lastError().text()));
        QSqlQuery query(database);
        const auto run = [&](const char16_t *postgres, const char16_t *sqlite) {
            return query.exec(QString::fromUtf16(isPostgres ? postgres : sqlite));
        };

        QSet<QString> keyed;
        QVERIFY2(run(kPostgresKeys, kSqliteKeys), qPrintable(query.lastError().text()));
        while (query.next()) {
            const QString table = query.value(0).toString();
            keyed << table;
            if (!kShared.contains(table))
                QVERIFY2(query.value(2).toString() == u"project"_s,
                         qPrintable(u"%1 of %2 begins with %3"_s.arg(query.value(1).toString(), table,
                                                                     query.value(2).toString())));
        }
        QSet<QString> tables;
        QVERIFY2(run(kPostgresTables, kSqliteTables), qPrintable(query.lastError().text()));
        while (query.next())
            tables << query.value(0).toString();
        QVERIFY(tables.size() >= 12);
        QVERIFY(tables.contains(u"events"_s));
        QCOMPARE(keyed, tables); // one without a key could not be spread

        QVERIFY2(run(kPostgresForeign, kSqliteForeign), qPrintable(query.lastError().text()));
        while (query.next())
            QCOMPARE(query.value(1).toString(), u"project"_s);
    }
    QSqlDatabase::removeDatabase(u"schema"_s);
}

QTEST_GUILESS_MAIN(SchemaTest)
#include "tst_schema.moc"
