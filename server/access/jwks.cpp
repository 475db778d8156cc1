#include "server/access/jwks.h"

#include "server/access/strictjson.h"

#include <algorithm>
#include <cjose/cjose.h>
#include <QJsonArray>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxKidChars = 512;
constexpr qsizetype kEs256Bytes = 32;

int bitsOf(const QByteArray &number)
{
    qsizetype at = 0;
    while (at < number.size() && number[at] == '\0')
        ++at;
    if (at == number.size())
        return 0;
    int bits = int(number.size() - at) * 8;
    for (uchar first = uchar(number[at]); (first & 0x80U) == 0; first = uchar(first << 1U))
        --bits;
    return bits;
}

QByteArray numberOf(const QJsonObject &jwk, const QString &name)
{
    const QJsonValue value = jwk.value(name);
    return value.isString() ? fromBase64Url(value.toString().toLatin1()).value_or(QByteArray()) : QByteArray();
}

uint8_t *bytes(QByteArray &array)
{
    return reinterpret_cast<uint8_t *>(array.data());
}

std::shared_ptr<_cjose_jwk_int> hold(cjose_jwk_t *key)
{
    return {key, [](cjose_jwk_t *k) {
                if (k)
                    cjose_jwk_release(k);
            }};
}

Failure useless(const QString &why)
{
    return {Fault::BadInput, why};
}

Result<IssuerKey> readRsa(const QJsonObject &jwk)
{
    QByteArray n = numberOf(jwk, u"n"_s);
    QByteArray e = numberOf(jwk, u"e"_s);
    const int bits = bitsOf(n);
    if (bits < KeySet::kMinRsaBits)
        return useless(u"an RSA key of %1 bits, under %2, protects nothing"_s.arg(
            QString::number(bits), QString::number(KeySet::kMinRsaBits)));
    if (bits > KeySet::kMaxRsaBits)
        return useless(u"an RSA key of %1 bits is larger than %2"_s.arg(QString::number(bits),
                                                                        QString::number(KeySet::kMaxRsaBits)));
    // 1 would make every number its own signature; beyond 32 bits checking becomes slow.
    const bool isOdd = !e.isEmpty() && (uchar(e.back()) & 1U) != 0;
    if (!isOdd || bitsOf(e) < 2 || bitsOf(e) > 32 || (uchar(n.back()) & 1U) == 0)
        return useless(u"its numbers are those of no RSA key"_s);
    cjose_jwk_rsa_keyspec spec{};
    spec.n = bytes(n);
    spec.nlen = std::size_t(n.size());
    spec.e = bytes(e);
    spec.elen = std::size_t(e.size());
    IssuerKey key;
    key.key = hold(cjose_jwk_create_RSA_spec(&spec, nullptr));
    if (!key.key)
        return useless(u"its numbers are those of no RSA key"_s);
    return key;
}

Result<IssuerKey> readEc(const QJsonObject &jwk)
{
    if (jwk.value(u"crv"_s).toString() != u"P-256")
        return useless(u"its curve is not P-256"_s);
    QByteArray x = numberOf(jwk, u"x"_s);
    QByteArray y = numberOf(jwk, u"y"_s);
    IssuerKey key;
    key.algorithm = TokenAlgorithm::Es256;
    if (x.size() == kEs256Bytes && y.size() == kEs256Bytes) {
        cjose_jwk_ec_keyspec spec{};
        spec.crv = CJOSE_JWK_EC_P_256;
        spec.x = bytes(x);
        spec.xlen = std::size_t(x.size());
        spec.y = bytes(y);
        spec.ylen = std::size_t(y.size());
        key.key = hold(cjose_jwk_create_EC_spec(&spec, nullptr));
    }
    if (!key.key)
        return useless(u"its numbers are no point of the curve"_s);
    return key;
}

// Optional members may narrow what a key is for; none widens it.
Result<IssuerKey> readKey(const QJsonObject &jwk)
{
    const QString kind = jwk.value(u"kty"_s).toString();
    if (kind != u"RSA" && kind != u"EC")
        return useless(u"its kind is neither RSA nor EC"_s);
    const QJsonValue use = jwk.value(u"use"_s);
    if (!use.isUndefined() && use.toString() != u"sig")
        return useless(u"it is not for signatures (use)"_s);
    const QJsonValue operations = jwk.value(u"key_ops"_s);
    if (!operations.isUndefined() && !operations.toArray().contains(u"verify"_s))
        return useless(u"it is not for checking signatures (key_ops)"_s);
    const QJsonValue kid = jwk.value(u"kid"_s);
    if ((!kid.isUndefined() && !kid.isString()) || kid.toString().size() > kMaxKidChars)
        return useless(u"its name (kid) is no short string"_s);
    Result<IssuerKey> key = kind == u"RSA" ? readRsa(jwk) : readEc(jwk);
    if (!key)
        return key.failure();
    key->kid = kid.toString();
    if (const QJsonValue name = jwk.value(u"alg"_s); !name.isUndefined()) {
        const auto algorithm = tokenAlgorithm(name.toString());
        const bool isEc = algorithm == TokenAlgorithm::Es256;
        if (!algorithm || isEc != (kind == u"EC"))
            return useless(u"its algorithm (alg) is not accepted here"_s);
        key->algorithm = *algorithm;
    }
    return key;
}

} // namespace

std::optional<TokenAlgorithm> tokenAlgorithm(QStringView name)
{
    if (name == u"RS256")
        return TokenAlgorithm::Rs256;
    if (name == u"PS256")
        return TokenAlgorithm::Ps256;
    if (name == u"ES256")
        return TokenAlgorithm::Es256;
    return {};
}

std::optional<QByteArray> fromBase64Url(QByteArrayView text)
{
    constexpr auto kOptions = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    const QByteArray given = text.toByteArray();
    const auto decoded = QByteArray::fromBase64Encoding(given, kOptions | QByteArray::AbortOnBase64DecodingErrors);
    // One spelling only: Qt lets padding and set spare bits pass.
    if (!decoded || decoded.decoded.toBase64(kOptions) != given)
        return {};
    return decoded.decoded;
}

Result<KeySet> KeySet::parse(QByteArrayView json)
{
    const Result<QJsonObject> object = parseStrictObject(json);
    if (!object)
        return {Fault::BadInput, u"The key set "_s + object.failure().text};
    const QJsonValue list = object.value().value(u"keys"_s);
    if (!list.isArray())
        return {Fault::BadInput, u"The key set has no list of keys"_s};
    if (list.toArray().size() > kMaxKeys)
        return {Fault::BadInput, u"The key set has more than %1 keys"_s.arg(kMaxKeys)};
    KeySet set;
    for (const QJsonValue &entry : list.toArray()) {
        Result<IssuerKey> key = readKey(entry.toObject());
        if (key)
            set.m_keys.append(std::move(key.value()));
        else
            set.m_ignored.append(key.failure().text);
    }
    return set;
}

QList<IssuerKey> KeySet::named(const QString &kid) const
{
    if (kid.isEmpty())
        return m_keys;
    QList<IssuerKey> found;
    std::copy_if(m_keys.cbegin(), m_keys.cend(), std::back_inserter(found),
                 [&](const IssuerKey &key) { return key.kid == kid; });
    return found;
}

bool KeySet::sameKeys(const KeySet &other) const
{
    return std::equal(m_keys.cbegin(), m_keys.cend(), other.m_keys.cbegin(), other.m_keys.cend(),
                      [](const IssuerKey &a, const IssuerKey &b) { return a.kid == b.kid; });
}

} // namespace entvas
