#include "app/feed/adminclient.h"

#include "app/feed/reasons.h"
#include "app/feed/serveraddress.h"

#include <QJsonDocument>
#include <QNetworkProxy>
#include <QNetworkRequest>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Fault faultOf(int status)
{
    switch (status) {
    case 401: return Fault::Unauthenticated;
    case 403: return Fault::Denied;
    case 404: return Fault::NotFound;
    default: return status >= 400 && status < 500 ? Fault::BadInput : Fault::Unavailable;
    }
}

} // namespace

AdminClient::AdminClient(Options options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

AdminClient::~AdminClient()
{
    for (QNetworkReply *reply : std::as_const(m_replies)) {
        reply->disconnect(this);
        reply->abort();
    }
}

Result<QNetworkRequest> AdminClient::request(const QString &path, const QUrlQuery &query)
{
    const EventPagesOptions options = m_options();
    if (options.server.isEmpty())
        return {Fault::Unavailable, tr("No server is connected.")};
    if (m_server.isEmpty())
        m_server = options.server;
    if (options.server != m_server)
        return {Fault::Unavailable,
                tr("The window is connected to another server now. Close this dialog and open it again.")};
    if (!mayGo(options.server, options.sameMachine, options.allowsHttp))
        return {Fault::Denied, tr("Unencrypted requests are not sent there: use an https address.")};
    if (m_replies.size() >= kMaxRequests)
        return {Fault::Busy, tr("Too many requests are pending; wait a moment.")};
    QUrl url = options.server;
    url.setPath(path);
    if (!query.isEmpty())
        url.setQuery(query);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(kTimeoutMs);
    if (!options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + options.token.toUtf8());
    return request;
}

void AdminClient::get(const QString &path, const QUrlQuery &query, const Answer &answer)
{
    const Result<QNetworkRequest> made = request(path, query);
    if (!made)
        return answer(made.failure());
    send([&] { return m_network.get(made.value()); }, answer);
}

void AdminClient::post(const QString &path, const QJsonObject &body, const Answer &answer)
{
    Result<QNetworkRequest> made = request(path, {});
    if (!made)
        return answer(made.failure());
    made->setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    send([&] { return m_network.post(made.value(), QJsonDocument(body).toJson(QJsonDocument::Compact)); }, answer);
}

void AdminClient::send(const std::function<QNetworkReply *()> &start, const Answer &answer)
{
    QNetworkReply *reply = start();
    m_replies.append(reply);
    connect(reply, &QNetworkReply::downloadProgress, this, [reply](qint64 received) {
        if (received > kMaxAnswerBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, answer] {
        m_replies.removeAll(reply);
        reply->deleteLater();
        const Result<QJsonObject> read = this->read(reply);
        answer(read); // last: it may be the end of us
    });
}

Result<QJsonObject> AdminClient::read(QNetworkReply *reply) const
{
    const QString host = m_server.host();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray body = reply->size() <= kMaxAnswerBytes ? reply->readAll() : QByteArray();
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    if (status == 200 && answer.value("success"_L1).toBool())
        return answer.value("data"_L1).toObject();
    const QString reason = answer.value("message"_L1).toString().left(kMaxReasonChars);
    if (status == 0 || status == 200)
        return {Fault::Unavailable, tr("%1 is not responding.").arg(host)};
    return {faultOf(status),
            reason.isEmpty() ? tr("%1 answered with status %2.").arg(host, QString::number(status)) : reason};
}

} // namespace entvas
