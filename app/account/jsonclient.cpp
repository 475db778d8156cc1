#include "app/account/jsonclient.h"

#include "app/feed/serveraddress.h"

#include <QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

JsonClient::JsonClient(QObject *parent)
    : QObject(parent), m_client({kMostBytes, kTimeoutMs, 0, kMostAtOnce}, RestClient::Proxy::System)
{
}

bool JsonClient::begin(const QUrl &url, const Done &done)
{
    JsonAnswer answer;
    if (!m_allowsHttp && !isPrivateWay(url))
        answer.trouble = tr("Unencrypted requests are not sent to %1: use an https address.").arg(url.host());
    else if (m_client.isFull())
        answer.trouble = tr("Too many requests to %1 at once.").arg(url.host());
    else
        return true;
    QMetaObject::invokeMethod(
        this, [done, answer] { done(answer); }, Qt::QueuedConnection);
    return false;
}

void JsonClient::get(const QUrl &url, const QString &bearer, Done done)
{
    if (begin(url, done))
        m_client.get(url, bearer, reader(url.host(), std::move(done)));
}

void JsonClient::post(const QUrl &url, const QByteArray &form, Done done)
{
    if (begin(url, done))
        m_client.post(url, {}, u"application/x-www-form-urlencoded"_s, form, reader(url.host(), std::move(done)));
}

RestClient::Done JsonClient::reader(const QString &host, Done done)
{
    return [host, done = std::move(done)](const RestAnswer &from) {
        JsonAnswer answer;
        const bool brokeOff = from.error != QNetworkReply::NoError && from.status < 400;
        const bool wasAborted = from.error == QNetworkReply::OperationCanceledError;
        answer.status = brokeOff || wasAborted || from.isTooLong ? 0 : from.status;
        if (answer.status != 0) {
            answer.body = QJsonDocument::fromJson(from.body).object();
        } else if (!from.tlsTrouble.isEmpty()) {
            answer.trouble = from.tlsTrouble;
            answer.isTls = true;
        } else if (from.isTooLong) {
            answer.trouble = tr("The response of %1 was too large.").arg(host);
        } else {
            answer.trouble = tr("%1 is not responding.").arg(host);
        }
        done(answer);
    };
}

} // namespace entvas
