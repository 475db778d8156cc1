#include "tests/support/scriptedbrowser.h"

#include <QNetworkReply>
#include <QRegularExpression>

namespace entvas::test {

using namespace Qt::StringLiterals;

namespace {

QString attribute(const QString &tag, const QString &name)
{
    const QRegularExpression form(u"\\b%1=\"([^\"]*)\""_s.arg(name));
    QString value = form.match(tag).captured(1);
    return value.replace(u"&amp;"_s, u"&"_s).replace(u"&#x2F;"_s, u"/"_s);
}

} // namespace

void ScriptedBrowser::open(const QUrl &url)
{
    m_done = false;
    m_urls.clear();
    get(url);
}

void ScriptedBrowser::get(const QUrl &url)
{
    if (m_urls.size() >= kMostPages)
        return end();
    m_urls << url;
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    follow(m_network.get(request));
}

void ScriptedBrowser::follow(QNetworkReply *reply)
{
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        m_status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        m_page = reply->readAll();
        const QUrl next = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
        if (next.isValid())
            return get(reply->url().resolved(next));
        if (m_page.contains("<form"))
            return submit(reply->url());
        end();
    });
}

void ScriptedBrowser::submit(const QUrl &base)
{
    static const QRegularExpression formTag(u"<form[^>]*>"_s);
    static const QRegularExpression inputTag(u"<input[^>]*>"_s);
    const QString text = QString::fromUtf8(m_page);
    const auto form = formTag.match(text);
    QUrlQuery fields;
    auto inputs = inputTag.globalMatch(text, form.capturedEnd());
    while (inputs.hasNext()) {
        const QString tag = inputs.next().captured();
        const QString name = attribute(tag, u"name"_s);
        const QString value = attribute(tag, u"value"_s);
        if (!name.isEmpty())
            fields.addQueryItem(name, value.isEmpty() ? m_values.value(name) : value);
    }
    const QUrl target = base.resolved(QUrl(attribute(form.captured(), u"action"_s)));
    if (m_urls.size() >= kMostPages)
        return end();
    m_urls << target;
    QNetworkRequest request(target);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    follow(m_network.post(request, fields.toString(QUrl::FullyEncoded).toUtf8()));
}

void ScriptedBrowser::end()
{
    m_done = true;
    Q_EMIT done();
}

} // namespace entvas::test
