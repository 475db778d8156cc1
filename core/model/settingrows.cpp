#include "core/model/settingrows.h"

#include <array>
#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMinBodyBytes = 1'024;
constexpr qint64 kMaxBodyBytes = 256 * 1024 * 1024;
constexpr int kMaxRateLimit = 1'000'000;
constexpr int kMaxRetentionDays = 36'500;
constexpr qsizetype kMaxTextChars = 1'024;
constexpr qsizetype kMaxDimensions = 8;
constexpr qsizetype kMaxDimensionChars = 64;
constexpr qsizetype kMaxEventTypes = 1'000;
constexpr qsizetype kMaxEventTypeChars = 128;
constexpr qsizetype kMaxListEntries = 100;

const SettingValues kFile{{}, true};
const QStringList kLogFormats{u"text"_s, u"json"_s};
const QStringList kLogLevels{u"debug"_s, u"info"_s, u"warning"_s, u"error"_s}; // as LogLevel

QStringList split(const QString &value)
{
    QStringList parts;
    for (const QString &part : value.split(u',', Qt::SkipEmptyParts))
        if (!part.trimmed().isEmpty())
            parts.append(part.trimmed());
    return parts;
}

template <class T>
Complaint readNumber(const QString &value, qint64 min, qint64 max, T &target)
{
    static const QRegularExpression digits(u"^[0-9]{1,12}\\z"_s);
    const qint64 number = digits.match(value).hasMatch() ? value.toLongLong() : -1;
    if (number < min || number > max)
        return u"a whole number from %1 to %2"_s.arg(QString::number(min), QString::number(max));
    target = static_cast<T>(number);
    return {};
}

Complaint readText(const QString &value, QString &target)
{
    if (value.isEmpty() || value.size() > kMaxTextChars || !isPlainText(value))
        return u"1–%1 characters without control characters"_s.arg(kMaxTextChars);
    target = value;
    return {};
}

Complaint readNames(const QString &value, qsizetype maxEntries, qsizetype maxChars, QStringList &target)
{
    QStringList names = split(value);
    const bool fits = names.size() <= maxEntries && std::all_of(names.begin(), names.end(), [&](const QString &name) {
                          return name.size() <= maxChars && isPlainText(name);
                      });
    if (!fits)
        return u"at most %1 comma-separated names of at most %2 characters"_s.arg(QString::number(maxEntries),
                                                                                  QString::number(maxChars));
    if (names.removeDuplicates() > 0)
        return u"a list without repeats"_s;
    target = names;
    return {};
}

Complaint readSecret(const QString &value, QString &target)
{
    if (!fitsHeader(value))
        return u"1–512 printable ASCII characters without blanks"_s;
    target = value;
    return {};
}

Complaint readHost(const QString &value, Settings &settings)
{
    static const QRegularExpression form(u"^(?:[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]+)?)\\z"_s);
    QString host = value;
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    if (!form.match(host).hasMatch())
        return u"an address or host name without port, for example 127.0.0.1, ::1 or 0.0.0.0"_s;
    settings.host = host;
    return {};
}

Complaint readIssuer(const QString &value, Settings &settings)
{
    static const QRegularExpression domain(u"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\\z"_s);
    if (domain.match(value).hasMatch()) {
        settings.issuer = u"https://%1/"_s.arg(value);
        return {};
    }
    const QUrl url(value, QUrl::StrictMode);
    const bool web = url.scheme() == u"https" || url.scheme() == u"http";
    if (!url.isValid() || !web || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasQuery() ||
        url.hasFragment())
        return u"a domain (login.example.org) or an issuer URL (https://login.example.org/realm)"_s;
    settings.issuer = value;
    return {};
}

Complaint readOrigins(const QString &value, Settings &settings)
{
    const Complaint complaint = u"comma-separated origins of the form https://host[:port]; * is not allowed"_s;
    QStringList origins;
    for (const QString &text : split(value)) {
        const QUrl url(text, QUrl::StrictMode);
        const bool web = url.scheme() == u"https" || url.scheme() == u"http";
        const bool bare = (url.path().isEmpty() || url.path() == u"/") && !url.hasQuery() && !url.hasFragment();
        if (!url.isValid() || !web || url.host().isEmpty() || !url.userInfo().isEmpty() || !bare)
            return complaint;
        // As browsers write it: lower case, and the scheme's own port left out.
        QString origin = url.scheme() + u"://"_s + url.host(QUrl::FullyEncoded).toLower();
        if (url.port() != -1 && url.port() != (url.scheme() == u"https" ? 443 : 80))
            origin += u':' + QString::number(url.port());
        origins.append(origin);
    }
    if (origins.size() > kMaxListEntries)
        return complaint;
    origins.removeDuplicates();
    settings.corsOrigins = origins;
    return {};
}

