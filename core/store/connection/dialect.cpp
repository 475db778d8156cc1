#include "core/store/connection/dialect.h"

#include <algorithm>
#include <array>
#include <initializer_list>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

struct Meaning {
    Fault kind;
    QString advice;
};

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
Meaning sqliteMeaning(int code)
{
    switch (code & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return {Fault::Unavailable, u"is locked by another program; close that program"_s};
    case 10: // SQLITE_IOERR
        return {Fault::Unavailable, u"could not be read or written; check the disk"_s};
    case 9: // SQLITE_INTERRUPT
        return {Fault::Unavailable, u"took too long to answer; ask for less"_s};
    case 13: // SQLITE_FULL
        return {Fault::Unavailable, u"can't grow because the disk is full; make room"_s};
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
        return {Fault::Denied, u"may not be written; give this user write permission to the file and its folder"_s};
    case 14: // SQLITE_CANTOPEN
        return {Fault::Denied, u"can't be opened; check that its folder exists and may be written"_s};
    case 26: // SQLITE_NOTADB
        return {Fault::Configuration, u"is not an SQLite database; name another file"_s};
    case 11: // SQLITE_CORRUPT
        return {Fault::Storage, u"is damaged; restore it from a backup"_s};
    case 18: // SQLITE_TOOBIG
    case 19: // SQLITE_CONSTRAINT
    case 20: // SQLITE_MISMATCH
        return {Fault::BadInput, u"refused the data"_s};
    default: return {Fault::Storage, u"refused a statement"_s};
    }
}

Meaning readOnly()
{
    return {Fault::Unavailable, u"is read-only: it is a standby, or default_transaction_read_only is on; name the "
                                "server that takes writes, or all of them (postgresql://user@one,two/database)"_s};
}

Meaning noConnectionLeft()
{
    return {Fault::Unavailable, u"has no connection left for us; raise max_connections, or the CONNECTION LIMIT of the "
                                "role or database"_s};
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
Meaning postgresMeaning(const QString &state)
{
    static const std::array unavailable{"08"_L1, "53"_L1, "57"_L1, "58"_L1, "40"_L1, "55P03"_L1, "25P03"_L1};
    // What is in a row, and what rules and triggers of the table's owner say of it.
    static const std::array data{"22"_L1, "23"_L1, "54"_L1, "44"_L1, "P0"_L1, "09"_L1, "27"_L1, "38"_L1, "39"_L1};
    if (state == "25006"_L1)
        return readOnly();
    if (state == "26000"_L1 || state == "42P05"_L1)
        return {Fault::Unavailable, u"lost a prepared statement; if a connection pooler is in between, let it pool by "
                                    "session"_s};
    if (state == "53300"_L1)
        return noConnectionLeft();
    for (const auto &prefix : unavailable)
        if (state.startsWith(prefix))
            return {Fault::Unavailable, u"is not available at the moment"_s};
    for (const auto &prefix : data)
        if (state.startsWith(prefix))
            return {Fault::BadInput, u"refused the data"_s};
    if (state.startsWith("28"_L1))
        return {Fault::Denied, u"refused the login; check user and password in the database URL"_s};
    if (state == "42501"_L1)
        return {Fault::Denied, u"refused a statement; grant this user the right to it"_s};
    if (state == "3D000"_L1)
        return {Fault::Configuration, u"has no such database; create it"_s};
    return {Fault::Storage, u"refused a statement"_s};
}

bool says(const QString &text, std::initializer_list<QLatin1StringView> any)
{
    return std::any_of(any.begin(), any.end(), [&](QLatin1StringView part) { return text.contains(part); });
}

Meaning oneConnectMeaning(const QString &text)
{
    if (says(text, {"session is read-only"_L1, "hot standby mode"_L1}))
        return readOnly();
    // Before the role: that is named here too, and nothing is wrong with it.
    if (says(text, {"too many connections for"_L1, "too many clients"_L1, "connection slots are reserved"_L1,
                    "no more connections allowed"_L1}))
        return noConnectionLeft();
    if (says(text, {"authentication failed"_L1, "no password supplied"_L1, "pg_hba.conf"_L1, "role \""_L1}))
        return postgresMeaning(u"28000"_s);
    if (text.contains("database \""_L1) && text.contains("does not exist"_L1))
        return postgresMeaning(u"3D000"_s);
    if (says(text, {"invalid connection option"_L1, "sslmode value"_L1, "definition of service"_L1, "service file"_L1,
                    "invalid target_session_attrs"_L1, "could not match"_L1}))
        return {Fault::Configuration, u"can't be reached with these options; check the database URL"_s};
    return {Fault::Unavailable, u"can't be reached; check that it runs and that the address is right"_s};
}

// A connection that can't be made has no SQLSTATE in Qt: libpq's sentence is all there is, and where it is not in
// English the failure stays what it is for most: something that a later try may cure. Of several hosts each has a
// sentence: one that may come back decides, and one that is there but takes no writes is worth more than one that is
// away.
Meaning postgresConnectMeaning(const QString &text)
{
    static const QString kOne = u"connection to server "_s;
    QStringList sentences = text.split(kOne, Qt::SkipEmptyParts);
    Meaning meaning = oneConnectMeaning(sentences.isEmpty() ? text : sentences.takeFirst());
    for (const QString &sentence : std::as_const(sentences)) {
        const Meaning next = oneConnectMeaning(sentence);
        const bool isReadOnly = next.advice == readOnly().advice;
        if (isReadOnly || (meaning.kind != Fault::Unavailable && next.kind == Fault::Unavailable))
            meaning = next;
    }
    return meaning;
}

// Users, addresses, tables and folders are for administrators only.
QString outside(Fault kind)
{
    switch (kind) {
    case Fault::Unavailable: return u"The database is away, try again."_s;
    case Fault::BadInput: return u"The database refused the data."_s;
    default: return u"The database refused it, and the server's log says why."_s;
    }
}

QString oneLine(const QString &text)
{
    return text.simplified();
}

} // namespace

