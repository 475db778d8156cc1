#include "app/commands/parts/runningserver.h"

#include "core/maintenance/clisubject.h"
#include "core/owner/ownerproof.h"

#include <QCryptographicHash>
#include <QEventLoop>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkInterface>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMaxAnswerBytes = 64 * 1024 * 1024; // all keys and members that a database may have

// As exit codes tell them apart.
Fault faultOf(int status)
{
    switch (status) {
    case 400: return Fault::BadInput;
    case 401: return Fault::Unauthenticated;
    case 403: return Fault::Denied;
    case 404: return Fault::NotFound;
    case 413: return Fault::TooLarge;
    case 429: return Fault::Busy;
    case 503: return Fault::Unavailable;
    default: return Fault::Internal;
    }
}

QNetworkRequest networkRequest(const OwnerFile &owner, const OwnerRequest &request)
{
    QUrl url = owner.url;
    url.setPath(request.path);
    QUrlQuery query;
    for (const auto &[name, value] : request.parameters)
        query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    if (!query.isEmpty())
        url.setQuery(query);
    QNetworkRequest asked(url);
    asked.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    asked.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    // Not the authorities of this system: one certificate counts, that of the owner file.
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates({});
    asked.setSslConfiguration(tls);
    asked.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const QString user = cliSubject().section(u':', 1).left(kMaxUserChars);
    asked.setRawHeader("Authorization", ownerAuthorization(owner.secret, user, request));
    return asked;
}

// Another user's file, which root may read, must not send a command elsewhere.
bool isOfThisMachine(const QUrl &url)
{
    const QHostAddress address(url.host());
    return address.isLoopback() || QNetworkInterface::allAddresses().contains(address);
}

bool isPinned(const QNetworkReply &reply, const OwnerFile &owner)
{
    return owner.certificate.isEmpty() ||
           reply.sslConfiguration().peerCertificate().digest(QCryptographicHash::Sha256).toHex() == owner.certificate;
}

// Between the words of its header.
QByteArray nonceOf(const QNetworkRequest &request)
{
    const auto claim = readOwnerAuthorization(request.rawHeader("Authorization"));
    return claim ? claim->nonce : QByteArray();
}

} // namespace

Result<RunningServer> RunningServer::find(const DatabaseUrl &database, const Failure &held)
{
    const Result<OwnerFile> owner = readOwnerFile(database);
    if (owner && isOfThisMachine(owner->url))
        return RunningServer(held, *owner);
    if (owner)
        return {Fault::Denied,
                u"%1 What %2 names is no address of this machine."_s.arg(held.text, ownerFilePath(database))};
    if (owner.failure().kind == Fault::NotFound)
        return {held.kind, held.text + u" It does not say where commands reach it. Stop it first, or do this in its "
                                       "window, under \"Keys and access…\", or at its address (/admin)."_s};
    return {owner.failure().kind, held.text + u' ' + owner.failure().text};
}

Result<QJsonObject> RunningServer::get(const QString &path, const Parameters &parameters) const
{
    return ask({"GET", path, parameters, {}});
}

Result<QJsonObject> RunningServer::post(const QString &path, const QJsonObject &body) const
{
    return ask({"POST", path, {}, QJsonDocument(body).toJson(QJsonDocument::Compact)});
}

Failure RunningServer::because(const QString &reason) const
{
    return {Fault::Unavailable, m_held.text + u' ' + reason};
}

Result<QJsonObject> RunningServer::ask(const OwnerRequest &request) const
{
    QNetworkAccessManager network;
    network.setProxy(QNetworkProxy::NoProxy);
    const QNetworkRequest asked = networkRequest(m_owner, request);
    const std::unique_ptr<QNetworkReply> reply(request.method == "GET" ? network.get(asked)
                                                                       : network.post(asked, request.body));
    QObject::connect(reply.get(), &QNetworkReply::sslErrors, reply.get(), [&] {
        if (isPinned(*reply, m_owner))
            reply->ignoreSslErrors();
    });
    QObject::connect(reply.get(), &QNetworkReply::downloadProgress, reply.get(), [&](qint64 received) {
        if (received > kMaxAnswerBytes)
            reply->abort();
    });
    QEventLoop loop;
    bool isLate = false;
    QTimer::singleShot(kTimeoutMs, &loop, [&] {
        isLate = true;
        reply->abort();
    });
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec();

    const QString where = m_owner.url.toString();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (isLate)
        return because(u"It did not answer at %1 within %2 s. Check whether it was done before you try again."_s.arg(
            where, QString::number(kTimeoutMs / 1000)));
    if (status == 0)
        return because(u"It can't be reached at %1 (%2). Run this where that server runs, for example in its "
                       "container, or stop it first."_s.arg(where, reply->errorString()));
    const QByteArray body = reply->size() <= kMaxAnswerBytes ? reply->readAll() : QByteArray();
    const QByteArray proof = ownerAnswerProof(m_owner.secret, nonceOf(asked), status, body);
    if (!isPinned(*reply, m_owner) || !isSame(reply->rawHeader("Entvas-Owner"), proof))
        return because(u"What answers at %1 is not that server, and nothing it said was taken for true. Stop the one "
                       "that has the database first."_s.arg(where));
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    if (status == 200 && answer.value("success"_L1).toBool())
        return answer;
    return {faultOf(status), answer.value("message"_L1).toString()};
}

} // namespace entvas
