#include "core/store/connection/sqlconnection.h"

#include "core/base/log.h"
#include "core/model/databaseurl.h"
#include "core/store/connection/answerwatch.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/serverprobe.h"

#include <atomic>
#include <QFileInfo>
#include <QJsonObject>
#include <QLibrary>
#include <QRegularExpression>
#include <QSqlDriver>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString uniqueName()
{
    static std::atomic<quint64> counter{0}; // Qt's registry of connections is one per process
    return u"entvas-store-%1"_s.arg(++counter);
}

// Qt's driver has loaded it.
template <class Function>
Function ofLibpq(const char *name)
{
    return reinterpret_cast<Function>(QLibrary::resolve(u"pq"_s, 5, name));
}

// A PGconn*, which libpq itself calls pg_conn; nullptr when there is none.
void *libpqConnection(const QSqlDatabase &database)
{
    const QVariant handle = database.driver() ? database.driver()->handle() : QVariant();
    const bool isOne = QByteArrayView(handle.typeName()).endsWith("conn*");
    return isOne ? *static_cast<void *const *>(handle.constData()) : nullptr;
}

// libpq writes what the server says on its own to standard error, between our records. What ends a connection is in
// the failure of the next statement as well. https://www.postgresql.org/docs/15/libpq-notice-processing.html
void quietNotices(void *connection)
{
    using Processor = void (*)(void *, const char *);
    using SetProcessor = Processor (*)(void *connection, Processor processor, void *argument);
    static const auto setProcessor = ofLibpq<SetProcessor>("PQsetNoticeProcessor");
    if (!setProcessor || !connection)
        return;
    setProcessor(
        connection,
        [](void *, const char *text) {
            log::debug("store", u"notice of the database"_s, {{u"text"_s, QString::fromUtf8(text).simplified()}});
        },
        nullptr);
}

} // namespace

SqlConnection::SqlConnection(DatabaseUrl url) : m_url(std::move(url)), m_statements(dialect().folder) {}

SqlConnection::~SqlConnection()
{
    close();
}

QString SqlConnection::where() const
{
    return m_url.kind == DatabaseUrl::Kind::Sqlite ? m_url.path : m_url.display();
}

Result<void> SqlConnection::open()
{
    // What is open is all that there is of a file that was removed: it stays open.
    if (const Result<void> there = checkFile(); !there)
        return there;
    close();
    if (!QSqlDatabase::isDriverAvailable(dialect().driver))
        return {Fault::Configuration, u"Qt's database driver %1 is missing; install the package %2."_s.arg(
                                          dialect().driver, dialect().package)};
    if (m_url.kind == DatabaseUrl::Kind::Sqlite)
        if (const Result<void> file = prepareFile(); !file)
            return file;
    const Result<QString> options = connectOptions();
    if (!options)
        return options.failure();

    m_name = uniqueName();
    m_database = QSqlDatabase::addDatabase(dialect().driver, m_name);
    m_database.setConnectOptions(*options);
    if (m_url.kind == DatabaseUrl::Kind::Sqlite) {
        m_database.setDatabaseName(m_url.path);
    } else {
        m_database.setHostName(m_url.host);
        m_database.setPort(m_url.port);
        m_database.setUserName(m_url.user);
        m_database.setPassword(m_url.password);
        m_database.setDatabaseName(m_url.database);
    }
    const std::optional<QSqlError> silent = askForAnswer();
    if (silent || !m_database.open()) {
        const Failure failure = failed(silent.value_or(m_database.lastError()));
        close();
        return failure;
    }
    m_interrupter->attach(m_database);
    if (m_url.kind == DatabaseUrl::Kind::Postgres)
        quietNotices(libpqConnection(m_database));
    if (m_url.kind == DatabaseUrl::Kind::Postgres && m_watchesAnswers)
        m_watch = std::make_unique<AnswerWatch>(m_url, m_interrupter);
    Result<void> set = runScript(u"connect"_s);
    if (set && m_url.kind == DatabaseUrl::Kind::Sqlite)
        set = setUpFile();
    if (!set) {
        const Failure &failure = set.failure();
        close();
        return failure;
    }
    if (m_isWatched && m_url.kind == DatabaseUrl::Kind::Sqlite) {
        m_fileWatch.begin(m_url.path);
        m_fileSize = m_fileWatch.size();
    }
    return {};
}

