#include "server/access/tokenverifier.h"

#include "core/model/directory.h"
#include "server/access/strictjson.h"

#include <algorithm>
#include <array>
#include <cjose/cjose.h>
#include <QJsonArray>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxAudiences = 64;
constexpr qint64 kMaxSeconds = 253'402'300'799; // the end of the year 9999

Failure invalid(const QString &why)
{
    return {Fault::Unauthenticated, why};
}

bool isPlain(const QString &text, qsizetype max)
{
    return !text.isEmpty() && isPlainText(text, max);
}

// nullopt: fine. An algorithm is rejected by its kind, so that the issuer's administrator knows what to change.
std::optional<Failure> checkHeader(const QJsonObject &header)
{
    const QJsonValue name = header.value(u"alg"_s);
    if (!name.isString())
        return invalid(u"The token's header names no algorithm (alg)"_s);
    const QString algorithm = name.toString();
    if (algorithm.compare(u"none", Qt::CaseInsensitive) == 0)
        return invalid(u"The token is not signed"_s);
    if (algorithm.startsWith(u"HS", Qt::CaseInsensitive))
        return invalid(u"The token is signed with a shared secret, which proves nothing here"_s);
    if (!tokenAlgorithm(algorithm))
        return invalid(u"The token's algorithm is not accepted: RS256, PS256 and ES256 are"_s);
    if (header.contains(u"crit"_s))
        return invalid(u"The token demands an extension (crit) that is not known here"_s);
    if (const QJsonValue type = header.value(u"typ"_s); !type.isUndefined()) {
        QString kind = type.toString().toLower();
        if (kind.startsWith(u"application/"))
            kind.remove(0, 12);
        if (kind != u"jwt" && kind != u"at+jwt")
            return invalid(u"The token's type (typ) is neither JWT nor at+jwt"_s);
    }
    if (const QJsonValue kid = header.value(u"kid"_s); !kid.isUndefined() && !kid.isString())
        return invalid(u"The token's key name (kid) is no string"_s);
    return {};
}

bool isSignedBy(const UnverifiedToken &token, const IssuerKey &key)
{
    cjose_jws_t *jws = cjose_jws_import(token.compact.constData(), std::size_t(token.compact.size()), nullptr);
    if (!jws)
        return false;
    const bool valid = cjose_jws_verify(jws, key.key.get(), nullptr);
    cjose_jws_release(jws);
    return valid;
}

Result<void> checkSignature(const UnverifiedToken &token, const KeySet &keys)
{
    const QList<IssuerKey> named = keys.named(token.kid);
    if (token.kid.isEmpty() && named.size() > 1)
        return invalid(u"The token does not say which of the issuer's keys signed it (kid)"_s);
    if (named.isEmpty())
        return {Fault::NotFound, u"The token is signed with a key that its issuer does not publish"_s};
    const auto key =
        std::find_if(named.cbegin(), named.cend(), [&](const IssuerKey &k) { return k.algorithm == token.algorithm; });
    if (key == named.cend())
        return invalid(u"The token's algorithm is not that of its key"_s);
    if (!isSignedBy(token, *key))
        return invalid(u"The token's signature is wrong"_s);
    return {};
}

// A time claim in seconds. A number of another kind is refused: readers of the same token must not disagree about it.
Result<std::optional<qint64>> seconds(const QJsonObject &claims, const QString &name)
{
    const QJsonValue value = claims.value(name);
    if (value.isUndefined())
        return std::optional<qint64>();
    const qint64 whole = value.toInteger(-1);
    if (!value.isDouble() || whole < 0 || whole > kMaxSeconds)
        return invalid(u"The token's time \"%1\" is no whole number of seconds"_s.arg(name));
    return std::optional(whole);
}

