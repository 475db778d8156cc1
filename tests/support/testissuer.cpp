#include "tests/support/testissuer.h"

#include <array>
#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>
#include <utility>

namespace entvas::test {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxRequestBytes = 64 * 1024;
constexpr auto kUrlBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QString value(const QUrlQuery &query, const QString &name)
{
    return query.queryItemValue(name, QUrl::FullyDecoded);
}

QUrlQuery readForm(QByteArray body)
{
    return QUrlQuery(QString::fromLatin1(body.replace('+', "%20")));
}

void merge(QJsonObject &target, const QJsonObject &changes)
{
    for (auto it = changes.begin(); it != changes.end(); ++it)
        if (it.value().isNull())
            target.remove(it.key());
        else
            target.insert(it.key(), it.value());
}

// Made once per process: that takes a third of a second.
const TestKey &firstKey()
{
    static const TestKey key = TestKey::rsa(2'048, "key-1");
    return key;
}

} // namespace

TestIssuer::TestIssuer(QObject *parent) : QObject(parent), keys{firstKey()}
{
    connect(&m_server, &QTcpServer::newConnection, this, &TestIssuer::onConnection);
}

bool TestIssuer::start(quint16 port)
{
    if (!m_server.listen(QHostAddress::LocalHost, port))
        return false;
    m_port = m_server.serverPort();
    return true;
}

void TestIssuer::stop()
{
    m_server.close();
    const auto sockets = m_inputs.keys();
    m_inputs.clear();
    for (QTcpSocket *socket : sockets) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

QString TestIssuer::url() const
{
    return u"http://127.0.0.1:%1/"_s.arg(m_port);
}

void TestIssuer::rotateKey()
{
    keys = {TestKey::rsa(2'048, "key-" + QByteArray::number(QRandomGenerator::global()->generate()))};
}

QByteArray TestIssuer::accessToken(const QJsonObject &changes) const
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    QJsonObject claims{{u"iss"_s, url()},
                       {u"aud"_s, audience},
                       {u"sub"_s, person.subject},
                       {u"azp"_s, clientId},
                       {u"iat"_s, now},
                       {u"exp"_s, now + accessTokenSeconds},
                       {u"jti"_s, QString::number(QRandomGenerator::global()->generate64(), 16)},
                       {u"name"_s, person.name},
                       {u"email"_s, person.email}};
    merge(claims, person.claims);
    merge(claims, changes);
    return keys.first().sign({{u"typ"_s, u"at+jwt"_s}}, claims);
}

void TestIssuer::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        m_inputs.insert(socket, {});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_inputs.remove(socket);
            socket->deleteLater();
        });
    }
}

// One request at a time: enough for clients that wait for the answer.
void TestIssuer::onReadyRead(QTcpSocket *socket)
{
    QByteArray &input = m_inputs[socket];
    input += socket->readAll();
    const qsizetype headEnd = input.indexOf("\r\n\r\n");
    if (input.size() > kMaxRequestBytes)
        return socket->abort();
    if (headEnd < 0)
        return;
    const QByteArrayList lines = input.first(headEnd).split('\n');
    qsizetype length = 0;
    for (const QByteArray &line : lines)
        if (line.toLower().startsWith("content-length:"))
            length = line.mid(15).trimmed().toLongLong();
    if (input.size() < headEnd + 4 + length)
        return;
    const QByteArray body = input.mid(headEnd + 4, length);
    const QByteArrayList start = lines.first().trimmed().split(' ');
    input.clear();
    const QUrl target(url() + QString::fromLatin1(start.value(1)).mid(1));
    QTimer::singleShot(delayMs, socket, [=, this, method = start.first()] { handle(socket, method, target, body); });
}