// PostgreSQL: an error in libpq's words when the server does not answer.
std::optional<QSqlError> SqlConnection::askForAnswer()
{
    if (m_url.kind != DatabaseUrl::Kind::Postgres)
        return std::nullopt;
    const Interrupter::Wait wait(*m_interrupter);
    const auto outcome = ServerProbe(m_url).run(wait.fd(), ServerProbe::patience(m_url, kConnectTimeout));
    if (outcome == ServerProbe::Outcome::Answered || outcome == ServerProbe::Outcome::Failed)
        return std::nullopt;
    const QString why = outcome == ServerProbe::Outcome::Silent ? u"timeout expired"_s : u"interrupted"_s;
    const QString text = u"connection to server at \"%1\", port %2 failed: %3"_s.arg(
        m_url.host, m_url.options.value(u"port"_s, QString::number(m_url.port)), why);
    return QSqlError(text, text, QSqlError::ConnectionError);
}

Result<void> SqlConnection::checkFile()
{
    if (!m_fileWatch.isWatching())
        return {};
    Result<void> there = m_fileWatch.check();
    if (there)
        there = checkSize();
    if (!there && !m_isReplaced)
        saveLog();
    m_isReplaced = !there;
    return there;
}

// A copy over the open file leaves it where it is: the database then has pages that the file has not.
Result<void> SqlConnection::checkSize()
{
    const qint64 size = m_fileWatch.size();
    if (size < m_fileSize && m_database.isOpen()) {
        const Result<Rows> rows = run(u"database_bytes"_s);
        const bool isShorter = rows && (*rows)->next() && (*rows)->value(0).toLongLong() > size;
        if (!rows || isShorter)
            return Failure{Fault::Unavailable,
                           u"The database %1 was overwritten while it was open. Nothing is stored until the right one "
                           "lies there and the server is started anew."_s.arg(m_url.path),
                           u"The database is away, try again."_s};
    }
    m_fileSize = size;
    return {};
}

// The open log still has what was committed lately: into the database with it, while that is in its place.
void SqlConnection::saveLog()
{
    if (m_fileWatch.hasLostLog() && m_database.isOpen())
        (void)execute(u"PRAGMA wal_checkpoint(PASSIVE)"_s);
}

// Another program's file is only looked at: not even its header is changed.
Result<void> SqlConnection::setUpFile()
{
    const Result<Rows> rows = run(u"is_foreign_file"_s);
    if (!rows)
        return rows.failure();
    if (!(*rows)->next())
        return ended(*rows);
    const bool isForeign = (*rows)->value(0).toInt() != 0;
    (*rows)->finish();
    return isForeign ? Result<void>() : runScript(u"own_file"_s);
}

void SqlConnection::close()
{
    if (m_name.isEmpty())
        return;
    m_watch.reset();
    m_interrupter->detach();
    m_database = {};
    QSqlDatabase::removeDatabase(m_name);
    m_name.clear();
    m_fileWatch.closed();
    // After the driver: otherwise Qt would ask the server to forget each statement, and warn for each when it is gone.
    m_prepared.clear();
}

// Events are private: a folder and a file that we make are the user's alone.
Result<void> SqlConnection::prepareFile()
{
    const QFileInfo info(m_url.path);
    if (!info.exists())
        return makeDatabaseFile(m_url.path);
    if (!info.isFile())
        return {Fault::Configuration, u"The database %1 is not a file; name another one."_s.arg(m_url.path)};
    if (!info.isReadable() || !info.isWritable())
        return {Fault::Denied,
                u"The database %1 may not be read and written by this user; change its permissions."_s.arg(m_url.path)};
    return {};
}

Result<QString> SqlConnection::connectOptions() const
{
    static const QRegularExpression plainKey(u"^[a-z_]+\\z"_s);
    QString text = dialect().connected;
    if (m_url.kind == DatabaseUrl::Kind::Sqlite)
        return text;
    QMap<QString, QString> options = m_url.options;
    options.insert(u"target_session_attrs"_s, sessionAttributes(m_url));
    options.insert(u"application_name"_s, m_url.program); // a restore looks by it whether servers run
    for (auto option = options.cbegin(); option != options.cend(); ++option) {
        // Qt separates options with semicolons and knows no way to quote one.
        if (!plainKey.match(option.key()).hasMatch() || option.value().contains(u';'))
            return {Fault::Configuration,
                    u"The option %1 of the database URL can't be handed on; leave it out."_s.arg(option.key())};
        QString value = option.value();
        value.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s);
        text += u";%1='%2'"_s.arg(option.key(), value); // the last one of a name wins in libpq
    }
    return text;
}

