#include "app/feed/rawexport.h"

#include "app/feed/serveraddress.h"
#include "core/isotime.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QUrlQuery>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kMaxReasonChars = 300;
constexpr qint64 kMaxReasonBytes = 64 * 1024; // of an answer that is no export

} // namespace

RawExport::RawExport(EventPagesOptions options, const QString &path, Format format, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_format(format), m_file(path)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

RawExport::~RawExport()
{
    cancel();
}

void RawExport::start(const TimeSpan &span)
{
    if (!mayGo(m_options.server, m_options.sameMachine, m_options.allowsHttp))
        return fail(tr("Nothing is asked there without encryption: use an https address."));
    if (!m_file.open(QIODevice::WriteOnly))
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    QUrl url = m_options.server;
    url.setPath(m_format == Format::Csv ? u"/export/csv"_s : u"/export/ndjson"_s);
    QUrlQuery query;
    query.addQueryItem(u"from"_s, QString::fromLatin1(isoFromMs(span.fromMs)));
    query.addQueryItem(u"to"_s, QString::fromLatin1(isoFromMs(span.toMs)));
    if (!m_options.project.isEmpty()) // a query leaves signs like + and & as they are
        query.addQueryItem(u"project"_s, QString::fromLatin1(QUrl::toPercentEncoding(m_options.project)));
    url.setQuery(query);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(EventPages::kTimeoutMs); // without a sign of life
    if (!m_options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_options.token.toUtf8());
    m_lines = m_format == Format::Csv ? -1 : 0; // the first one is the head
    m_sinceWord.start();
    m_reply = m_network.get(request);
    m_reply->setReadBufferSize(kPieceBytes);
    connect(m_reply, &QNetworkReply::readyRead, this, &RawExport::onReadyRead);
    connect(m_reply, &QNetworkReply::finished, this, &RawExport::onFinished);
}

void RawExport::cancel()
{
    if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
    if (m_file.isOpen()) {
        m_file.cancelWriting();
        m_file.commit(); // gives the temporary file up
    }
}

void RawExport::fail(const QString &reason)
{
    cancel();
    Q_EMIT failed(reason);
}

// Events have no line ends within: neither does a name, and metadata comes in one line.
bool RawExport::takePiece()
{
    const QByteArray piece = m_reply->read(kPieceBytes);
    if (m_file.write(piece) != piece.size()) {
        fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
        return false;
    }
    m_lines += piece.count('\n');
    m_written = std::max<qint64>(m_lines, 0);
    if (m_sinceWord.elapsed() >= kProgressMs) {
        m_sinceWord.start();
        Q_EMIT progressed(m_written);
    }
    return m_reply != nullptr; // whoever was told may want no more of it
}

void RawExport::onReadyRead()
{
    if (const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); status != 200) {
        if (m_reply->bytesAvailable() > kMaxReasonBytes)
            fail(answerFailure(status, {}));
        return; // a sentence, to be read at the end
    }
    takePiece();
    // What stays in the buffer is told of again only when more comes, and a full one takes no more.
    if (m_reply && m_reply->bytesAvailable() > 0)
        QMetaObject::invokeMethod(
            this,
            [this, reply = m_reply] {
                if (reply && reply == m_reply && reply->bytesAvailable() > 0)
                    onReadyRead();
            },
            Qt::QueuedConnection);
}

void RawExport::onFinished()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status != 200)
        return fail(
            answerFailure(status, m_reply->bytesAvailable() <= kMaxReasonBytes ? m_reply->readAll() : QByteArray()));
    if (m_reply->error() != QNetworkReply::NoError)
        return fail(tr("%1 broke the export off. Try again; what had come was not kept.").arg(m_options.server.host()));
    while (m_reply->bytesAvailable() > 0)
        if (!takePiece())
            return;
    std::exchange(m_reply, nullptr)->deleteLater();
    if (!m_file.commit())
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    Q_EMIT progressed(m_written);
    Q_EMIT finished(m_written);
}

QString RawExport::answerFailure(int status, const QByteArray &body) const
{
    const QString host = m_options.server.host();
    const QString told = QJsonDocument::fromJson(body).object().value("message"_L1).toString().left(kMaxReasonChars);
    if (status == 0)
        return tr("%1 does not answer.").arg(host);
    if (status == 404 && (told.isEmpty() || told.contains(u"/export/"_s)))
        return tr("%1 can't export: it is of an earlier version.").arg(host);
    return told.isEmpty() ? tr("%1 answered with status %2.").arg(host, QString::number(status)) : told;
}

} // namespace entvas
