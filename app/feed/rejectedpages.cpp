#include "app/feed/rejectedpages.h"

#include <QUrlQuery>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

RejectedPages::RejectedPages(EventPagesOptions options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_client({kMaxAnswerBytes, EventPages::kTimeoutMs})
{
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
    m_client.stop();
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
    if (const auto may = RestClient::mayAsk(m_options.server, m_options.sameMachine, m_options.allowsHttp); !may)
        return fail(may.failure().text);
    QUrl url = m_options.server;
    url.setPath(u"/rejections"_s);
    QUrlQuery query;
    query.addQueryItem(u"limit"_s, QString::number(kMostRejected));
    if (!m_epoch.isEmpty())
        query.addQueryItem(u"after"_s, QString::number(m_total));
    if (!m_options.project.isEmpty()) // a query leaves signs like + and & as they are
        query.addQueryItem(u"project"_s, QString::fromLatin1(QUrl::toPercentEncoding(m_options.project)));
    url.setQuery(query);
    ++m_question;
    m_client.get(url, m_options.token, [this](const RestAnswer &answer) { onAnswer(answer); });
}

void RejectedPages::onAnswer(const RestAnswer &answer)
{
    if (answer.status != 200 || !answer.isWhole())
        return fail(troubleOf(answer));
    m_isDecoding = true;
    m_decoder.start([this, question = m_question, body = answer.body] {
        Result<RejectedAnswer> read = readRejected(body);
        // Not after the end of `this`, which waits for this thread.
        QMetaObject::invokeMethod(
            this, [this, question, read = std::move(read)] { onDecoded(question, read); }, Qt::QueuedConnection);
    });
}

QString RejectedPages::troubleOf(const RestAnswer &answer) const
{
    const QString host = m_options.server.host();
    if (answer.status == 200)
        return answer.received > 0 ? tr("%1 sent too much data about rejected events.").arg(host)
                                   : tr("%1 is not responding.").arg(host);
    const QString told = answer.message();
    if (answer.status == 404 && (told.isEmpty() || told.contains(u"/rejections"_s)))
        return tr("%1 does not report rejected events: its version is too old.").arg(host);
    return reasonOf(answer, host);
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
