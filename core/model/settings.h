#pragma once

#include "core/base/loglevel.h"
#include "core/base/result.h"

#include <functional>
#include <optional>
#include <QMap>
#include <QStringList>

namespace entvas {

// Where the events live. For PostgreSQL the parts of a postgresql:// URL, percent-decoded.
struct DatabaseUrl {
    enum class Kind { Sqlite, Postgres };
    Kind kind = Kind::Sqlite;
    QString path;    // SQLite: absolute file path
    QString host;    // a name, an address or the folder of a socket; several with commas between; empty = libpq's own
    int port = 5432; // of them all, unless options has "port" with one for each; -1 = left to the service
    QString user;
    QString password;
    QString database;
    QMap<QString, QString> options; // sslmode, connect_timeout, …: handed to libpq
    // Who we are in the database's list of connections, unless the options say otherwise: "entvas server" or
    // "entvas <command>".
    QString program = QStringLiteral("entvas");
    // For people and logs: without the password.
    QString display() const;
    bool operator==(const DatabaseUrl &) const = default;
};
// Fault::Configuration says what is wrong without repeating a password.
Result<DatabaseUrl> parseDatabaseUrl(const QString &url);

// 127.0.0.0/8, ::1 or localhost.
bool isLoopbackName(const QString &host);

// Every setting of the outside contract (section 1.1), checked.
struct Settings {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 8000;
    DatabaseUrl database;
    std::optional<DatabaseUrl> replica; // a copy of the database that history and exports are read from
    QString webhookKey;                 // empty = none given; on loopback the development key is then accepted
    QString viewerToken; // empty = none; what a dashboard must present on a server in the open (VIEWER_TOKEN)
    QString ownerToken;  // of the desktop that hosts the server: made anew for each run, from no source
    QString issuer;      // URL as its tokens write it
    QString audience;
    QString clientId;
    QString rolesClaim;    // empty = every valid token may view
    QString projectsClaim; // empty = members in the database decide
    QStringList corsOrigins;
    QString tlsCertFile;
    QString tlsKeyFile;
    QString tlsCaFile; // certificates of further authorities that we trust, as a client
    QStringList trustedProxies;
    int rateLimit = 0; // events per second per key; 0 = off
    qint64 maxBodyBytes = 8'388'608;
    QStringList dimensions{QStringLiteral("page"), QStringLiteral("browser")};
    QStringList eventTypes; // empty = any
    int retentionDays = 0;  // 0 = keep
    LogFormat logFormat = LogFormat::Text;
    LogLevel logLevel = LogLevel::Info;

    bool isLoopback() const { return isLoopbackName(host); }
};

// One row of the contract's table; --help, the tables of the docs and the resolver all read the same list.
struct SettingInfo {
    QString key;             // in the INI file, for example "database-url"
    QString flag;            // "--database-url"; empty for secrets
    QString environment;     // "DATABASE_URL"
    bool secretFile = false; // NAME_FILE may name a file that holds it
    QString fallback;        // the default in words
    QString meaning;
};
const QList<SettingInfo> &settingInfos();

// The raw sources, so that tests need no process environment.
struct SettingSources {
    QMap<QString, QString> flags;                        // by key
    std::function<QString(const QString &)> environment; // null QString = not set
    QMap<QString, QString> file;                         // by key, from the INI file
    QString fileName;                                    // named in errors
    QString dataHome;                                    // where the default SQLite file goes ($XDG_DATA_HOME)
    bool terminal = false;                               // decides the default log format
};

// Reads `key = value` lines ('#' and ';' begin comment lines, "…" keeps blanks, an [entvas] heading may stand above).
// Values are taken as written: no escapes, no lists. At most 64 KiB of UTF-8. Fault::Configuration names file and line.
Result<QMap<QString, QString>> readSettingsFile(const QString &fileName);
// Without the line ends that an editor, `echo` or a file from Windows leaves behind a value.
QString withoutLineEnd(QString text);
// Whether a key or token can go into a header: 1–512 printable ASCII characters without blanks.
bool fitsHeader(const QString &secret);
// The content of a file that holds a secret, without one trailing line end. Fault::Configuration when the file can't be
// read, is empty, or others than its owner may read it.
Result<QString> readSecretFile(const QString &fileName);
// Than its owner and whom root hands it to: a service by its group, a container by mounting it in /run/secrets.
bool isOpenToOthers(const QString &fileName);

// Flag, then environment, then file, then default; an empty environment variable counts as not set. A value is taken
// withoutLineEnd(), and none may hold another control character. A key with
// secretFile may instead come from NAME_FILE in the environment or "key-file" in the file; WEBHOOK_API_KEY and
// VIEWER_TOKEN themselves never from flag or file, a password for the database not from a flag, and from the file only
// when that is private. Fault::Configuration names the setting, the value and what is
// allowed.
Result<Settings> resolveSettings(const SettingSources &sources);
// Safe by default (section 1.2): refuses a public address without a key and a viewer's proof, an issuer without an
// audience, and settings that do nothing alone, naming the setting.
Result<void> checkSafe(const Settings &settings);

inline constexpr char kDevelopmentKey[] = "entvas_webhook_secret_key_8797f88b5f2e10fbf09d7ef162ffc75b";

} // namespace entvas
