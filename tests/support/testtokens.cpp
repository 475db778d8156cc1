#include "tests/support/testtokens.h"

#include "tests/support/demand.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>

namespace entvas::test {

using namespace Qt::StringLiterals;

namespace {

using BigNumber = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Signature = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

QByteArray bytesOf(const BIGNUM *number, int size = 0)
{
    QByteArray bytes(size > 0 ? size : BN_num_bytes(number), '\0');
    demand(BN_bn2binpad(number, reinterpret_cast<uchar *>(bytes.data()), int(bytes.size())) >= 0, "write a number");
    return bytes;
}

QByteArray parameter(EVP_PKEY *key, const char *name, int size = 0)
{
    BIGNUM *number = nullptr;
    demand(EVP_PKEY_get_bn_param(key, name, &number) == 1, "tell a part of the key");
    return bytesOf(BigNumber(number, BN_free).get(), size);
}

int curveBytes(const QByteArray &curve)
{
    return curve == "P-256" ? 32 : curve == "P-384" ? 48 : 66;
}

const EVP_MD *digestOf(const QByteArray &algorithm)
{
    return algorithm.endsWith("384") ? EVP_sha384() : algorithm.endsWith("512") ? EVP_sha512() : EVP_sha256();
}

QString text(const QByteArray &latin1)
{
    return QString::fromLatin1(latin1);
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

TestKey TestKey::rsa(int bits, const QByteArray &kid)
{
    TestKey made;
    made.m_key.reset(EVP_RSA_gen(static_cast<unsigned>(bits)), EVP_PKEY_free);
    demand(made.m_key != nullptr, "make an RSA key");
    made.m_kid = kid;
    return made;
}

TestKey TestKey::ec(const QByteArray &kid, const char *curve)
{
    TestKey made;
    made.m_key.reset(EVP_EC_gen(curve), EVP_PKEY_free);
    demand(made.m_key != nullptr, "make an EC key");
    made.m_kid = kid;
    made.m_curve = curve;
    return made;
}

QByteArray TestKey::algorithm() const
{
    if (m_curve.isEmpty())
        return "RS256";
    return m_curve == "P-256" ? "ES256" : m_curve == "P-384" ? "ES384" : "ES512";
}

QJsonObject TestKey::publicJwk() const
{
    QJsonObject jwk{{u"use"_s, u"sig"_s}, {u"alg"_s, text(algorithm())}, {u"kid"_s, text(m_kid)}};
    if (m_curve.isEmpty()) {
        jwk[u"kty"_s] = u"RSA"_s;
        jwk[u"n"_s] = text(base64Url(parameter(m_key.get(), OSSL_PKEY_PARAM_RSA_N)));
        jwk[u"e"_s] = text(base64Url(parameter(m_key.get(), OSSL_PKEY_PARAM_RSA_E)));
    } else {
        jwk[u"kty"_s] = u"EC"_s;
        jwk[u"crv"_s] = text(m_curve);
        jwk[u"x"_s] = text(base64Url(parameter(m_key.get(), OSSL_PKEY_PARAM_EC_PUB_X, curveBytes(m_curve))));
        jwk[u"y"_s] = text(base64Url(parameter(m_key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, curveBytes(m_curve))));
    }
    return jwk;
}

QByteArray TestKey::publicPem() const
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
    demand(PEM_write_bio_PUBKEY(memory.get(), m_key.get()) == 1, "write the public key");
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, qsizetype(size)};
}

QByteArray TestKey::sign(QJsonObject header, const QJsonObject &payload) const
{
    if (!header.contains(u"alg"_s))
        header[u"alg"_s] = text(algorithm());
    if (!header.contains(u"kid"_s))
        header[u"kid"_s] = text(m_kid);
    const QByteArray input = signingInput(compact(header), compact(payload));
    return input + '.' + base64Url(signature(input, header.value(u"alg"_s).toString().toLatin1()));
}

QByteArray TestKey::signRaw(const QByteArray &header, const QByteArray &payload) const
{
    const QByteArray input = signingInput(header, payload);
    return input + '.' + base64Url(signature(input, algorithm()));
}

QByteArray TestKey::plainSignature(const QByteArray &signingInput, const QByteArray &algorithm) const
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX *padding = nullptr;
    demand(EVP_DigestSignInit(context.get(), &padding, digestOf(algorithm), nullptr, m_key.get()) == 1, "sign");
    if (algorithm.startsWith("PS") && m_curve.isEmpty()) {
        demand(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1, "choose PSS");
        demand(EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1, "choose the salt");
    }
    const auto *data = reinterpret_cast<const uchar *>(signingInput.constData());
    std::size_t size = 0;
    demand(EVP_DigestSign(context.get(), nullptr, &size, data, std::size_t(signingInput.size())) == 1, "sign");
    QByteArray made(qsizetype(size), '\0');
    demand(EVP_DigestSign(context.get(), reinterpret_cast<uchar *>(made.data()), &size, data,
                          std::size_t(signingInput.size())) == 1,
           "sign");
    made.truncate(qsizetype(size));
    return made;
}

QByteArray TestKey::signature(const QByteArray &signingInput, const QByteArray &algorithm) const
{
    const QByteArray plain = plainSignature(signingInput, algorithm);
    if (m_curve.isEmpty())
        return plain;
    const auto *der = reinterpret_cast<const uchar *>(plain.constData());
    const Signature parts(d2i_ECDSA_SIG(nullptr, &der, long(plain.size())), ECDSA_SIG_free);
    demand(parts != nullptr, "read its own signature");
    const int size = curveBytes(m_curve);
    return bytesOf(ECDSA_SIG_get0_r(parts.get()), size) + bytesOf(ECDSA_SIG_get0_s(parts.get()), size);
}

QJsonObject jwksOf(const QList<TestKey> &keys)
{
    QJsonArray list;
    for (const TestKey &key : keys)
        list.append(key.publicJwk());
    return {{u"keys"_s, list}};
}

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray signingInput(const QByteArray &header, const QByteArray &payload)
{
    return base64Url(header) + '.' + base64Url(payload);
}

QByteArray hmacToken(const QJsonObject &header, const QJsonObject &payload, const QByteArray &secret)
{
    const QByteArray input = signingInput(compact(header), compact(payload));
    return input + '.' + base64Url(QMessageAuthenticationCode::hash(input, secret, QCryptographicHash::Sha256));
}

QByteArray tokenWith(const QJsonObject &header, const QJsonObject &payload, const QByteArray &signature)
{
    return signingInput(compact(header), compact(payload)) + '.' + base64Url(signature);
}

} // namespace entvas::test
