#pragma once

#include "tests/support/testtokens.h"

#include <QHash>
#include <QJsonObject>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QTcpServer>
#include <QUrl>
#include <QUrlQuery>

class QTcpSocket;

namespace entvas::test {

// An OpenID Connect issuer on a free port of this machine: discovery, keys, authorise (answers at once, as if the
// person had logged in already), token with PKCE and rotating refresh tokens, revocation. Lives in a thread with an
// event loop. Its members are its knobs: a test turns them at any time.
class TestIssuer : public QObject
{
    Q_OBJECT
public:
    explicit TestIssuer(QObject *parent = nullptr);
    ~TestIssuer() override { stop(); } // its sockets must not tell what is being destroyed

    bool start(quint16 port = 0);
    // Nobody answers any more; start(port()) brings it back where it was.
    void stop();
    QString url() const; // as its tokens write it
    quint16 port() const { return m_port; }

    // Who logs in, and what its access token says beside the usual claims.
    struct Person {
        QString subject = QStringLiteral("user-1");
        QString name = QStringLiteral("Ada Lovelace");
        QString email = QStringLiteral("ada@example.org");
        QJsonObject claims;
    };
    Person person;
    QString audience = QStringLiteral("https://entvas.example");
    QString clientId = QStringLiteral("entvas-desktop");
    int accessTokenSeconds = 3'600;
    bool rotatesRefresh = true;
    QString authorizeError; // not empty: what the browser is sent back with
    QString tokenError;     // not empty: what the token endpoint refuses with (400)
    QString issParameter;   // RFC 9207; "-" leaves it out; empty = the right one
    bool keepsNonce = true; // false: the ID token carries another one
    // Answers in place of the issuer's own, by path: status, body, further header lines.
    struct Canned {
        int status = 200;
        QByteArray body;
        QByteArray headers; // each with its line end
    };
    QMap<QString, Canned> canned;
    int delayMs = 0; // before each answer

    // The first one signs. Tokens of keys that are no longer here are what a server must refuse.
    QList<TestKey> keys;
    void rotateKey(); // a new one signs, the old ones are gone

    // A token as the token endpoint gives them, for a person who has logged in by other means. `changes` replace
    // claims; null removes one.
    QByteArray accessToken(const QJsonObject &changes = {}) const;

    // What was asked for so far.
    int requests(const QString &path) const { return m_requests.value(path); }
    bool isRevoked(const QString &token) const { return m_revoked.contains(token); }
    QStringList issuedSecrets() const { return m_issued; } // codes, access, refresh and ID tokens: none may leak
    QUrlQuery lastAuthorize() const { return m_lastAuthorize; }
    QUrlQuery lastToken() const { return m_lastToken; }

private:
    struct Grant {
        QUrlQuery request; // of the authorise endpoint
        QString family;
    };
    void onConnection();
    void onReadyRead(QTcpSocket *socket);
    void handle(QTcpSocket *socket, const QByteArray &method, const QUrl &target, const QByteArray &body);
    void answer(QTcpSocket *socket, const Canned &reply);
    Canned discovery() const;
    Canned authorize(const QUrlQuery &query);
    Canned token(const QUrlQuery &form);
    Canned grantTokens(const Grant &grant);
    Canned revoke(const QUrlQuery &form);
    static Canned json(int status, const QJsonObject &object);
    Canned refuse(const QString &error) const;
    QString makeSecret();

    QTcpServer m_server;
    quint16 m_port = 0;
    QHash<QString, Grant> m_codes;
    QHash<QString, Grant> m_refreshTokens;
    QHash<QString, Grant> m_usedRefreshTokens; // seen again: the whole family ends
    QSet<QString> m_revoked;
    QStringList m_issued;
    QMap<QString, int> m_requests;
    QUrlQuery m_lastAuthorize;
    QUrlQuery m_lastToken;
    QHash<QTcpSocket *, QByteArray> m_inputs;
};

} // namespace entvas::test
