#include "tests/support/temporarypostgres.h"

#include "tests/support/freeport.h"

#include <csignal>
#include <pwd.h>
#include <QCollator>
#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QUrl>
#include <QUrlQuery>
#include <QUuid>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

constexpr int kProgramTimeoutMs = 60'000;
constexpr char kServerUser[] = "postgres"; // of the system, when we are root
constexpr int kPortAttempts = 3;

// Debian keeps the server's programs out of the search path, one folder per version.
QString findBinaries()
{
    const QString inPath = QStandardPaths::findExecutable(u"initdb"_s);
    if (!inPath.isEmpty())
        return QFileInfo(inPath).canonicalPath(); // the others are beside the file itself
    QStringList versions = QDir(u"/usr/lib/postgresql"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCollator byNumber;
    byNumber.setNumericMode(true);
    std::sort(versions.begin(), versions.end(), byNumber);
    return versions.isEmpty() ? QString() : u"/usr/lib/postgresql/%1/bin"_s.arg(versions.last());
}

Result<DatabaseUrl> fromText(const QString &text)
{
    const QUrl url(text);
    if (!url.isValid() || !url.scheme().startsWith("postgres"_L1))
        return {Fault::Configuration, u"ENTVAS_TEST_DATABASE_URL is no postgresql:// URL"_s};
    DatabaseUrl server;
    server.kind = DatabaseUrl::Kind::Postgres;
    server.host = url.host(QUrl::FullyDecoded);
    server.port = url.port(5432);
    server.user = url.userName(QUrl::FullyDecoded);
    server.password = url.password(QUrl::FullyDecoded);
    server.database = url.path(QUrl::FullyDecoded).mid(1);
    const auto options = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : options)
        server.options.insert(key, value);
    return server;
}

Result<void> executeOn(const DatabaseUrl &server, const QString &sql)
{
    const QString name = u"entvas-test-support"_s;
    QString error;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QPSQL"_s, name);
        database.setHostName(server.host);
        database.setPort(server.port);
        database.setUserName(server.user);
        database.setPassword(server.password);
        database.setDatabaseName(server.database);
        database.setConnectOptions(u"connect_timeout=5"_s);
        if (!database.open()) {
            error = database.lastError().text();
        } else {
            QSqlQuery query(database);
            if (!query.exec(sql))
                error = query.lastError().text();
        }
    }
    QSqlDatabase::removeDatabase(name);
    return error.isEmpty() ? Result<void>() : Result<void>(Fault::Unavailable, error.simplified());
}

} // namespace

TemporaryPostgres::TemporaryPostgres() = default;

TemporaryPostgres::~TemporaryPostgres()
{
    if (m_running && canRestart())
        (void)stopServer();
}

Result<void> TemporaryPostgres::start()
{
    if (!QSqlDatabase::isDriverAvailable(u"QPSQL"_s))
        return {Fault::Configuration, u"Qt's driver QPSQL is missing (package libqt6sql6-psql)"_s};
    if (const QString given = qEnvironmentVariable("ENTVAS_TEST_DATABASE_URL"); !given.isEmpty()) {
        const Result<DatabaseUrl> server = fromText(given);
        if (!server)
            return server.failure();
        m_server = *server;
        const Result<void> alive = executeOn(m_server, u"SELECT 1"_s);
        m_running = alive.ok();
        return alive;
    }
    if (const Result<void> prepared = prepareDirectory(); !prepared)
        return prepared;
    m_server.kind = DatabaseUrl::Kind::Postgres;
    m_server.host = u"127.0.0.1"_s;
    m_server.user = u"entvas"_s;
    m_server.database = u"postgres"_s;
    const Result<void> made = run(u"initdb"_s, {u"-D"_s, m_directory->filePath(u"data"_s), u"-U"_s, m_server.user,
                                                u"-A"_s, u"trust"_s, u"-E"_s, u"UTF8"_s, u"--locale=C"_s, u"-N"_s});
    return made ? startOnFreePort() : made;
}

Result<void> TemporaryPostgres::startReplicaOf(const TemporaryPostgres &primary)
{
    if (!primary.canRestart())
        return {Fault::Configuration, u"the server of ENTVAS_TEST_DATABASE_URL is not ours to copy"_s};
    if (const Result<void> prepared = prepareDirectory(); !prepared)
        return prepared;
    m_server = primary.m_server;
    const Result<void> copied =
        run(u"pg_basebackup"_s,
            {u"-D"_s, m_directory->filePath(u"data"_s), u"-h"_s, m_server.host, u"-p"_s, QString::number(m_server.port),
             u"-U"_s, m_server.user, u"-R"_s, u"-X"_s, u"stream"_s, u"-c"_s, u"fast"_s});
    return copied ? startOnFreePort() : copied;
}

Result<void> TemporaryPostgres::prepareDirectory()
{
    m_binaries = findBinaries();
    if (m_binaries.isEmpty())
        return {Fault::Configuration, u"no PostgreSQL server is installed (package postgresql)"_s};
    m_directory = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/entvas-pg-XXXXXX"_s);
    if (!m_directory->isValid())
        return {Fault::Unavailable, m_directory->errorString()};
    if (geteuid() == 0) {
        const passwd *user = getpwnam(kServerUser);
        if (!user)
            return {Fault::Denied, u"PostgreSQL refuses to run as root, and there is no user \"postgres\""_s};
        if (chown(QFile::encodeName(m_directory->path()).constData(), user->pw_uid, user->pw_gid) != 0)
            return {Fault::Denied, u"the temporary directory can't be given to the user \"postgres\""_s};
    }
    return {};
}

