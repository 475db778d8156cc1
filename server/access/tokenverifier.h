#pragma once

#include "core/base/result.h"
#include "server/access/jwks.h"

#include <QByteArrayView>
#include <QJsonObject>

namespace entvas {

// What a token has to be, beside signed by a key of the issuer.
struct TokenRules {
    QString issuer;   // exactly as its tokens write it
    QString audience; // must be among the token's
    QString clientId; // of the program that may have asked for a token of several audiences; may be empty
};

// A compact JWS (RFC 7515) taken apart and not verified yet: anyone can write one.
struct UnverifiedToken {
    QByteArray compact;
    TokenAlgorithm algorithm = TokenAlgorithm::Rs256; // what it says; the key decides
    QString kid;
    QJsonObject claims;
};

// What a token proves.
struct TokenClaims {
    QString subject;
    QString name;           // for people; may be empty
    qint64 expiresAtMs = 0; // without leeway
    QJsonObject all;
};

inline constexpr qsizetype kMaxTokenBytes = 16 * 1024;
inline constexpr qint64 kTokenLeewayMs = 60'000; // by which the issuer's clock and ours may differ

// Whether a bearer token has the outer form of a JWS at all; keys and viewer tokens of ours have not.
bool looksLikeToken(QByteArrayView token);

// Checks the form: size, parts, base64url and JSON to the letter, an accepted algorithm, no critical extension.
// What a header says of keys (jku, jwk, x5u, x5c) is never looked at. Fault::Unauthenticated; no sentence repeats
// anything from the token.
Result<UnverifiedToken> parseToken(QByteArrayView token);

// Checks signature and claims (RFC 8725). Fault::NotFound: the set has no key of that name, a fresher one may.
// Otherwise Fault::Unauthenticated. `nowMs` by the wall clock.
Result<TokenClaims> verifyToken(const UnverifiedToken &token, const KeySet &keys, const TokenRules &rules,
                                qint64 nowMs);

} // namespace entvas
