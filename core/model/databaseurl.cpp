#include "core/model/databaseurl.h"

#include <QDir>
#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What libpq may be told through the URL. A closed list: a name that libpq does not know would only fail later, and
// host, user or password in two places would be a trap. Names of a newer libpq are refused by an older one, which says
// so. https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
const QStringList &libpqOptions()
{
    static const QStringList names{u"channel_binding"_s,
                                   u"connect_timeout"_s,
                                   u"gssdelegation"_s,
                                   u"gssencmode"_s,
                                   u"gsslib"_s,
                                   u"hostaddr"_s,
                                   u"keepalives"_s,
                                   u"keepalives_count"_s,
                                   u"keepalives_idle"_s,
                                   u"keepalives_interval"_s,
                                   u"krbsrvname"_s,
                                   u"load_balance_hosts"_s,
                                   u"options"_s,
                                   u"passfile"_s,
                                   u"require_auth"_s,
                                   u"requirepeer"_s,
                                   u"service"_s,
                                   u"ssl_max_protocol_version"_s,
                                   u"ssl_min_protocol_version"_s,
                                   u"sslcert"_s,
                                   u"sslcertmode"_s,
                                   u"sslcompression"_s,
                                   u"sslcrl"_s,
                                   u"sslcrldir"_s,
                                   u"sslkey"_s,
                                   u"sslmode"_s,
                                   u"sslnegotiation"_s,
                                   u"sslrootcert"_s,
                                   u"sslsni"_s,
                                   u"target_session_attrs"_s,
                                   u"tcp_user_timeout"_s};
    return names;
}

// Values in which blanks make sense: names of files, and the server's own options ("-c search_path=mine").
bool mayHoldBlanks(const QString &option)
{
    static const QStringList names{u"options"_s,   u"passfile"_s, u"sslcert"_s,    u"sslcrl"_s,
                                   u"sslcrldir"_s, u"sslkey"_s,   u"sslrootcert"_s};
    return names.contains(option);
}

