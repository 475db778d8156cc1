#include "core/model/settings.h"

#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace entvas {

bool isLoopbackName(const QString &host)
{
    static const QRegularExpression v4(u"^127(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}\\z"_s);
    return host == u"::1" || host.compare(u"localhost", Qt::CaseInsensitive) == 0 || v4.match(host).hasMatch();
}

namespace {

// Logins by an issuer (RFC 8725): a token made for another program of the same issuer must not open this one, and a
// setting that does nothing must not look as if it protected something.
Result<void> checkLogins(const Settings &settings)
{
    const auto wrong = [](const QString &text) { return Failure{Fault::Configuration, text}; };
    if (settings.issuer.isEmpty()) {
        const std::pair<const QString &, const char *> dependent[]{
            {settings.audience, "audience (JWT_AUDIENCE)"},
            {settings.clientId, "client-id (OIDC_CLIENT_ID)"},
            {settings.rolesClaim, "roles-claim (JWT_ROLES_CLAIM)"},
            {settings.projectsClaim, "projects-claim (JWT_PROJECTS_CLAIM)"}};
        for (const auto &[value, name] : dependent)
            if (!value.isEmpty())
                return wrong(u"%1 is set but no issuer: name the issuer of logins with JWT_ISSUER_DOMAIN, or leave it "
                             "out"_s.arg(QLatin1String(name)));
        return {};
    }
    if (settings.audience.isEmpty())
        return wrong(
            u"issuer (JWT_ISSUER_DOMAIN) is set but audience (JWT_AUDIENCE) is not: a token that the issuer made "
            "for any other program would open this server; name the audience that its tokens carry"_s);
    const QUrl issuer(settings.issuer);
    if (issuer.scheme() != u"https" && !isLoopbackName(issuer.host()))
        return wrong(
            u"issuer (JWT_ISSUER_DOMAIN) is %1: keys that come over plain http can be forged on their way; only "
            "https will do, or http on this machine"_s.arg(settings.issuer));
    return {};
}

// `open`: %1 is what is wrong, %2 what to do.
Result<void> checkKey(const Settings &settings, const QString &open)
{
    const QString own = u"set one of your own, for example from openssl rand -hex 32"_s;
    if (settings.webhookKey.isEmpty())
        return {Fault::Configuration, open.arg(u"WEBHOOK_API_KEY is not set"_s, own)};
    if (settings.webhookKey == QLatin1String(kDevelopmentKey))
        return {Fault::Configuration, open.arg(u"WEBHOOK_API_KEY is the published development key"_s, own)};
    return {};
}

} // namespace

Result<void> checkSafe(const Settings &settings)
{
    const auto wrong = [](const QString &text) { return Failure{Fault::Configuration, text}; };
    if (settings.tlsCertFile.isEmpty() != settings.tlsKeyFile.isEmpty())
        return wrong(u"%1 is not set: a certificate and its key belong together"_s.arg(
            settings.tlsCertFile.isEmpty() ? u"tls-cert (TLS_CERT_FILE)"_s : u"tls-key (TLS_KEY_FILE)"_s));

    if (settings.replica && settings.database.kind != DatabaseUrl::Kind::Postgres)
        return wrong(
            u"replica-url (REPLICA_URL) is set but database-url (DATABASE_URL) is no postgresql:// URL: name the "
            "database that it is a replica of, or leave it out"_s);
    if (const auto logins = checkLogins(settings); !logins)
        return logins;
    // A proxy passes on all who reach it. Readers from there are refused as they come (ReadAccess).
    if (settings.isLoopback())
        return settings.trustedProxies.isEmpty()
                   ? Result<void>()
                   : checkKey(settings, u"%1 but trusted-proxies (TRUSTED_PROXIES) names a proxy, which lets others "
                                        "than this machine in: %2, or leave the proxy out"_s);
    const QString open = u"%1 but host "_s + settings.host + u" is open to the network: %2, or listen on 127.0.0.1"_s;
    if (const auto key = checkKey(settings, open); !key)
        return key;
    if (settings.viewerToken.isEmpty() && settings.issuer.isEmpty())
        return wrong(open.arg(u"VIEWER_TOKEN is not set"_s,
                              u"set one of your own, for example from openssl rand -hex 32, or let an issuer of logins "
                              "say who may read (JWT_ISSUER_DOMAIN)"_s));
    return {};
}

} // namespace entvas
