#include "app/board/pastevents.h"

#include "app/feed/eventpages.h"

#include <utility>

namespace entvas {

namespace {
constexpr int kTypingMs = 250;
constexpr int kPagesUnasked = 10;
} // namespace

PastEvents::PastEvents(std::function<int()> rowsInSight, QObject *parent)
    : QObject(parent), m_rowsInSight(std::move(rowsInSight))
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &PastEvents::ask);
}

void PastEvents::setPages(EventPages *pages)
{
    if (m_pages)
        disconnect(m_pages, nullptr, this, nullptr);
    m_pages = pages;
    if (pages) {
        connect(pages, &EventPages::arrived, this, &PastEvents::onPage);
        connect(pages, &EventPages::failed, this, [this](const QString &reason) {
            m_failure = reason;
            Q_EMIT changed();
        });
    }
    leave(); // what was looked at is another server's
}

bool PastEvents::show(const TimeSpan &span)
{
    if (!m_pages)
        return false;
    m_span = span;
    ask();
    return true;
}

void PastEvents::leave()
{
    m_span.reset();
    m_typing.stop();
    if (m_pages)
        m_pages->stop();
    m_events.clear();
    m_failure.clear();
}

// From the start: what is chosen now, as far as the server can choose.
void PastEvents::ask()
{
    if (!m_pages || !m_span)
        return;
    m_typing.stop();
    m_failure.clear();
    m_events.clear();
    m_pagesLeft = kPagesUnasked;
    m_asked = m_events.filter().choice();
    m_pages->ask(*m_span, m_asked);
    Q_EMIT changed();
}

void PastEvents::setFilter(const StreamFilter &filter)
{
    if (filter == m_events.filter())
        return;
    m_events.setFilter(filter);
    if (m_span && filter.choice() != m_asked)
        m_typing.start();
    else if (m_span && m_events.rowCount() < m_rowsInSight())
        loadMore();
    Q_EMIT changed();
}

bool PastEvents::canLoadMore() const
{
    return m_span && hasMore() && !m_events.isNearlyFull();
}

bool PastEvents::hasMore() const
{
    return m_pages && m_pages->hasMore();
}

bool PastEvents::isBusy() const
{
    return m_pages && m_pages->isBusy();
}

void PastEvents::loadMore()
{
    m_pagesLeft = kPagesUnasked;
    if (canLoadMore() && !m_typing.isActive())
        m_pages->askMore();
    Q_EMIT changed();
}

void PastEvents::onPage(const QList<wire::TailEvent> &events)
{
    if (!m_span)
        return;
    m_failure.clear();
    m_events.add({{}, events, 0});
    // A filter may leave too little to scroll to the next page.
    if (m_events.rowCount() < m_rowsInSight() && canLoadMore() && --m_pagesLeft > 0)
        m_pages->askMore();
    Q_EMIT changed();
}

} // namespace entvas