bool hasControls(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

Failure unusable(const QString &why)
{
    return {Fault::Configuration, why};
}

const QString &forms()
{
    static const QString text = u"allowed are postgresql://user:password@host:5432/database and "
                                "sqlite:///absolute/path.db"_s;
    return text;
}

Result<DatabaseUrl> sqliteUrl(const QUrl &url)
{
    if (!url.host().isEmpty() || !url.userInfo().isEmpty() || url.port() != -1)
        return unusable(u"an SQLite URL has three slashes before its absolute path: sqlite:///absolute/path.db"_s);
    if (url.hasQuery() || url.hasFragment())
        return unusable(u"an SQLite URL takes no options; write ? as %3F and # as %23 in the path"_s);
    const QString path = url.path(QUrl::FullyDecoded);
    if (!path.startsWith(u'/') || path.endsWith(u'/') || hasControls(path))
        return unusable(u"an SQLite URL needs the absolute path of a file: sqlite:///absolute/path.db"_s);
    DatabaseUrl database;
    database.kind = DatabaseUrl::Kind::Sqlite;
    database.path = QDir::cleanPath(path);
    return database;
}

struct Host {
    QString name; // of a machine, an address, or the folder of a local socket; empty = libpq's own
    int port = -1;
};

bool isSocket(const QString &host)
{
    return host.startsWith(u'/') || host.startsWith(u'@'); // '@': one that has a name and no file
}

// "host:port", "[address]:port" or "%2Ffolder:port"; all of it may be missing.
Result<Host> readHost(const QString &text)
{
    static const QRegularExpression form(u"^(\\[[^\\]]*\\]|[^:\\[\\]]*)(?::([0-9]+))?$"_s);
    const auto match = form.match(text);
    const int port = match.captured(2).isEmpty() ? -1 : match.captured(2).toInt();
    if (!match.hasMatch() || port == 0 || port > 65'535)
        return unusable(u"after each host stands at most \":\" and a port of 1–65535"_s);
    const QString name = match.captured(1);
    const QString plain = QUrl::fromPercentEncoding(name.toUtf8());
    if (name.isEmpty() || isSocket(plain))
        return hasControls(plain) || plain.contains(u',') ? Result<Host>(unusable(u"the host makes no sense"_s))
                                                          : Result<Host>(Host{plain, port});
    const QUrl url(u"postgresql://"_s + name, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return unusable(u"the host makes no sense"_s);
    return Host{url.host(QUrl::FullyDecoded), port};
}

Result<void> setHosts(DatabaseUrl &database, const QString &text)
{
    QStringList names;
    QStringList ports;
    for (const QString &one : text.split(u',')) {
        const Result<Host> host = readHost(one);
        if (!host)
            return host.failure();
        names << host->name;
        ports << (host->port < 0 ? QString() : QString::number(host->port));
    }
    database.host = names.join(u',');
    const bool isSaid = std::any_of(ports.cbegin(), ports.cend(), [](const QString &port) { return !port.isEmpty(); });
    database.port = isSaid ? (ports.first().isEmpty() ? 5432 : ports.first().toInt()) : -1;
    for (QString &port : ports)
        if (port.isEmpty())
            port = u"5432"_s;
    if (isSaid && ports.count(ports.first()) != ports.size())
        database.options.insert(u"port"_s, ports.join(u',')); // overrides the one above, in libpq
    return {};
}

// ?host= and ?port=, as libpq has them: instead of those that stand before the name of the database.
Result<void> setHostOption(DatabaseUrl &database, const QString &name, const QString &value)
{
    const bool isTaken = name == "host"_L1 ? !database.host.isEmpty() : database.port >= 0;
    if (isTaken)
        return unusable(u"the %1 is given twice"_s.arg(name));
    if (name == "port"_L1) {
        const QStringList ports = value.split(u',');
        if (!std::all_of(ports.cbegin(), ports.cend(),
                         [](const QString &port) { return port.toInt() > 0 && port.toInt() < 65'536; }))
            return unusable(u"the port must be 1–65535"_s);
        database.port = ports.first().toInt();
        if (ports.size() > 1)
            database.options.insert(u"port"_s, value);
        return {};
    }
    const int port = database.port;
    QStringList hosts = value.split(u',');
    for (QString &host : hosts)
        host = isSocket(host) ? QString::fromLatin1(QUrl::toPercentEncoding(host)) : host;
    const Result<void> set = setHosts(database, hosts.join(u','));
    if (set && database.port >= 0)
        return unusable(u"write the port of ?host= as &port="_s);
    database.port = port;
    return set;
}

Result<void> setOptions(DatabaseUrl &database, const QUrl &url)
{
    // What could end one option and begin another in libpq's connection string; Qt knows no way to quote a semicolon.
    static const QRegularExpression unsafe(u"[\\s;'\"\\\\\\x00-\\x1f]"_s);
    static const QRegularExpression unsafeWithin(u"[;\\x00-\\x1f]"_s);
    const auto options = QUrlQuery(url.query(QUrl::FullyEncoded)).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : options) {
        if (name == u"host" || name == u"port") {
            if (value.contains(unsafe))
                return unusable(u"the %1 makes no sense"_s.arg(name));
            if (const Result<void> set = setHostOption(database, name, value); !set)
                return set;
            continue;
        }
        if (name == u"user" || name == u"password" || name == u"dbname")
            return unusable(u"user, password and database stand in the address itself: "
                            "postgresql://user:password@host:5432/database"_s);
        if (name == u"application_name")
            return unusable(u"the option \"application_name\" must be left out: Entvas sets it itself, as restoring a "
                            "backup looks by it whether servers run"_s);
        if (!libpqOptions().contains(name))
            return unusable(
                u"the option \"%1\" is not known; allowed are %2"_s.arg(name, libpqOptions().join(u", "_s)));
        if (value.isEmpty() || value.contains(mayHoldBlanks(name) ? unsafeWithin : unsafe))
            return unusable(u"the option \"%1\" must have a value without blanks, quotes, ; and \\"_s.arg(name));
        if (database.options.contains(name))
            return unusable(u"the option \"%1\" is given twice"_s.arg(name));
        database.options.insert(name, value);
    }
    return {};
}

// postgresql://[user[:password]@][host[:port][,…]][/database][?options]. QUrl knows one host only: it reads the rest.
Result<DatabaseUrl> postgresUrl(const QString &text)
{
    static const QRegularExpression authority(u"^[A-Za-z]+://([^/?#]*)"_s);
    const auto match = authority.match(text);
    const qsizetype hostAt = match.capturedStart(1) + match.captured(1).lastIndexOf(u'@') + 1;
    const QString hosts = text.sliced(hostAt, match.capturedEnd(1) - hostAt);
    const QUrl url(text.first(hostAt) + u"host"_s + text.sliced(match.capturedEnd(1)), QUrl::StrictMode);
    if (!url.isValid())
        return unusable(u"it is no valid URL (percent-encode special characters in user and password); "_s + forms());
    DatabaseUrl database;
    database.kind = DatabaseUrl::Kind::Postgres;
    if (const Result<void> set = setHosts(database, hosts); !set)
        return set.failure();
    database.user = url.userName(QUrl::FullyDecoded);
    database.password = url.password(QUrl::FullyDecoded);
    database.database = url.path(QUrl::FullyDecoded).mid(1);
    if (url.hasFragment())
        return unusable(u"write # as %23"_s);
    if (const Result<void> set = setOptions(database, url); !set)
        return set.failure();
    const bool isService = database.options.contains(u"service"_s); // which may say all the rest
    if ((database.database.isEmpty() && !isService) || database.database.contains(u'/'))
        return unusable(u"one database must be named after the host: postgresql://host:5432/database"_s);
    for (const QString &part : {database.user, database.password, database.database})
        if (hasControls(part))
            return unusable(u"control characters are not allowed"_s);
    if (database.port < 0 && !isService)
        database.port = 5432;
    return database;
}

QString shownHost(const QString &host)
{
    if (isSocket(host))
        return QString::fromLatin1(QUrl::toPercentEncoding(host));
    if (host.contains(u':'))
        return u'[' + host + u']';
    QUrl url;
    url.setHost(host, QUrl::DecodedMode);
    return url.host(QUrl::FullyEncoded);
}

} // namespace

Result<DatabaseUrl> parseDatabaseUrl(const QString &text)
{
    static const QRegularExpression badPercent(u"%(?![0-9A-Fa-f]{2})|%00"_s);
    if (text.contains(badPercent))
        return unusable(u"a % must be followed by two hexadecimal digits and not be %00; write % itself as %25"_s);
    const QString scheme = text.section(u':', 0, 0).toLower();
    const bool postgres = scheme == u"postgresql" || scheme == u"postgres";
    if (!text.contains(u':') || (!postgres && scheme != u"sqlite"))
        return unusable(u"it does not begin with a known scheme; "_s + forms());
    if (!text.startsWith(scheme + u"://"_s, Qt::CaseInsensitive))
        return unusable(u"\"//\" must follow the scheme; "_s + forms());
    if (postgres)
        return postgresUrl(text);
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid())
        return unusable(u"it is no valid URL (percent-encode special characters in its path); "_s + forms());
    return sqliteUrl(url);
}

QString DatabaseUrl::display() const
{
    QUrl url;
    if (kind == Kind::Sqlite) {
        url.setPath(path, QUrl::DecodedMode);
        return u"sqlite://"_s + url.path(QUrl::FullyEncoded);
    }
    url.setUserName(user, QUrl::DecodedMode);
    url.setPath(u'/' + database, QUrl::DecodedMode);
    const QStringList hosts = host.split(u',');
    const QString standard = QString::number(port);
    const QStringList ports = options.value(u"port"_s, standard).split(u','); // of each, or one for all
    const bool isFolder = hosts.size() == 1 && isSocket(host);
    QStringList shown;
    for (qsizetype i = 0; i < hosts.size() && !isFolder; ++i)
        shown << shownHost(hosts[i]) + (port < 0 ? QString() : u':' + ports.value(i, standard));
    if (host.isEmpty() && port == 5432)
        shown.clear();
    QUrlQuery query;
    if (isFolder)
        query.addQueryItem(u"host"_s, host);
    if (isFolder && port >= 0 && port != 5432)
        query.addQueryItem(u"port"_s, standard);
    if (const QString service = options.value(u"service"_s); !service.isEmpty())
        query.addQueryItem(u"service"_s, service);
    return u"postgresql://"_s + (user.isEmpty() ? QString() : url.userName(QUrl::FullyEncoded) + u'@') +
           shown.join(u',') + (database.isEmpty() && !query.isEmpty() ? QString() : url.path(QUrl::FullyEncoded)) +
           (query.isEmpty() ? QString() : u'?' + query.query(QUrl::FullyEncoded));
}

DatabaseUrl forReading(DatabaseUrl url)
{
    const bool isOne = !url.host.contains(u',');
    if (url.kind == DatabaseUrl::Kind::Postgres && isOne && !url.options.contains(u"target_session_attrs"_s))
        url.options.insert(u"target_session_attrs"_s, u"any"_s);
    return url;
}

QString sessionAttributes(const DatabaseUrl &url)
{
    return url.options.value(u"target_session_attrs"_s, u"read-write"_s);
}

} // namespace entvas