Result<qint64> checkTimes(const QJsonObject &claims, qint64 nowMs)
{
    std::array<std::optional<qint64>, 3> times;
    const std::array names{u"exp"_s, u"nbf"_s, u"iat"_s};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto read = seconds(claims, names[i]);
        if (!read)
            return read.failure();
        times[i] = read.value();
    }
    const auto &[expires, begins, issued] = times;
    if (!expires)
        return invalid(u"The token does not say when it ends (exp)"_s);
    if (*expires * 1'000 + kTokenLeewayMs <= nowMs)
        return invalid(u"The token has expired; log in again"_s);
    if (begins && *begins * 1'000 - kTokenLeewayMs > nowMs)
        return invalid(u"The token is not valid yet (nbf); are the clocks right?"_s);
    if (issued && *issued * 1'000 - kTokenLeewayMs > nowMs)
        return invalid(u"The token was issued in the future (iat); are the clocks right?"_s);
    return *expires * 1'000;
}

Result<void> checkAudience(const QJsonObject &claims, const TokenRules &rules)
{
    const QJsonValue value = claims.value(u"aud"_s);
    if (value.isUndefined())
        return invalid(u"The token does not say whom it is for (aud)"_s);
    const QJsonArray list = value.isString() ? QJsonArray{value} : value.toArray();
    const bool areStrings =
        std::all_of(list.cbegin(), list.cend(), [](const QJsonValue &entry) { return entry.isString(); });
    if ((!value.isString() && !value.isArray()) || !areStrings || list.size() > kMaxAudiences)
        return invalid(u"The token's audience (aud) is no string and no list of strings"_s);
    // Without an audience of our own any token of the issuer would do, also one made for another program.
    if (rules.audience.isEmpty() || !list.contains(rules.audience))
        return invalid(u"The token is for another audience (aud) than this server"_s);
    const QJsonValue party = claims.value(u"azp"_s);
    if (party.isUndefined())
        return {};
    if (!party.isString())
        return invalid(u"The token's authorised party (azp) is no string"_s);
    const QString azp = party.toString();
    const bool isOurs = azp == rules.audience || (!rules.clientId.isEmpty() && azp == rules.clientId);
    if (list.size() > 1 && !isOurs)
        return invalid(u"The token was made for another program (azp) than the one that client-id names"_s);
    return {};
}

QString nameFrom(const QJsonObject &claims)
{
    for (const QString &key : {u"name"_s, u"preferred_username"_s, u"email"_s})
        if (const QString name = claims.value(key).toString(); isPlain(name, kMaxNameChars))
            return name;
    return {};
}

} // namespace

bool looksLikeToken(QByteArrayView token)
{
    return std::count(token.cbegin(), token.cend(), '.') >= 2;
}

Result<UnverifiedToken> parseToken(QByteArrayView token)
{
    if (token.size() > kMaxTokenBytes)
        return invalid(u"The token is larger than %1 bytes"_s.arg(kMaxTokenBytes));
    if (token.count('.') != 2)
        return invalid(u"The token has not the three parts of a signed JSON Web Token"_s);
    UnverifiedToken parsed;
    parsed.compact = token.toByteArray();
    const QList<QByteArray> parts = parsed.compact.split('.');
    const auto header = fromBase64Url(parts[0]);
    const auto payload = fromBase64Url(parts[1]);
    const auto signature = fromBase64Url(parts[2]);
    if (!header || !payload || !signature)
        return invalid(u"The token is not written in base64url to the letter"_s);
    const Result<QJsonObject> head = parseStrictObject(*header);
    if (!head)
        return invalid(u"The token's header "_s + head.failure().text);
    if (const auto wrong = checkHeader(head.value()))
        return *wrong;
    if (signature->isEmpty())
        return invalid(u"The token has no signature"_s);
    const Result<QJsonObject> claims = parseStrictObject(*payload);
    if (!claims)
        return invalid(u"The token's content "_s + claims.failure().text);
    parsed.algorithm = *tokenAlgorithm(head.value().value(u"alg"_s).toString());
    parsed.kid = head.value().value(u"kid"_s).toString();
    parsed.claims = claims.value();
    return parsed;
}

Result<TokenClaims> verifyToken(const UnverifiedToken &token, const KeySet &keys, const TokenRules &rules, qint64 nowMs)
{
    const QJsonObject &claims = token.claims;
    const QJsonValue issuer = claims.value(u"iss"_s);
    if (!issuer.isString() || issuer.toString() != rules.issuer)
        return invalid(u"The token is from another issuer (iss) than the one that this server trusts"_s);
    if (const auto proven = checkSignature(token, keys); !proven)
        return proven.failure();
    const auto expiresAtMs = checkTimes(claims, nowMs);
    if (!expiresAtMs)
        return expiresAtMs.failure();
    if (const auto ours = checkAudience(claims, rules); !ours)
        return ours.failure();
    const QJsonValue subject = claims.value(u"sub"_s);
    if (!isPlain(subject.toString(), kMaxSubjectChars))
        return invalid(u"The token does not say who its holder is (sub)"_s);
    return TokenClaims{subject.toString(), nameFrom(claims), expiresAtMs.value(), claims};
}

} // namespace entvas