void TestIssuer::handle(QTcpSocket *socket, const QByteArray &method, const QUrl &target, const QByteArray &body)
{
    const QString path = target.path();
    ++m_requests[path];
    if (canned.contains(path))
        return answer(socket, canned.value(path));
    if (path == u"/.well-known/openid-configuration")
        return answer(socket, discovery());
    if (path == u"/jwks") {
        QJsonArray list;
        for (const TestKey &key : std::as_const(keys))
            list.append(key.publicJwk());
        return answer(socket, json(200, {{u"keys"_s, list}}));
    }
    if (path == u"/authorize" && method == "GET")
        return answer(socket, authorize(QUrlQuery(target)));
    if (path == u"/token" && method == "POST")
        return answer(socket, token(readForm(body)));
    if (path == u"/revoke" && method == "POST")
        return answer(socket, revoke(readForm(body)));
    answer(socket, {404, "{}", {}});
}

void TestIssuer::answer(QTcpSocket *socket, const Canned &reply)
{
    // A canned one may promise more than comes.
    const QByteArray length = reply.headers.contains("Content-Length:")
                                  ? QByteArray()
                                  : "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    socket->write("HTTP/1.1 " + QByteArray::number(reply.status) + " -\r\n" + reply.headers +
                  "Content-Type: application/json\r\n" + length + "Connection: close\r\n\r\n" + reply.body);
    socket->disconnectFromHost();
}

TestIssuer::Canned TestIssuer::json(int status, const QJsonObject &object)
{
    return {status, QJsonDocument(object).toJson(QJsonDocument::Compact), "Cache-Control: no-store\r\n"};
}

TestIssuer::Canned TestIssuer::refuse(const QString &error) const
{
    return json(400, {{u"error"_s, error}, {u"error_description"_s, u"The issuer of the tests says no"_s}});
}

TestIssuer::Canned TestIssuer::discovery() const
{
    return json(200, {{u"issuer"_s, url()},
                      {u"authorization_endpoint"_s, url() + u"authorize"_s},
                      {u"token_endpoint"_s, url() + u"token"_s},
                      {u"jwks_uri"_s, url() + u"jwks"_s},
                      {u"revocation_endpoint"_s, url() + u"revoke"_s},
                      {u"response_types_supported"_s, QJsonArray{u"code"_s}},
                      {u"subject_types_supported"_s, QJsonArray{u"public"_s}},
                      {u"id_token_signing_alg_values_supported"_s, QJsonArray{u"RS256"_s}},
                      {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}},
                      {u"token_endpoint_auth_methods_supported"_s, QJsonArray{u"none"_s}},
                      {u"authorization_response_iss_parameter_supported"_s, true}});
}

QString TestIssuer::makeSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    m_issued << QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(words.data()), sizeof(words)).toBase64(kUrlBase64));
    return m_issued.last();
}

TestIssuer::Canned TestIssuer::authorize(const QUrlQuery &query)
{
    m_lastAuthorize = query;
    const QUrl redirect(value(query, u"redirect_uri"_s));
    // Any port of this machine, as RFC 8252 (7.3) asks of an issuer; nothing else.
    if (redirect.scheme() != u"http" || redirect.host() != u"127.0.0.1" || value(query, u"client_id"_s) != clientId)
        return refuse(u"invalid_request"_s);
    QUrlQuery back;
    back.addQueryItem(u"state"_s, QString::fromLatin1(QUrl::toPercentEncoding(value(query, u"state"_s))));
    const QString iss = issParameter.isEmpty() ? url() : issParameter;
    if (iss != u"-")
        back.addQueryItem(u"iss"_s, QString::fromLatin1(QUrl::toPercentEncoding(iss)));
    const bool isSafe = value(query, u"response_type"_s) == u"code" &&
                        value(query, u"code_challenge_method"_s) == u"S256" &&
                        value(query, u"code_challenge"_s).size() == 43;
    if (!authorizeError.isEmpty() || !isSafe) {
        back.addQueryItem(u"error"_s, isSafe ? authorizeError : u"invalid_request"_s);
    } else {
        const QString code = makeSecret();
        m_codes.insert(code, {query, makeSecret()});
        back.addQueryItem(u"code"_s, code);
    }
    QUrl target = redirect;
    target.setQuery(back);
    return {302, {}, "Location: " + target.toEncoded() + "\r\n"};
}