Complaint readDimensions(const QString &value, Settings &settings)
{
    QStringList names;
    if (const Complaint complaint = readNames(value, kMaxDimensions, kMaxDimensionChars, names); !complaint.isNull())
        return complaint;
    if (names.contains(u"eventType"_s))
        return u"metadata keys; eventType is always counted"_s;
    settings.dimensions = names;
    return {};
}

Complaint readLogFormat(const QString &value, Settings &settings)
{
    if (!kLogFormats.contains(value))
        return u"text or json"_s;
    settings.logFormat = value == u"text" ? LogFormat::Text : LogFormat::Json;
    return {};
}

Complaint readLogLevel(const QString &value, Settings &settings)
{
    const qsizetype index = kLogLevels.indexOf(value);
    if (index < 0)
        return u"debug, info, warning or error"_s;
    settings.logLevel = static_cast<LogLevel>(index);
    return {};
}

Complaint readDatabase(const QString &value, Settings &settings)
{
    auto url = parseDatabaseUrl(value);
    if (!url)
        return u"a database URL: "_s + url.failure().text;
    settings.database = *url;
    return {};
}

Complaint readReplica(const QString &value, Settings &settings)
{
    auto url = parseDatabaseUrl(value);
    if (!url || url->kind != DatabaseUrl::Kind::Postgres)
        return u"a database URL: "_s +
               (url ? u"a replica is of PostgreSQL; postgresql://user:password@host:5432/database"_s
                    : url.failure().text);
    settings.replica = *url;
    return {};
}

} // namespace

