#include "core/settings.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

bool Settings::isLoopback() const
{
    static const QRegularExpression v4(u"^127(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$"_s);
    return host == u"::1" || host.compare(u"localhost", Qt::CaseInsensitive) == 0 || v4.match(host).hasMatch();
}

Result<void> checkSafe(const Settings &settings)
{
    const auto wrong = [](const QString &text) { return Failure{Fault::Configuration, text}; };
    const auto notYet = [&](const char *setting, const QString &instead) {
        return wrong(u"%1 can't be honoured by this version: %2"_s.arg(QLatin1String(setting), instead));
    };
    const QString token = u"leave it out and protect dashboards with VIEWER_TOKEN instead"_s;
    if (!settings.issuer.isEmpty())
        return notYet("issuer (JWT_ISSUER_DOMAIN)", token);
    if (!settings.audience.isEmpty())
        return notYet("audience (JWT_AUDIENCE)", token);
    if (!settings.clientId.isEmpty())
        return notYet("client-id (OIDC_CLIENT_ID)", token);
    if (!settings.rolesClaim.isEmpty())
        return notYet("roles-claim (JWT_ROLES_CLAIM)", token);
    if (!settings.projectsClaim.isEmpty())
        return notYet("projects-claim (JWT_PROJECTS_CLAIM)", token);
    if (settings.tlsCertFile.isEmpty() != settings.tlsKeyFile.isEmpty())
        return wrong(u"%1 is not set: a certificate and its key belong together"_s.arg(
            settings.tlsCertFile.isEmpty() ? u"tls-cert (TLS_CERT_FILE)"_s : u"tls-key (TLS_KEY_FILE)"_s));

    if (settings.isLoopback())
        return {};
    const QString open = u"%1 but host %2 is open to the network: %3, or listen on 127.0.0.1"_s;
    const QString own = u"set one of your own, for example from openssl rand -hex 32"_s;
    if (settings.webhookKey.isEmpty())
        return wrong(open.arg(u"WEBHOOK_API_KEY is not set"_s, settings.host, own));
    if (settings.webhookKey == QLatin1String(kDevelopmentKey))
        return wrong(open.arg(u"WEBHOOK_API_KEY is the published development key"_s, settings.host, own));
    if (settings.viewerToken.isEmpty())
        return wrong(open.arg(u"VIEWER_TOKEN is not set"_s, settings.host, own));
    return {};
}

} // namespace entvas
