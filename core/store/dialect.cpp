#include "core/store/dialect.h"

#include <array>

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

// https://www.postgresql.org/docs/15/errcodes-appendix.html
Meaning postgresMeaning(const QString &state)
{
    static const std::array unavailable{"08"_L1,    "53"_L1, "57"_L1,    "58"_L1,   "26000"_L1,
                                        "25006"_L1, "40"_L1, "55P03"_L1, "25P03"_L1};
    static const std::array data{"22"_L1, "23"_L1, "54"_L1};
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

// A connection that can't be made has no SQLSTATE in Qt: libpq's sentence is all there is, and where it is not in
// English the failure stays what it is for most: something that a later try may cure.
Meaning postgresConnectMeaning(const QString &text)
{
    if (text.contains("authentication failed"_L1) || text.contains("no password supplied"_L1) ||
        text.contains("pg_hba.conf"_L1) || text.contains("role \""_L1))
        return postgresMeaning(u"28000"_s);
    if (text.contains("database \""_L1) && text.contains("does not exist"_L1))
        return postgresMeaning(u"3D000"_s);
    if (text.contains("invalid connection option"_L1) || text.contains("sslmode value"_L1))
        return {Fault::Configuration, u"can't be reached with these options; check the database URL"_s};
    return {Fault::Unavailable, u"can't be reached; check that it runs and that the address is right"_s};
}

// Users, addresses, tables and folders are whoever runs the server's.
QString outside(Fault kind)
{
    switch (kind) {
    case Fault::Unavailable: return u"The database is away, try again."_s;
    case Fault::BadInput: return u"The database refused the data."_s;
    default: return u"The database refused it, and the server's log says why."_s;
    }
}

QString oneLine(QString text)
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
        u"connect_timeout=5;tcp_user_timeout=10000;keepalives=1;keepalives_idle=10;keepalives_interval=5;"
        "keepalives_count=3"_s};
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
    else
        meaning = postgresMeaning(code);
    const bool tookTooLong =
        kind == DatabaseUrl::Kind::Postgres ? code == "57014"_L1 || code == "55P03"_L1 : (code.toInt() & 0xff) == 9;
    return {meaning.kind, u"The database %1 %2 (%3)."_s.arg(where, meaning.advice, detail),
            tookTooLong ? u"It took the database too long: ask for less, or try again later."_s
                        : outside(meaning.kind)};
}

bool isCollision(const QSqlError &error)
{
    const QString code = error.nativeErrorCode();
    return code == "40P01"_L1 || code == "40001"_L1;
}

} // namespace entvas