TestIssuer::Canned TestIssuer::token(const QUrlQuery &form)
{
    m_lastToken = form;
    if (!tokenError.isEmpty())
        return refuse(tokenError);
    if (value(form, u"client_id"_s) != clientId)
        return refuse(u"invalid_client"_s);
    const QString type = value(form, u"grant_type"_s);
    if (type == u"authorization_code") {
        const QString code = value(form, u"code"_s);
        if (!m_codes.contains(code)) // also the second time
            return refuse(u"invalid_grant"_s);
        const Grant grant = m_codes.take(code);
        const QByteArray challenge =
            QCryptographicHash::hash(value(form, u"code_verifier"_s).toLatin1(), QCryptographicHash::Sha256)
                .toBase64(kUrlBase64);
        if (value(grant.request, u"code_challenge"_s).toLatin1() != challenge ||
            value(grant.request, u"redirect_uri"_s) != value(form, u"redirect_uri"_s))
            return refuse(u"invalid_grant"_s);
        return grantTokens(grant);
    }
    if (type == u"refresh_token") {
        const QString token = value(form, u"refresh_token"_s);
        if (m_usedRefreshTokens.contains(token)) {
            const QString family = m_usedRefreshTokens.value(token).family;
            m_refreshTokens.removeIf([&](auto it) { return it.value().family == family; });
        }
        if (!m_refreshTokens.contains(token))
            return refuse(u"invalid_grant"_s);
        const Grant grant = m_refreshTokens.value(token);
        if (rotatesRefresh)
            m_usedRefreshTokens.insert(token, m_refreshTokens.take(token));
        return grantTokens(grant);
    }
    return refuse(u"unsupported_grant_type"_s);
}

TestIssuer::Canned TestIssuer::grantTokens(const Grant &grant)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QString nonce = keepsNonce ? value(grant.request, u"nonce"_s) : u"another"_s;
    const QByteArray access = accessToken();
    const QByteArray id = keys.first().sign({{u"typ"_s, u"JWT"_s}}, {{u"iss"_s, url()},
                                                                     {u"aud"_s, clientId},
                                                                     {u"sub"_s, person.subject},
                                                                     {u"nonce"_s, nonce},
                                                                     {u"iat"_s, now},
                                                                     {u"exp"_s, now + accessTokenSeconds},
                                                                     {u"name"_s, person.name},
                                                                     {u"email"_s, person.email}});
    m_issued << QString::fromLatin1(access) << QString::fromLatin1(id);
    QJsonObject reply{{u"access_token"_s, QString::fromLatin1(access)},
                      {u"id_token"_s, QString::fromLatin1(id)},
                      {u"token_type"_s, u"Bearer"_s},
                      {u"expires_in"_s, accessTokenSeconds}};
    if (value(grant.request, u"scope"_s).split(u' ').contains(u"offline_access"_s)) {
        QString refresh = value(m_lastToken, u"refresh_token"_s);
        if (rotatesRefresh || refresh.isEmpty()) {
            refresh = makeSecret();
            m_refreshTokens.insert(refresh, grant);
        }
        reply.insert(u"refresh_token"_s, refresh);
    }
    return json(200, reply);
}

TestIssuer::Canned TestIssuer::revoke(const QUrlQuery &form)
{
    const QString token = value(form, u"token"_s);
    m_revoked.insert(token);
    if (m_refreshTokens.contains(token)) {
        const QString family = m_refreshTokens.value(token).family;
        m_refreshTokens.removeIf([&](auto it) { return it.value().family == family; });
    }
    return json(200, {});
}

} // namespace entvas::test
