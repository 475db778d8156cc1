#pragma once

#include "core/base/result.h"

#include <memory>
#include <optional>
#include <QByteArray>
#include <QList>
#include <QStringList>

struct _cjose_jwk_int;

namespace entvas {

// What tokens may be signed with. Only public keys of an issuer: nothing with a shared secret.
enum class TokenAlgorithm { Rs256, Ps256, Es256 };
// As tokens and keys name it ("RS256"); nullopt: not accepted here.
std::optional<TokenAlgorithm> tokenAlgorithm(QStringView name);

// A public key that signatures are checked with. The algorithm is the key's, whatever a token says (RFC 8725, 3.1).
struct IssuerKey {
    QString kid; // may be empty
    TokenAlgorithm algorithm = TokenAlgorithm::Rs256;
    std::shared_ptr<_cjose_jwk_int> key;
};

// The keys that an issuer publishes (RFC 7517). A value: copies share the keys, which never change.
class KeySet
{
public:
    static constexpr qsizetype kMaxKeys = 64;
    static constexpr int kMinRsaBits = 2'048; // RFC 7518, 3.3
    static constexpr int kMaxRsaBits = 8'192; // a larger one only costs time: a way to stop a server

    // Fault::BadInput when the text is no key set. Keys that are of no use here (encryption, other kinds, too small)
    // are left out, and ignored() says why.
    static Result<KeySet> parse(QByteArrayView json);

    bool isEmpty() const { return m_keys.isEmpty(); }
    qsizetype size() const { return m_keys.size(); }
    // Keys of that name; without a name all, of which a token must then be able to mean one only.
    QList<IssuerKey> named(const QString &kid) const;
    const QStringList &ignored() const { return m_ignored; } // one sentence each
    bool sameKeys(const KeySet &other) const;                // by names, for the log

private:
    QList<IssuerKey> m_keys;
    QStringList m_ignored;
};

// Strict base64url (RFC 7515, 2): no padding, no blanks, no spare bits that are set. nullopt: not that.
std::optional<QByteArray> fromBase64Url(QByteArrayView text);

} // namespace entvas
