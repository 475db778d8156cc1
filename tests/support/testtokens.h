#pragma once

#include <memory>
#include <QByteArray>
#include <QJsonObject>
#include <QList>

struct evp_pkey_st; // OpenSSL's EVP_PKEY

namespace entvas::test {

// A signing key of an issuer in tests. Signs with OpenSSL itself, so that no fault of the library that verifies can
// hide behind the same fault here. Copies share the key.
class TestKey
{
public:
    static TestKey rsa(int bits, const QByteArray &kid);
    static TestKey ec(const QByteArray &kid, const char *curve = "P-256");

    const QByteArray &kid() const { return m_kid; }
    // What it signs with unless told otherwise: RS256, or the ES algorithm of its curve.
    QByteArray algorithm() const;
    // kty, kid, use, alg and the numbers; no private part.
    QJsonObject publicJwk() const;
    QByteArray publicPem() const;

    // A compact JWS. "alg" and "kid" are added to the header where they are missing; an "alg" that the key can't
    // sign with is written as it is, and the signature is the key's own.
    QByteArray sign(QJsonObject header, const QJsonObject &payload) const;
    // The same of any bytes, also such as are no JSON.
    QByteArray signRaw(const QByteArray &header, const QByteArray &payload) const;
    // In the form of a JWS: for EC both numbers at full length. `algorithm`: RS256, RS384, RS512, PS256, ES256, …
    QByteArray signature(const QByteArray &signingInput, const QByteArray &algorithm) const;
    // As OpenSSL makes it: DER for EC.
    QByteArray plainSignature(const QByteArray &signingInput, const QByteArray &algorithm) const;

private:
    std::shared_ptr<evp_pkey_st> m_key;
    QByteArray m_kid;
    QByteArray m_curve; // empty: RSA
};

// {"keys":[…]}
QJsonObject jwksOf(const QList<TestKey> &keys);

QByteArray base64Url(const QByteArray &bytes);
QByteArray signingInput(const QByteArray &header, const QByteArray &payload); // both in base64url, with a dot between
// Signed with a shared secret: what an attacker can do with a public key as the secret.
QByteArray hmacToken(const QJsonObject &header, const QJsonObject &payload, const QByteArray &secret);
// With a signature that the attacker chose, perhaps none.
QByteArray tokenWith(const QJsonObject &header, const QJsonObject &payload, const QByteArray &signature);

} // namespace entvas::test