const Dialect &dialectOf(DatabaseUrl::Kind kind)
{
    static const Dialect sqlite{u"sqlite"_s, u"sqlite"_s, u"QSQLITE"_s, u"libqt6sql6-sqlite"_s,
                                u"QSQLITE_BUSY_TIMEOUT=5000"_s};
    // Seconds, but for tcp_user_timeout: unanswered data ends the connection after 10,000 ms.
    static const Dialect postgres{
        u"postgresql"_s, u"postgres"_s, u"QPSQL"_s, u"libqt6sql6-psql"_s,
        u"connect_timeout=%1;tcp_user_timeout=10000;keepalives=1;keepalives_idle=10;keepalives_interval=5;"
        "keepalives_count=3"_s.arg(kConnectTimeout.count())};
    switch (kind) {
    case DatabaseUrl::Kind::Sqlite: return sqlite;
    case DatabaseUrl::Kind::Postgres: return postgres;
    }
    Q_UNREACHABLE();
}

Failure databaseFailure(DatabaseUrl::Kind kind, const QSqlError &error, bool connected, const QString &where)
{
    const QString code = error.nativeErrorCode();
    const QString detail = oneLine(error.databaseText());
    Meaning meaning;
    if (kind == DatabaseUrl::Kind::Sqlite)
        meaning = sqliteMeaning(code.toInt());
    else if (error.type() == QSqlError::ConnectionError)
        meaning = postgresConnectMeaning(detail);
    else if (!connected || code.isEmpty())
        meaning = {Fault::Unavailable, u"closed the connection"_s};
    else if (code == "42501"_L1 && detail.contains("row-level security"_L1)) // says nothing of other rows
        meaning = postgresMeaning(u"44000"_s);
    else
        meaning = postgresMeaning(code);
    const bool tookTooLong =
        kind == DatabaseUrl::Kind::Postgres ? code == "57014"_L1 || code == "55P03"_L1 : (code.toInt() & 0xff) == 9;
    return {meaning.kind, u"The database %1 %2 (%3)."_s.arg(where, meaning.advice, detail),
            tookTooLong ? u"It took the database too long: ask for less, or try again later."_s
                        : outside(meaning.kind)};
}

bool isReadOnly(const QSqlError &error)
{
    return error.type() == QSqlError::ConnectionError
               ? postgresConnectMeaning(oneLine(error.databaseText())).advice == readOnly().advice
               : error.nativeErrorCode() == "25006"_L1;
}

bool isCollision(const QSqlError &error)
{
    const QString code = error.nativeErrorCode();
    return code == "40P01"_L1 || code == "40001"_L1;
}

} // namespace entvas