bool isPlainText(const QString &text)
{
    return std::none_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

// Longer than usual: a table, one row a setting.
const std::vector<SettingRow> &settingRows()
{
    using S = Settings;
    static const std::vector<SettingRow> list{
        {{u"host"_s, u"--host"_s, u"HOST"_s, false, u"127.0.0.1"_s, u"address to listen on"_s}, readHost},
        {{u"port"_s, u"--port"_s, u"PORT"_s, false, u"8000"_s,
          u"one port for HTTP and WebSocket; 0 = any free port, printed on the ready line"_s},
         [](const QString &v, S &s) { return readNumber(v, 0, 65'535, s.port); }},
        {{u"database-url"_s, u"--database-url"_s, u"DATABASE_URL"_s, true,
          u"SQLite file $XDG_DATA_HOME/entvas/entvas.db"_s,
          u"postgresql://user:pass@host:5432/db[?sslmode=…] or sqlite:///absolute/path.db; with a password not as a flag"_s},
         readDatabase},
        {{u"replica-url"_s, u"--replica-url"_s, u"REPLICA_URL"_s, true, u"none"_s,
          u"a streaming replica of the PostgreSQL database, postgresql://…, that history and exports are read from"_s},
         readReplica},
        {{u"webhook-api-key"_s, QString(), u"WEBHOOK_API_KEY"_s, true, u"a development key, on loopback only"_s,
          u"the key senders present for the default project"_s},
         [](const QString &v, S &s) { return readSecret(v, s.webhookKey); },
         true},
        {{u"viewer-token"_s, QString(), u"VIEWER_TOKEN"_s, true, u"none; loopback needs none"_s,
          u"the token dashboards present; required on any address but loopback"_s},
         [](const QString &v, S &s) { return readSecret(v, s.viewerToken); },
         true},
        {{u"issuer"_s, u"--issuer"_s, u"JWT_ISSUER_DOMAIN"_s, false, u"none"_s,
          u"OpenID Connect issuer (domain or URL) whose tokens are accepted"_s},
         readIssuer},
        {{u"audience"_s, u"--audience"_s, u"JWT_AUDIENCE"_s, false, u"none"_s, u"audience that a token must carry"_s},
         [](const QString &v, S &s) { return readText(v, s.audience); }},
        {{u"client-id"_s, u"--client-id"_s, u"OIDC_CLIENT_ID"_s, false, u"none"_s,
          u"public client that the desktop logs in with"_s},
         [](const QString &v, S &s) { return readText(v, s.clientId); }},
        {{u"roles-claim"_s, u"--roles-claim"_s, u"JWT_ROLES_CLAIM"_s, false, u"none: every valid token may view"_s,
          u"claim of a token that names viewer or admin; a.b looks into objects"_s},
         [](const QString &v, S &s) { return readText(v, s.rolesClaim); }},
        {{u"projects-claim"_s, u"--projects-claim"_s, u"JWT_PROJECTS_CLAIM"_s, false,
          u"none: the members of projects decide"_s, u"claim of a token that lists the projects its holder may see"_s},
         [](const QString &v, S &s) { return readText(v, s.projectsClaim); }},
        {{u"cors-origins"_s, u"--cors-origins"_s, u"CORS_ORIGINS"_s, false, u"none"_s,
          u"comma-separated origins allowed to call from a browser"_s},
         readOrigins},
        {{u"tls-cert"_s, u"--tls-cert"_s, u"TLS_CERT_FILE"_s, false, u"none"_s,
          u"PEM file with the certificate and its chain, to serve https/wss directly; read again on SIGHUP"_s},
         [](const QString &v, S &s) { return readText(v, s.tlsCertFile); },
         false,
         kFile},
        {{u"tls-key"_s, u"--tls-key"_s, u"TLS_KEY_FILE"_s, false, u"none"_s,
          u"PEM file with the private key of the certificate, readable by its owner only"_s},
         [](const QString &v, S &s) { return readText(v, s.tlsKeyFile); },
         false,
         kFile},
        {{u"tls-ca"_s, u"--tls-ca"_s, u"TLS_CA_FILE"_s, false, u"those of the system"_s,
          u"PEM file of further authorities to trust: for the issuer, for a remote server and for entvas feed"_s},
         [](const QString &v, S &s) { return readText(v, s.tlsCaFile); },
         false,
         kFile},
        {{u"trusted-proxies"_s, u"--trusted-proxies"_s, u"TRUSTED_PROXIES"_s, false, u"none"_s,
          u"addresses and ranges (10.0.0.0/8) of proxies whose X-Forwarded-For/-Proto count"_s},
         [](const QString &v, S &s) { return readNames(v, kMaxListEntries, 64, s.trustedProxies); }},
        {{u"rate-limit"_s, u"--rate-limit"_s, u"RATE_LIMIT"_s, false, u"0 (off)"_s,
          u"events per second per key, with a burst of one second"_s},
         [](const QString &v, S &s) { return readNumber(v, 0, kMaxRateLimit, s.rateLimit); }},
        {{u"max-body"_s, u"--max-body"_s, u"MAX_BODY_BYTES"_s, false, u"8388608"_s,
          u"larger requests get 413 without being held in memory"_s},
         [](const QString &v, S &s) { return readNumber(v, kMinBodyBytes, kMaxBodyBytes, s.maxBodyBytes); }},
        {{u"dimensions"_s, u"--dimensions"_s, u"DIMENSIONS"_s, false, u"page,browser"_s,
          u"metadata keys that are counted live beside eventType"_s},
         readDimensions},
        {{u"event-types"_s, u"--event-types"_s, u"EVENT_TYPES"_s, false, u"any"_s,
          u"if set, other event types are refused"_s},
         [](const QString &v, S &s) { return readNames(v, kMaxEventTypes, kMaxEventTypeChars, s.eventTypes); }},
        {{u"retention-days"_s, u"--retention-days"_s, u"RETENTION_DAYS"_s, false, u"0 (keep)"_s,
          u"older raw events are removed, counts stay"_s},
         [](const QString &v, S &s) { return readNumber(v, 0, kMaxRetentionDays, s.retentionDays); }},
        {{u"log-format"_s, u"--log-format"_s, u"LOG_FORMAT"_s, false, u"text on a terminal, else json"_s,
          u"one line per record"_s},
         readLogFormat,
         false,
         {kLogFormats}},
        {{u"log-level"_s, u"--log-level"_s, u"LOG_LEVEL"_s, false, u"info"_s, u"debug, info, warning, error"_s},
         readLogLevel,
         false,
         {kLogLevels}},
    };
    return list;
}

} // namespace entvas
