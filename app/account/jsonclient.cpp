#include "app/account/jsonclient.h"

#include "app/feed/serveraddress.h"
#include "app/feed/tlswords.h"

#include <memory>
#include <QJsonDocument>
#include <QNetworkCookieJar>
#include <QNetworkReply>

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

JsonClient::JsonClient(QObject *parent) : QObject(parent)
{
    m_network.setCookieJar(new NoCookies);
}

JsonClient::~JsonClient()
{
    stop();
}

void JsonClient::stop()
{
    for (const QPointer<QNetworkReply> &reply : std::exchange(m_replies, {})) {
        if (!reply)
            continue;
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

bool JsonClient::begin(const QUrl &url, const Done &done)
{
    m_replies.removeIf([](const QPointer<QNetworkReply> &reply) { return !reply; });
    JsonAnswer answer;
    if (!m_allowsHttp && !isPrivateWay(url))
        answer.trouble = tr("%1 is not asked without encryption: it needs an https address.").arg(url.host());
    else if (m_replies.size() >= kMostAtOnce)
        answer.trouble = tr("%1 is asked too much at once.").arg(url.host());
    else
        return true;
    QMetaObject::invokeMethod(
        this, [done, answer] { done(answer); }, Qt::QueuedConnection);
    return false;
}

QNetworkRequest JsonClient::request(const QUrl &url) const
{
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setTransferTimeout(kTimeoutMs);
    request.setRawHeader("Accept", "application/json");
    return request;
}

void JsonClient::get(const QUrl &url, const QString &bearer, Done done)
{
    if (!begin(url, done))
        return;
    QNetworkRequest asked = request(url);
    if (!bearer.isEmpty())
        asked.setRawHeader("Authorization", "Bearer " + bearer.toUtf8());
    follow(m_network.get(asked), std::move(done));
}

void JsonClient::post(const QUrl &url, const QByteArray &form, Done done)
{
    if (!begin(url, done))
        return;
    QNetworkRequest asked = request(url);
    asked.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    follow(m_network.post(asked, form), std::move(done));
}

void JsonClient::follow(QNetworkReply *reply, Done done)
{
    m_replies.append(reply);
    const QString host = reply->url().host();
    const auto tls = std::make_shared<QString>();
    connect(reply, &QNetworkReply::sslErrors, this,
            [tls, host](const QList<QSslError> &errors) { *tls = tlsTrouble(errors, host); });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > kMostBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, tls, host, done = std::move(done)] {
        m_replies.removeAll(reply);
        reply->deleteLater();
        JsonAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const bool brokeOff = reply->error() != QNetworkReply::NoError && answer.status < 400;
        if (brokeOff || reply->size() > kMostBytes || reply->error() == QNetworkReply::OperationCanceledError)
            answer.status = 0;
        if (answer.status != 0) {
            answer.body = QJsonDocument::fromJson(reply->readAll()).object();
        } else if (!tls->isEmpty()) {
            answer.trouble = *tls;
            answer.isTls = true;
        } else if (reply->size() > kMostBytes) {
            answer.trouble = tr("%1 sent more than an answer can be.").arg(host);
        } else {
            answer.trouble = tr("%1 does not answer.").arg(host);
        }
        done(answer);
    });
}

} // namespace entvas
