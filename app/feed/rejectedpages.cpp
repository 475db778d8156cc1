#include "app/feed/rejectedpages.h"

#include "app/feed/reasons.h"
#include "app/feed/serveraddress.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QUrlQuery>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

RejectedPages::RejectedPages(EventPagesOptions options, QObject *parent)
    : QObject(parent), m_options(std::move(options))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_decoder.setMaxThreadCount(1);
}

RejectedPages::~RejectedPages()
{
    stop();
    m_decoder.waitForDone();
}

void RejectedPages::stop()
{
    ++m_question;
    m_isDecoding = m_again = false;
    if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

void RejectedPages::setProject(const QString &project)
{
    if (project == m_options.project)
        return;
    stop();
    m_options.project = project;
    m_epoch.clear();
    m_total = 0;
}

void RejectedPages::ask()
{
    if (isBusy())
        m_again = true;
    else
        send();
}

void RejectedPages::send()
{
    m_again = false;
    if (!mayGo(m_options.server, m_options.sameMachine, m_options.allowsHttp))
        return fail(tr("Nothing is asked there without encryption: use an https address."));
    QUrl url = m_options.server;
    url.setPath(u"/rejections"_s);
    QUrlQuery query;
    query.addQueryItem(u"limit"_s, QString::number(kMostRejected));
    if (!m_epoch.isEmpty())
        query.addQueryItem(u"after"_s, QString::number(m_total));
    if (!m_options.project.isEmpty()) // a query leaves signs like + and & as they are
        query.addQueryItem(u"project"_s, QString::fromLatin1(QUrl::toPercentEncoding(m_options.project)));
    url.setQuery(query);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(EventPages::kTimeoutMs);
    if (!m_options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_options.token.toUtf8());
    ++m_question;
    QNetworkReply *reply = m_network.get(request);
    m_reply = reply;
    connect(reply, &QNetworkReply::downloadProgress, this, [reply](qint64 received) {
        if (received > kMaxAnswerBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply] { onFinished(reply); });
}

void RejectedPages::onFinished(QNetworkReply *reply)
{
    reply->deleteLater();
    m_reply = nullptr;
    const QString host = m_options.server.host();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 200 && reply->error() == QNetworkReply::NoError && reply->size() <= kMaxAnswerBytes) {
        m_isDecoding = true;
        m_decoder.start([this, question = m_question, body = reply->readAll()] {
            Result<RejectedAnswer> answer = readRejected(body);
            // Not after the end of `this`, which waits for this thread.
            QMetaObject::invokeMethod(
                this, [this, question, answer = std::move(answer)] { onDecoded(question, answer); },
                Qt::QueuedConnection);
        });
        return;
    }
    if (status == 200)
        return fail(reply->size() > 0 ? tr("%1 sent more about rejected events than can be looked at.").arg(host)
                                      : tr("%1 does not answer.").arg(host));
    const QByteArray body = reply->size() <= kMaxReasonBytes ? reply->readAll() : QByteArray();
    const QString told = reasonIn(body);
    if (status == 0)
        fail(tr("%1 does not answer.").arg(host));
    else if (status == 404 && (told.isEmpty() || told.contains(u"/rejections"_s)))
        fail(tr("%1 does not tell about rejected events: it is of an earlier version.").arg(host));
    else
        fail(told.isEmpty() ? tr("%1 answered with status %2.").arg(host, QString::number(status)) : told);
}

void RejectedPages::onDecoded(int question, const Result<RejectedAnswer> &answer)
{
    if (question != m_question)
        return;
    m_isDecoding = false;
    if (!answer)
        return fail(answer.failure().text);
    RejectedAnswer told = answer.value();
    const bool isFirst = m_epoch.isEmpty();
    if (!isFirst && told.epoch != m_epoch) { // the server has started again, and its numbers too
        m_epoch.clear();
        m_total = 0;
        return send();
    }
    told.isWhole = isFirst;
    m_epoch = told.epoch;
    m_total = told.total;
    Q_EMIT arrived(told);
    if (m_again && !isBusy())
        send();
}

void RejectedPages::fail(const QString &reason)
{
    m_again = false;
    Q_EMIT failed(reason);
}

} // namespace entvas