Result<Rows> SqlConnection::run(const QString &name, const QList<Binding> &bindings)
{
    if (!m_database.isOpen())
        return {Fault::Unavailable, u"The database %1 is not connected."_s.arg(where())};
    auto prepared = m_prepared.find(name);
    if (prepared == m_prepared.end()) {
        const Result<QString> sql = m_statements.text(name);
        if (!sql)
            return sql.failure();
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        if (!query.prepare(*sql))
            return failed(query.lastError());
        prepared = m_prepared.emplace(name, std::move(query)).first;
    }
    QSqlQuery &query = prepared->second;
    for (const Binding &binding : bindings) {
        const bool isNullText = binding.value.typeId() == QMetaType::QString && binding.value.toString().isNull();
        query.bindValue(binding.placeholder, isNullText ? QVariant(u""_s) : binding.value);
    }
    Rows rows(&query);
    if (!query.exec())
        return failed(query.lastError());
    return rows;
}

Result<int> SqlConnection::change(const QString &name, const QList<Binding> &bindings)
{
    const Result<Rows> rows = run(name, bindings);
    if (!rows)
        return rows.failure();
    int count = 0;
    while ((*rows)->next())
        ++count;
    if (const Result<void> ended = this->ended(*rows); !ended)
        return ended.failure();
    return count;
}

Result<void> SqlConnection::ended(const Rows &rows)
{
    if (rows->lastError().isValid())
        return failed(rows->lastError());
    return {};
}

Result<void> SqlConnection::runScript(const QString &name)
{
    const Result<QStringList> statements = m_statements.script(name);
    if (!statements)
        return statements.failure();
    for (const QString &sql : *statements)
        if (const Result<void> done = execute(sql); !done)
            return done;
    return {};
}

Result<void> SqlConnection::execute(const QString &sql)
{
    if (!m_database.isOpen())
        return {Fault::Unavailable, u"The database %1 is not connected."_s.arg(where())};
    QSqlQuery query(m_database);
    if (!query.exec(sql))
        return failed(query.lastError());
    return {};
}

Result<void> SqlConnection::listen(const QString &channel, QObject *context,
                                   const std::function<void(const QString &)> &received)
{
    QSqlDriver *driver = m_database.driver();
    // The driver goes with the connection, and this with it.
    QObject::connect(driver, &QSqlDriver::notification, context,
                     [received](const QString &, QSqlDriver::NotificationSource, const QVariant &payload) {
                         received(payload.toString());
                     });
    return driver->subscribeToNotification(channel) ? Result<void>() : Result<void>(failed(driver->lastError()));
}

Result<void> SqlConnection::receive()
{
    QSqlDriver *driver = m_database.driver();
    return driver->beginTransaction() && driver->rollbackTransaction() ? Result<void>()
                                                                       : Result<void>(failed(driver->lastError()));
}

Result<QSqlQuery> SqlConnection::select(const QString &sql)
{
    if (!m_database.isOpen())
        return {Fault::Unavailable, u"The database %1 is not connected."_s.arg(where())};
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(sql))
        return failed(query.lastError());
    return query;
}

Result<void> SqlConnection::checkWritable()
{
    const Result<Rows> rows = run(u"is_read_only"_s);
    if (!rows)
        return rows.failure();
    const bool isReadOnly = (*rows)->next() && (*rows)->value(0).toInt() != 0;
    if (const Result<void> ended = this->ended(*rows); !ended)
        return ended;
    if (!isReadOnly)
        return {};
    const QString standby = (*rows)->value(0).toInt() == 2 ? u"it is a standby"_s : u"it is set so"_s;
    (*rows)->finish();
    return failed(QSqlError(standby, standby, QSqlError::StatementError, u"25006"_s));
}

qint64 SqlConnection::announcedBackendPid() const
{
    static const auto backendPid = ofLibpq<int (*)(const void *connection)>("PQbackendPID");
    const void *const connection = m_url.kind == DatabaseUrl::Kind::Postgres ? libpqConnection(m_database) : nullptr;
    return backendPid && connection ? backendPid(connection) : 0;
}

Failure SqlConnection::failed(const QSqlError &error)
{
    m_lastError = error;
    return databaseFailure(m_url.kind, error, m_database.isOpen(), where());
}

} // namespace entvas