Result<void> TemporaryPostgres::startOnFreePort()
{
    Result<void> started;
    for (int attempt = 0; attempt < kPortAttempts; ++attempt) { // somebody else may take the free port before us
        m_server.port = freePort();
        started = startServer();
        if (started)
            break;
    }
    return started;
}

Result<void> TemporaryPostgres::startServer()
{
    const QString options =
        u"-c listen_addresses=127.0.0.1 -c port=%1 -c unix_socket_directories='%2' -c fsync=%3 -c max_connections=100"_s
            .arg(m_server.port)
            .arg(m_directory->path(), m_durable ? u"on"_s : u"off"_s);
    const Result<void> started =
        run(u"pg_ctl"_s, {u"-D"_s, m_directory->filePath(u"data"_s), u"-w"_s, u"-t"_s, u"30"_s, u"-l"_s,
                          m_directory->filePath(u"log"_s), u"-o"_s, options, u"start"_s});
    m_running = started.ok();
    return started;
}

QString TemporaryPostgres::program(const QString &name) const
{
    const QString beside = QStandardPaths::findExecutable(name, {m_binaries});
    return m_binaries.isEmpty() || beside.isEmpty() ? name : beside;
}

Result<void> TemporaryPostgres::stopServer(const QString &mode)
{
    m_running = false;
    return run(u"pg_ctl"_s, {u"-D"_s, m_directory->filePath(u"data"_s), u"-w"_s, u"-m"_s, mode, u"stop"_s});
}

void TemporaryPostgres::signalServer(int signal) const
{
    QFile file(m_directory->filePath(u"data/postmaster.pid"_s));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const qint64 server = file.readLine().trimmed().toLongLong();
    QList<qint64> all{server};
    for (const QString &name : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
        QFile stat(u"/proc/%1/stat"_s.arg(name));
        if (name.toLongLong() <= 0 || !stat.open(QIODevice::ReadOnly))
            continue;
        const QByteArray text = stat.readAll();
        if (text.mid(text.lastIndexOf(')') + 2).split(' ').value(1).toLongLong() == server)
            all << name.toLongLong();
    }
    for (const qint64 pid : all)
        ::kill(pid_t(pid), signal);
}

Result<DatabaseUrl> TemporaryPostgres::createDatabaseIn(const QString &directory)
{
    const passwd *user = geteuid() == 0 ? getpwnam(kServerUser) : nullptr;
    if (user && chown(QFile::encodeName(directory).constData(), user->pw_uid, user->pw_gid) != 0)
        return {Fault::Denied, u"%1 can't be given to the user \"postgres\""_s.arg(directory)};
    DatabaseUrl url = m_server;
    const QString number = QString::number(++m_created);
    url.database = u"entvas_in_"_s + number;
    for (const QString &sql : {u"CREATE TABLESPACE small_%1 LOCATION '%2'"_s.arg(number, directory),
                               u"CREATE DATABASE %1 TABLESPACE small_%2"_s.arg(url.database, number)})
        if (const Result<void> made = executeOn(m_server, sql); !made)
            return made.failure();
    return url;
}

Result<DatabaseUrl> TemporaryPostgres::createDatabase()
{
    DatabaseUrl url = m_server;
    url.database = u"entvas_%1_%2"_s.arg(QUuid::createUuid().toString(QUuid::Id128).left(8)).arg(++m_created);
    const Result<void> made = executeOn(m_server, u"CREATE DATABASE %1"_s.arg(url.database));
    if (!made)
        return made.failure();
    return url;
}

QString TemporaryPostgres::toText(const DatabaseUrl &url)
{
    QUrl text;
    text.setScheme(u"postgresql"_s);
    text.setHost(url.host);
    text.setPort(url.port);
    text.setUserName(url.user);
    if (!url.password.isEmpty())
        text.setPassword(url.password, QUrl::DecodedMode);
    text.setPath(u'/' + url.database);
    return text.toString(QUrl::FullyEncoded);
}

Result<void> TemporaryPostgres::run(const QString &program, const QStringList &arguments)
{
    QString command = m_binaries + u'/' + program;
    QStringList all = arguments;
    if (geteuid() == 0) {
        all = QStringList{u"--reuid=postgres"_s, u"--regid=postgres"_s, u"--init-groups"_s, command} + arguments;
        command = u"setpriv"_s;
    }
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    // The server that pg_ctl leaves behind would keep a pipe open for ever.
    process.setStandardOutputFile(m_directory->filePath(u"output"_s));
    process.setWorkingDirectory(m_directory->path());
    process.start(command, all);
    if (!process.waitForFinished(kProgramTimeoutMs) || process.exitStatus() != QProcess::NormalExit ||
        process.exitCode() != 0) {
        QFile output(m_directory->filePath(u"output"_s));
        const QString text =
            output.open(QIODevice::ReadOnly) ? QString::fromUtf8(output.readAll()).simplified() : QString();
        return {Fault::Unavailable, u"%1 failed: %2 %3"_s.arg(program, process.errorString(), text)};
    }
    return {};
}

} // namespace entvas::test
