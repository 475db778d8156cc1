#include "app/feed/rawexport.h"

#include "app/feed/reasons.h"
#include "core/base/isotime.h"
#include "core/file/csv.h"

#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kMaxLineBytes = 1024 * 1024; // metadata has at most 16 KiB

// One line of an export, with its line end.
std::optional<wire::TailEvent> readLine(QByteArrayView line, RawExport::Format format)
{
    const QByteArrayView record = line.trimmed();
    if (format == RawExport::Format::Ndjson)
        return readEvent(json::parse(record));
    qsizetype fault = 0;
    const std::optional<QList<CsvField>> fields = csvFields(record, &fault);
    if (!fields || fields->size() != 6)
        return {};
    const auto text = [&](qsizetype column) { return csvText((*fields)[column].bytes); };
    const auto timestamp = isoToMs(text(3));
    const auto received = isoToMs(text(4));
    if (!timestamp || !received)
        return {};
    return wire::TailEvent{QString::fromUtf8(text(0)),
                           QString::fromUtf8(text(1)),
                           QString::fromUtf8(text(2)),
                           *timestamp,
                           *received,
                           text(5)};
}

} // namespace

RawExport::RawExport(EventPagesOptions options, const QString &path, Format format, QObject *parent)
    : QObject(parent),
      m_options(std::move(options)),
      m_format(format),
      m_client({0, EventPages::kTimeoutMs}),
      m_file(path)
{
}

RawExport::~RawExport()
{
    cancel();
}

void RawExport::start(const TimeSpan &span, const EventChoice &choice, Passes passes)
{
    m_passes = std::move(passes);
    if (const auto may = RestClient::mayAsk(m_options.server, m_options.sameMachine, m_options.allowsHttp); !may)
        return fail(may.failure().text);
    if (!m_file.open(QIODevice::WriteOnly))
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    QUrl url = m_options.server;
    url.setPath(m_format == Format::Csv ? u"/export/csv"_s : u"/export/ndjson"_s);
    url.setQuery(eventQuery(m_options, span, choice));
    m_lines = m_format == Format::Csv ? -1 : 0; // the first one is the head
    m_sinceWord.start();
    m_reply = m_client.open(url, m_options.token, kPieceBytes);
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

bool RawExport::write(const QByteArray &lines)
{
    if (m_file.write(lines) != lines.size()) {
        fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
        return false;
    }
    m_lines += lines.count('\n');
    return true;
}

bool RawExport::takeLines(const QByteArray &piece)
{
    m_rest += piece;
    QByteArray passed;
    qsizetype at = 0;
    for (qsizetype end = 0; (end = m_rest.indexOf('\n', at)) >= 0; at = end + 1) {
        const QByteArray line = m_rest.sliced(at, end + 1 - at);
        const bool isHead = m_format == Format::Csv && !std::exchange(m_isHeadDone, true);
        const std::optional<wire::TailEvent> event = isHead ? std::nullopt : readLine(line, m_format);
        if (!isHead && !event) {
            fail(tr("%1 sent a line that is not an event.").arg(m_options.server.host()));
            return false;
        }
        if (isHead || m_passes(*event))
            passed += line;
    }
    m_rest.remove(0, at);
    if (m_rest.size() > kMaxLineBytes) {
        fail(tr("%1 sent a line that is not an event.").arg(m_options.server.host()));
        return false;
    }
    return write(passed);
}

// Events have no line ends within: neither does a name, and metadata comes in one line.
bool RawExport::takePiece()
{
    const QByteArray piece = m_reply->read(kPieceBytes);
    if (m_passes) {
        if (!takeLines(piece))
            return false;
    } else if (!write(piece)) {
        return false;
    }
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
    const auto brokenOff = [this] {
        fail(tr("%1 aborted the export. Try again; nothing was saved.").arg(m_options.server.host()));
    };
    if (m_reply->error() != QNetworkReply::NoError)
        return brokenOff();
    while (m_reply->bytesAvailable() > 0)
        if (!takePiece())
            return;
    if (!m_rest.isEmpty())
        return brokenOff();
    std::exchange(m_reply, nullptr)->deleteLater();
    if (!m_file.commit())
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    Q_EMIT progressed(m_written);
    Q_EMIT finished(m_written);
}

QString RawExport::answerFailure(int status, const QByteArray &body) const
{
    const QString host = m_options.server.host();
    RestAnswer answer;
    answer.status = status;
    answer.body = body;
    const QString told = answer.message();
    if (status == 404 && (told.isEmpty() || told.contains(u"/export/"_s)))
        return tr("%1 can't export: its version is too old.").arg(host);
    return reasonOf(answer, host);
}

} // namespace entvas
