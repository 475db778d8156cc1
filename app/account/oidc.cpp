#include "app/account/oidc.h"

#include "app/feed/serveraddress.h"
#include "core/base/randombytes.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas::oidc {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(entvas::Login)
};

constexpr qsizetype kMaxNameChars = 200; // of a name that is shown
constexpr qint64 kMostLifeS = 10LL * 365 * 86'400;
const auto kBase64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QString random256()
{
    return QString::fromLatin1(randomBytes(kMostRandomBytes).toBase64(kBase64Url));
}

QString shortText(const QJsonValue &value)
{
    return value.toString().simplified().left(kMaxNameChars);
}

QUrl safeUrl(const QJsonValue &value)
{
    const QUrl url(value.toString(), QUrl::StrictMode);
    const bool isWeb = url.scheme() == u"https"_s || url.scheme() == u"http"_s;
    const bool isSafe = url.isValid() && isWeb && !url.host().isEmpty() && url.userInfo().isEmpty();
    return isSafe && isPrivateWay(url) ? url : QUrl();
}

// As application/x-www-form-urlencoded wants it; QUrlQuery would leave + and others as they are.
QByteArray form(std::initializer_list<std::pair<const char *, QString>> fields)
{
    QByteArray text;
    for (const auto &[name, value] : fields) {
        if (value.isEmpty())
            continue;
        if (!text.isEmpty())
            text += '&';
        text += name;
        text += '=' + QUrl::toPercentEncoding(value);
    }
    return text;
}

bool holds(const QJsonValue &audience, const QString &one)
{
    return audience.isArray() ? audience.toArray().contains(one) : audience.toString() == one;
}

} // namespace

Config readConfig(const QJsonObject &data)
{
    Config config;
    config.isRequired = data["required"_L1].toBool();
    config.issuer = data["issuer"_L1].toString();
    config.clientId = data["clientId"_L1].toString();
    config.audience = data["audience"_L1].toString();
    config.scope = data["scope"_L1].toString();
    if (!config.scope.split(u' ').contains(u"openid"_s))
        config.scope = u"openid profile email offline_access"_s;
    return config;
}

QUrl discoveryUrl(const QString &issuer)
{
    const QString base = issuer.endsWith(u'/') ? issuer.chopped(1) : issuer;
    return safeUrl(base + u"/.well-known/openid-configuration"_s);
}

Result<Metadata> readMetadata(const QJsonObject &json, const QString &issuer)
{
    if (json["issuer"_L1].toString() != issuer)
        return {Fault::Configuration,
                Words::tr("The login service's name differs from the server's settings (%1): check the settings.")
                    .arg(issuer)};
    Metadata metadata;
    metadata.authorize = safeUrl(json["authorization_endpoint"_L1]);
    metadata.token = safeUrl(json["token_endpoint"_L1]);
    metadata.revoke = safeUrl(json["revocation_endpoint"_L1]);
    metadata.namesItself = json["authorization_response_iss_parameter_supported"_L1].toBool();
    if (metadata.authorize.isEmpty() || metadata.token.isEmpty())
        return {Fault::Configuration, Words::tr("The login service %1 offers no secure login address.").arg(issuer)};
    const QJsonValue methods = json["code_challenge_methods_supported"_L1];
    if (methods.isArray() && !methods.toArray().contains(u"S256"_s))
        return {Fault::Configuration,
                Words::tr("The login service %1 does not support PKCE with S256, which this program requires.")
                    .arg(issuer)};
    return metadata;
}

Secrets Secrets::make()
{
    return {random256(), random256(), random256()};
}

QString Secrets::challenge() const
{
    return QString::fromLatin1(
        QCryptographicHash::hash(verifier.toLatin1(), QCryptographicHash::Sha256).toBase64(kBase64Url));
}

QUrl authorizeUrl(const Metadata &issuer, const Config &config, const QUrl &redirect, const Secrets &secrets,
                  bool choosesAccount)
{
    QByteArray query = form({{"response_type", u"code"_s},
                             {"client_id", config.clientId},
                             {"redirect_uri", redirect.toString(QUrl::FullyEncoded)},
                             {"scope", config.scope},
                             {"state", secrets.state},
                             {"nonce", secrets.nonce},
                             {"code_challenge", secrets.challenge()},
                             {"code_challenge_method", u"S256"_s},
                             {"audience", config.audience},
                             {"prompt", choosesAccount ? u"select_account"_s : QString()}});
    const QString before = issuer.authorize.query(QUrl::FullyEncoded);
    if (!before.isEmpty())
        query.prepend(before.toLatin1() + '&');
    QUrl url = issuer.authorize;
    url.setQuery(QString::fromLatin1(query), QUrl::StrictMode);
    return url;
}

