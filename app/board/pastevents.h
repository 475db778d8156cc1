#pragma once

#include "app/board/eventstream.h"
#include "core/model/timerange.h"

#include <functional>
#include <optional>
#include <QObject>
#include <QPointer>
#include <QTimer>

namespace entvas {

class EventPages;

// The stored events of one span, page by page: the server chooses by as much of the filter as it can, the rest is
// applied to what was loaded. Lives in the UI thread.
class PastEvents : public QObject
{
    Q_OBJECT
public:
    // `rowsInSight`: of the view that shows them; a filter may leave less than that of a page.
    explicit PastEvents(std::function<int()> rowsInSight, QObject *parent = nullptr);

    void setPages(EventPages *pages); // where they come from; nullptr = nowhere. Leaves what was shown.
    bool show(const TimeSpan &span);  // false: there is nowhere to ask
    void leave();
    bool isShown() const { return m_span.has_value(); }
    void setFilter(const StreamFilter &filter);
    void loadMore();

    EventStream &events() { return m_events; } // newest first
    const EventStream &events() const { return m_events; }
    bool canLoadMore() const;
    bool hasMore() const; // at the server, whether or not it fits
    bool isBusy() const;  // a page is on its way
    bool isLoading() const { return m_typing.isActive() || isBusy(); }
    bool hasAsked() const { return !m_asked.isEmpty(); } // the server to choose
    const QString &failure() const { return m_failure; } // why pages don't come; empty = none

Q_SIGNALS:
    void changed(); // anything of it

private:
    void ask();
    void onPage(const QList<wire::TailEvent> &events);

    std::function<int()> m_rowsInSight;
    QPointer<EventPages> m_pages;
    std::optional<TimeSpan> m_span;
    EventStream m_events;
    EventChoice m_asked; // what the server was asked to choose by
    QTimer m_typing;     // asks the server once somebody stops typing
    int m_pagesLeft = 0; // that are loaded without another wish
    QString m_failure;
};

} // namespace entvas
