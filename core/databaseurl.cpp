#include "core/settings.h"

#include <QDir>
#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What libpq may be told through the URL. A closed list: a name that libpq does not know would only fail later, and
// host, user or password in two places would be a trap.
const QStringList &libpqOptions()
{
    static const QStringList names{u"channel_binding"_s,
                                   u"connect_timeout"_s,
                                   u"gssencmode"_s,
                                   u"keepalives"_s,
                                   u"keepalives_count"_s,
                                   u"keepalives_idle"_s,
                                   u"keepalives_interval"_s,
                                   u"sslcert"_s,
                                   u"sslcrl"_s,
                                   u"sslkey"_s,
                                   u"sslmode"_s,
                                   u"sslrootcert"_s,
                                   u"target_session_attrs"_s,
                                   u"tcp_user_timeout"_s};
    return names;
}

bool hasControls(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

Failure refuse(const QString &why)
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
        return refuse(u"an SQLite URL has three slashes before its absolute path: sqlite:///absolute/path.db"_s);
    if (url.hasQuery() || url.hasFragment())
        return refuse(u"an SQLite URL takes no options; write ? as %3F and # as %23 in the path"_s);
    const QString path = url.path(QUrl::FullyDecoded);
    if (!path.startsWith(u'/') || path.endsWith(u'/') || hasControls(path))
        return refuse(u"an SQLite URL needs the absolute path of a file: sqlite:///absolute/path.db"_s);
    DatabaseUrl database;
    database.kind = DatabaseUrl::Kind::Sqlite;
    database.path = QDir::cleanPath(path);
    return database;
}

Result<DatabaseUrl> postgresUrl(const QUrl &url)
{
    DatabaseUrl database;
    database.kind = DatabaseUrl::Kind::Postgres;
    database.host = url.host(QUrl::FullyDecoded);
    database.port = url.port(5432);
    database.user = url.userName(QUrl::FullyDecoded);
    database.password = url.password(QUrl::FullyDecoded);
    database.database = url.path(QUrl::FullyDecoded).mid(1);
    if (database.port < 1)
        return refuse(u"the port must be 1–65535"_s);
    if (database.database.isEmpty() || database.database.contains(u'/'))
        return refuse(u"one database must be named after the host: postgresql://host:5432/database"_s);
    if (url.hasFragment())
        return refuse(u"write # as %23"_s);
    for (const QString &part : {database.user, database.password, database.database})
        if (hasControls(part))
            return refuse(u"control characters are not allowed"_s);

    const auto options = QUrlQuery(url.query(QUrl::FullyEncoded)).queryItems(QUrl::FullyDecoded);
    // What could end one option and begin another in libpq's connection string.
    static const QRegularExpression unsafe(u"[\\s;'\"\\\\\\x00-\\x1f]"_s);
    for (const auto &[name, value] : options) {
        if (name == u"host" && database.host.isEmpty() && value.startsWith(u'/') && !value.contains(unsafe)) {
            database.host = value; // the folder of a local socket can't be written as the host of a URL
            continue;
        }
        if (name == u"application_name")
            return refuse(u"the option \"application_name\" must be left out: Entvas sets it itself, as restoring a "
                          "backup looks by it whether servers run"_s);
        if (!libpqOptions().contains(name))
            return refuse(u"the option \"%1\" is not known; allowed are %2"_s.arg(name, libpqOptions().join(u", "_s)));
        if (value.isEmpty() || value.contains(unsafe))
            return refuse(u"the option \"%1\" must have a value without blanks, quotes, ; and \\"_s.arg(name));
        if (database.options.contains(name))
            return refuse(u"the option \"%1\" is given twice"_s.arg(name));
        database.options.insert(name, value);
    }
    return database;
}

} // namespace

Result<DatabaseUrl> parseDatabaseUrl(const QString &text)
{
    static const QRegularExpression badPercent(u"%(?![0-9A-Fa-f]{2})|%00"_s);
    if (text.contains(badPercent))
        return refuse(u"a % must be followed by two hexadecimal digits and not be %00; write % itself as %25"_s);
    const QUrl url(text, QUrl::StrictMode);
    const QString scheme = text.section(u':', 0, 0).toLower();
    const bool postgres = scheme == u"postgresql" || scheme == u"postgres";
    if (!text.contains(u':') || (!postgres && scheme != u"sqlite"))
        return refuse(u"it does not begin with a known scheme; "_s + forms());
    if (!text.startsWith(scheme + u"://"_s, Qt::CaseInsensitive))
        return refuse(u"\"//\" must follow the scheme; "_s + forms());
    if (!url.isValid())
        return refuse(u"it is no valid URL (percent-encode special characters in user and password); "_s + forms());
    return postgres ? postgresUrl(url) : sqliteUrl(url);
}

QString DatabaseUrl::display() const
{
    QUrl url;
    if (kind == Kind::Sqlite) {
        url.setPath(path, QUrl::DecodedMode);
        return u"sqlite://"_s + url.path(QUrl::FullyEncoded);
    }
    url.setScheme(u"postgresql"_s);
    url.setUserName(user, QUrl::DecodedMode);
    url.setPath(u'/' + database, QUrl::DecodedMode);
    if (host.startsWith(u'/')) {
        url.setHost(QString());
        QUrlQuery query;
        query.addQueryItem(u"host"_s, host);
        url.setQuery(query);
        const QString tail = url.path(QUrl::FullyEncoded) + u'?' + url.query(QUrl::FullyEncoded);
        return u"postgresql://"_s + (user.isEmpty() ? QString() : url.userName(QUrl::FullyEncoded) + u'@') + tail;
    }
    url.setHost(host, QUrl::DecodedMode);
    url.setPort(port);
    return url.toString(QUrl::FullyEncoded);
}

} // namespace entvas