QByteArray codeForm(const Config &config, const QUrl &redirect, const QString &code, const Secrets &secrets)
{
    return form({{"grant_type", u"authorization_code"_s},
                 {"code", code},
                 {"redirect_uri", redirect.toString(QUrl::FullyEncoded)},
                 {"client_id", config.clientId},
                 {"code_verifier", secrets.verifier}});
}

QByteArray refreshForm(const QString &clientId, const QString &refreshToken)
{
    return form({{"grant_type", u"refresh_token"_s}, {"refresh_token", refreshToken}, {"client_id", clientId}});
}

QByteArray revokeForm(const QString &clientId, const QString &token, bool isRefreshToken)
{
    return form({{"token", token},
                 {"token_type_hint", isRefreshToken ? u"refresh_token"_s : u"access_token"_s},
                 {"client_id", clientId}});
}

QJsonObject claimsOf(const QString &token)
{
    const QStringList parts = token.split(u'.');
    if (parts.size() != 3 || token.size() > kMaxTokenChars || parts[2].isEmpty())
        return {};
    const auto decoded =
        QByteArray::fromBase64Encoding(parts[1].toLatin1(), kBase64Url | QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? QJsonDocument::fromJson(*decoded).object() : QJsonObject();
}

Result<Identity> checkIdToken(const QString &token, const QString &issuer, const QString &clientId,
                              const QString &nonce, qint64 nowMs)
{
    const QJsonObject claims = claimsOf(token);
    const auto refuse = [](const QString &why) {
        return Result<Identity>(Fault::Denied,
                                Words::tr("The login service gave an identity that is not valid: %1.").arg(why));
    };
    if (claims.isEmpty())
        return refuse(Words::tr("it can't be read"));
    if (claims["iss"_L1].toString() != issuer)
        return refuse(Words::tr("it comes from another service"));
    const QJsonValue audience = claims["aud"_L1];
    if (!holds(audience, clientId))
        return refuse(Words::tr("it was made for another program"));
    const QString authorized = claims["azp"_L1].toString();
    const bool hasSeveral = audience.isArray() && audience.toArray().size() > 1;
    if (authorized.isEmpty() ? hasSeveral : authorized != clientId)
        return refuse(Words::tr("it was made for another program"));
    if (claims["exp"_L1].toDouble() * 1'000 + double(kLeewayMs) <= double(nowMs))
        return refuse(Words::tr("it has expired; check the clock of this computer"));
    if (claims["iat"_L1].toDouble() * 1'000 - double(kLeewayMs) > double(nowMs))
        return refuse(Words::tr("it is from the future; check the clock of this computer"));
    if (!nonce.isEmpty() && claims["nonce"_L1].toString() != nonce)
        return refuse(Words::tr("it belongs to another login"));
    Identity identity{claims["sub"_L1].toString(), shortText(claims["name"_L1]), shortText(claims["email"_L1])};
    if (identity.name.isEmpty())
        identity.name = shortText(claims["preferred_username"_L1]);
    if (identity.subject.isEmpty() || identity.subject.size() > 255)
        return refuse(Words::tr("it names no subject"));
    return identity;
}

Result<Tokens> readTokens(const QJsonObject &json, const Config &config, const QString &nonce, bool isRefresh,
                          qint64 nowMs)
{
    const QString access = json["access_token"_L1].toString();
    const QString id = json["id_token"_L1].toString();
    Tokens tokens;
    tokens.refresh = json["refresh_token"_L1].toString();
    const bool isBearer = json["token_type"_L1].toString().compare(u"bearer"_s, Qt::CaseInsensitive) == 0;
    if (access.isEmpty() || !isBearer || access.size() > kMaxTokenChars || tokens.refresh.size() > kMaxTokenChars)
        return {Fault::Denied, Words::tr("The login service sent an answer without a token.")};
    if (!id.isEmpty() || !isRefresh) {
        const Result<Identity> identity = checkIdToken(id, config.issuer, config.clientId, nonce, nowMs);
        if (!identity)
            return identity.failure();
        tokens.identity = *identity;
    }
    const QJsonObject claims = claimsOf(access);
    if (!claims.isEmpty()) {
        tokens.bearer = access;
    } else if (config.audience == config.clientId && !id.isEmpty()) {
        tokens.bearer = id; // some services give tokens that a server can check only so
    } else {
        return {Fault::Configuration, Words::tr("The login service issued a token that the server can't verify. Its "
                                                "administrator must register “%1” as an API.")
                                          .arg(config.audience)};
    }
    const double lifeS = json["expires_in"_L1].toDouble();
    const double endS = claimsOf(tokens.bearer)["exp"_L1].toDouble();
    if (lifeS > 0 && lifeS < double(kMostLifeS) && tokens.bearer == access)
        tokens.expiresAtMs = nowMs + qint64(lifeS * 1'000); // whatever the clocks show
    else if (endS > 0 && endS < double(nowMs) / 1'000 + double(kMostLifeS))
        tokens.expiresAtMs = qint64(endS * 1'000);
    return tokens;
}

} // namespace entvas::oidc
