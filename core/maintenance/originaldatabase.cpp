#include "core/maintenance/originaldatabase.h"

#include "core/model/databaseurl.h"
#include "core/store/connection/sqlconnection.h"

#include <QUrl>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString quoted(QString name)
{
    return u'"' + name.replace(u'"', u"\"\""_s) + u'"';
}

// Of Prisma, not of libpq.
const QStringList &prismaOptions()
{
    static const QStringList names{u"schema"_s,      u"connection_limit"_s, u"pool_timeout"_s,
                                   u"pgbouncer"_s,   u"socket_timeout"_s,   u"statement_cache_size"_s,
                                   u"sslidentity"_s, u"sslpassword"_s,      u"sslaccept"_s};
    return names;
}

// As libpq looks for it.
QString passwordPlaces()
{
    return u"in PGPASSWORD, or in ~/.pgpass or the file that PGPASSFILE names"_s;
}

} // namespace

class OriginalDatabase::Private
{
public:
    Private(const DatabaseUrl &url, QString schemaName, QString tableName)
        : connection(forReading(url)), schema(std::move(schemaName)), table(std::move(tableName))
    {
    }

    QString name() const { return quoted(schema) + u'.' + quoted(table); }
    Result<void> declare()
    {
        // The session's zone is UTC, and Prisma's times without a zone are in UTC too.
        static const QString iso = uR"('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"_s;
        return connection.execute(
            u"DECLARE original NO SCROLL CURSOR FOR SELECT CAST(id AS text), CAST(\"eventType\" AS text), "
            "CAST(\"userId\" AS text), to_char(\"timestamp\", %1), CAST(metadata AS text), to_char(\"createdAt\", %1) "
            "FROM %2 ORDER BY \"createdAt\", id"_s.arg(iso, name()));
    }

    SqlConnection connection;
    QString schema;
    QString table;
};

OriginalDatabase::OriginalDatabase(std::unique_ptr<Private> made) : d(std::move(made)) {}

OriginalDatabase::~OriginalDatabase() = default;

Result<std::unique_ptr<OriginalDatabase>> OriginalDatabase::make(const QString &text, const QString &table)
{
    QUrl url(text, QUrl::StrictMode);
    QUrlQuery query(url.query(QUrl::FullyEncoded));
    QString schema = query.queryItemValue(u"schema"_s, QUrl::FullyDecoded);
    for (const QString &name : prismaOptions())
        query.removeAllQueryItems(name);
    url.setQuery(query.isEmpty() ? QString() : query.query(QUrl::FullyEncoded));
    Result<DatabaseUrl> database = parseDatabaseUrl(url.isValid() ? url.toString(QUrl::FullyEncoded) : text);
    if (!database)
        return {Fault::BadInput, u"The address of the original's database: %1."_s.arg(database.failure().text)};
    if (!database->password.isEmpty())
        return {Fault::BadInput,
                u"The address of the original's database holds a password, which every user of this machine can read "
                "in the list of processes. Leave it out, and give it %1."_s.arg(passwordPlaces())};
    const QStringList names = table.split(u'.');
    if (names.size() > 2 || names.contains(QString()))
        return {Fault::BadInput, u"--table takes the name of a table, such as events or public.events."_s};
    if (names.size() == 2)
        schema = names.first();
    database->program = u"entvas import"_s;
    return std::unique_ptr<OriginalDatabase>(new OriginalDatabase(
        std::make_unique<Private>(database.value(), schema.isEmpty() ? u"public"_s : schema, names.last())));
}

QString OriginalDatabase::where() const
{
    return d->connection.where() + u", table "_s + d->table;
}

Result<void> OriginalDatabase::open()
{
    if (const Result<void> opened = d->connection.open(); !opened)
        return opened.failure().kind == Fault::Denied
                   ? Failure{Fault::Denied,
                             u"The database %1 refused the login: check the user in its address, and the password, "
                             "which is not given there but %2 (%3)."_s.arg(
                                 d->connection.where(), passwordPlaces(),
                                 d->connection.lastError().databaseText().simplified())}
                   : opened;
    // A large table takes its time, and we take ours between two fetches.
    for (const QString &sql : {u"SET statement_timeout = 0"_s, u"SET idle_in_transaction_session_timeout = 0"_s,
                               u"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"_s})
        if (const Result<void> done = d->connection.execute(sql); !done)
            return done;
    QStringList columns;
    {
        Result<Rows> rows = d->connection.run(u"columns"_s, {{u":schema"_s, d->schema}, {u":table"_s, d->table}});
        if (!rows)
            return rows.failure();
        while ((*rows)->next())
            columns << (*rows)->value(0).toString();
        if (const Result<void> ended = d->connection.ended(*rows); !ended)
            return ended;
    }
    if (columns.isEmpty())
        return {Fault::BadInput, u"%1 has no table %2 in the schema %3; name it with --table."_s.arg(
                                     d->connection.where(), d->table, d->schema)};
    if (columns.contains(u"project"_s))
        return {Fault::BadInput, u"%1 is a database of Entvas, not of the original; move its events with entvas export "
                                 "and entvas import, or as a whole with entvas backup."_s.arg(d->connection.where())};
    QStringList missing;
    for (const QString &name : {u"id"_s, u"eventType"_s, u"userId"_s, u"timestamp"_s, u"metadata"_s, u"createdAt"_s})
        if (!columns.contains(name))
            missing << name;
    if (!missing.isEmpty())
        return {Fault::BadInput,
                u"The table %1 in %2 lacks the columns %3, which the original's table of events has."_s.arg(
                    d->table, d->connection.where(), missing.join(u", "_s))};
    return d->declare();
}

Result<qint64> OriginalDatabase::rows()
{
    Result<QSqlQuery> query = d->connection.select(u"SELECT count(*) FROM "_s + d->name());
    if (!query)
        return query.failure();
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<QList<EventText>> OriginalDatabase::next()
{
    Result<QSqlQuery> query = d->connection.select(u"FETCH %1 FROM original"_s.arg(kFetchRows));
    if (!query)
        return query.failure();
    QList<EventText> texts;
    texts.reserve(kFetchRows);
    while (query->next()) {
        const auto text = [&](int column) { return query->value(column).toString().toUtf8(); };
        EventText event{text(0), text(1), text(2), text(3), text(5), text(4)};
        if (event.metadata == "null") // Prisma's JsonNull
            event.metadata.clear();
        texts.append(std::move(event));
    }
    return texts;
}

Result<void> OriginalDatabase::restart()
{
    const Result<void> closed = d->connection.execute(u"CLOSE original"_s);
    return closed ? d->declare() : closed;
}

} // namespace entvas
