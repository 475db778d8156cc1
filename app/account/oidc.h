#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QUrl>

// OpenID Connect as a native program does it (RFC 8252, RFC 7636, OpenID Connect Core 1.0): values and checks, no
// network. Failures carry a sentence and never a token.
namespace entvas::oidc {

inline constexpr qint64 kLeewayMs = 60'000; // between an issuer's clock and ours
inline constexpr qsizetype kMaxTokenChars = 16 * 1024;

// How a server wants its readers to log in: GET /auth/config.
struct Config {
    bool isRequired = false; // a reader from here has to present something
    QString issuer;          // as its tokens write it; empty: the server knows no login, only tokens
    QString clientId;
    QString audience;
    QString scope;

    bool hasLogin() const { return !issuer.isEmpty() && !clientId.isEmpty(); }
};
Config readConfig(const QJsonObject &data);

// What an issuer tells about itself (OpenID Connect Discovery 1.0).
struct Metadata {
    QUrl authorize;
    QUrl token;
    QUrl revoke;              // empty: can't be told that a token is given up
    bool namesItself = false; // in each answer through the browser (RFC 9207)
};
QUrl discoveryUrl(const QString &issuer);
// Fault::Configuration: another issuer, an address without encryption, no code flow with S256.
Result<Metadata> readMetadata(const QJsonObject &json, const QString &issuer);

// What only this login knows, 256 bits each, base64url.
struct Secrets {
    QString state;
    QString nonce;
    QString verifier; // of PKCE

    static Secrets make();
    QString challenge() const; // S256
};
QUrl authorizeUrl(const Metadata &issuer, const Config &config, const QUrl &redirect, const Secrets &secrets,
                  bool choosesAccount);
QByteArray codeForm(const Config &config, const QUrl &redirect, const QString &code, const Secrets &secrets);
QByteArray refreshForm(const QString &clientId, const QString &refreshToken);
QByteArray revokeForm(const QString &clientId, const QString &token, bool isRefreshToken);

struct Identity {
    QString subject;
    QString name;
    QString email;
};
// Of a token that came from the token endpoint itself over TLS, which stands for its signature (Core 3.1.3.7, 6).
// An empty nonce is not compared: a refreshed one need not carry it.
Result<Identity> checkIdToken(const QString &token, const QString &issuer, const QString &clientId,
                              const QString &nonce, qint64 nowMs);

struct Tokens {
    QString bearer;         // what is presented to the server
    QString refresh;        // empty: none was given
    qint64 expiresAtMs = 0; // of the bearer; 0 = unknown
    Identity identity;      // empty where a refresh brought no ID token
};
// The answer of the token endpoint. `nonce` as above; `isRefresh`: an ID token may be missing.
Result<Tokens> readTokens(const QJsonObject &json, const Config &config, const QString &nonce, bool isRefresh,
                          qint64 nowMs);

// The claims of a JWT, unchecked; empty when it is none.
QJsonObject claimsOf(const QString &token);

} // namespace entvas::oidc
