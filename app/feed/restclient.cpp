#include "app/feed/restclient.h"

#include "app/feed/reasons.h"
#include "app/feed/serveraddress.h"
#include "app/feed/tlswords.h"

#include <memory>
#include <QNetworkCookieJar>
#include <QNetworkProxy>
#include <QTimer>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Neither sends nor keeps any.
class NoCookies : public QNetworkCookieJar
{
public:
    QList<QNetworkCookie> cookiesForUrl(const QUrl &) const override { return {}; }
    bool setCookiesFromUrl(const QList<QNetworkCookie> &, const QUrl &) override { return false; }
};

} // namespace

QString RestAnswer::message() const
{
    return reasonIn(body);
}

QString reasonOf(const RestAnswer &answer, const QString &host)
{
    if (answer.status == 0)
        return RestClient::tr("%1 is not responding.").arg(host);
    const QString told = answer.message();
    return told.isEmpty() ? RestClient::tr("%1 answered with status %2.").arg(host, QString::number(answer.status))
                          : told;
}

RestClient::RestClient(const Limits &limits, Proxy proxy, QObject *parent) : QObject(parent), m_limits(limits)
{
    m_network.setCookieJar(new NoCookies);
    if (proxy == Proxy::None)
        m_network.setProxy(QNetworkProxy::NoProxy);
}

RestClient::~RestClient()
{
    stop();
}

void RestClient::stop()
{
    for (const QPointer<QNetworkReply> &reply : std::exchange(m_replies, {})) {
        if (!reply)
            continue;
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

Result<void> RestClient::mayAsk(const QUrl &server, bool sameMachine, bool allowsHttp)
{
    if (mayGo(server, sameMachine, allowsHttp))
        return {};
    return Failure{Fault::Denied, tr("Unencrypted requests are not sent there: use an https address.")};
}

QNetworkRequest RestClient::request(const QUrl &url, const QString &token) const
{
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // Qt 6.4 has known faults there
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setTransferTimeout(m_limits.timeoutMs);
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
    return request;
}

void RestClient::get(const QUrl &url, const QString &token, Done done)
{
    QNetworkRequest asked = request(url, token);
    asked.setRawHeader("Accept", "application/json");
    follow(m_network.get(asked), std::move(done));
}

void RestClient::post(const QUrl &url, const QString &token, const QString &contentType, const QByteArray &body,
                      Done done)
{
    QNetworkRequest asked = request(url, token);
    asked.setRawHeader("Accept", "application/json");
    asked.setHeader(QNetworkRequest::ContentTypeHeader, contentType);
    follow(m_network.post(asked, body), std::move(done));
}

QNetworkReply *RestClient::open(const QUrl &url, const QString &token, qint64 bufferBytes)
{
    QNetworkReply *reply = m_network.get(request(url, token));
    reply->setReadBufferSize(bufferBytes);
    return reply;
}

void RestClient::follow(QNetworkReply *reply, Done done)
{
    m_replies.removeIf([](const QPointer<QNetworkReply> &other) { return !other; });
    m_replies.append(reply);
    const QString host = reply->url().host();
    const auto tls = std::make_shared<QString>();
    if (m_limits.wholeMs > 0)
        QTimer::singleShot(m_limits.wholeMs, reply, &QNetworkReply::abort);
    connect(reply, &QNetworkReply::sslErrors, this,
            [tls, host](const QList<QSslError> &errors) { *tls = tlsTrouble(errors, host); });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply, most = m_limits.mostBytes](qint64 received) {
        if (received > most)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, tls, done = std::move(done)] {
        m_replies.removeAll(reply);
        reply->deleteLater();
        RestAnswer answer = read(reply);
        answer.tlsTrouble = *tls;
        done(answer); // last: it may be the end of us
    });
}

RestAnswer RestClient::read(QNetworkReply *reply) const
{
    RestAnswer answer;
    answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.error = reply->error();
    answer.received = reply->size();
    answer.isTooLong = answer.received > m_limits.mostBytes;
    if (!answer.isTooLong)
        answer.body = reply->readAll();
    return answer;
}

} // namespace entvas
