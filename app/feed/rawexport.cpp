#include "app/feed/rawexport.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

EventPagesOptions inLargePages(EventPagesOptions options)
{
    options.pageEvents = 1'000; // the most that the server gives
    return options;
}

} // namespace

RawExport::RawExport(EventPagesOptions options, const QString &path, QByteArray head, Line line, QObject *parent)
    : QObject(parent),
      m_pages(inLargePages(std::move(options))),
      m_file(path),
      m_head(std::move(head)),
      m_line(std::move(line))
{
    connect(&m_pages, &EventPages::arrived, this, &RawExport::onPage);
    connect(&m_pages, &EventPages::failed, this, &RawExport::fail);
}

void RawExport::start(const TimeSpan &span)
{
    if (!m_file.open(QIODevice::WriteOnly) || m_file.write(m_head) != m_head.size())
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    m_isRunning = true;
    m_pages.ask(span);
}

void RawExport::cancel()
{
    m_isRunning = false;
    m_pages.stop();
    m_file.cancelWriting();
    m_file.commit(); // gives the temporary file up
}

void RawExport::fail(const QString &reason)
{
    cancel();
    Q_EMIT failed(reason);
}

void RawExport::onPage(const QList<wire::TailEvent> &events)
{
    QByteArray text;
    for (const wire::TailEvent &event : events)
        text += m_line(event);
    if (m_file.write(text) != text.size())
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    m_written += events.size();
    Q_EMIT progressed(m_written);
    if (!m_isRunning)
        return; // whoever was told wants no more of it
    if (m_pages.hasMore())
        return m_pages.askMore();
    if (!m_file.commit())
        return fail(tr("The file %1 can't be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    Q_EMIT finished(m_written);
}

} // namespace entvas
