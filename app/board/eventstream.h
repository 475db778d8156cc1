#pragma once

#include "app/board/streamfilter.h"

#include <deque>
#include <QObject>

namespace entvas {

// The latest raw events, as many as the bounds allow, and those of them that a filter lets through. Paused, it stands
// still and keeps what comes for later. Lives in the UI thread.
class EventStream : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMostEvents = 10'000;
    static constexpr qsizetype kMostBytes = 32 * 1024 * 1024; // of each: what is shown, and what waits

    using QObject::QObject;

    void add(const wire::Tail &tail);
    // Stored events from before those that are kept, newest first, as far as there is room: what is kept already is
    // left out.
    void addEarlier(const QList<wire::TailEvent> &newestFirst);
    void clear();
    void setFilter(const StreamFilter &filter);
    const StreamFilter &filter() const { return m_filter; }
    void setPaused(bool paused);
    bool isPaused() const { return m_isPaused; }

    // Rows are the events that pass the filter, oldest first. A number stays an event's own for ever.
    qsizetype rowCount() const { return qsizetype(m_rows.size()); }
    quint64 numberOf(qsizetype row) const { return m_rows[std::size_t(row)]; }
    const wire::TailEvent &event(qsizetype row) const { return *find(numberOf(row)); }
    qsizetype rowOf(quint64 number) const; // -1: gone, or filtered out
    const wire::TailEvent *find(quint64 number) const;

    qsizetype kept() const { return qsizetype(m_kept.size()); }
    qsizetype waiting() const { return qsizetype(m_waiting.size()); } // while paused
    // Another page of events might push out what was kept first.
    bool isNearlyFull() const;
    qint64 skipped() const { return m_skipped; } // left out by the server, or too many while paused

Q_SIGNALS:
    // `added` rows at the end, `removed` at the front.
    void changed(qsizetype added, qsizetype removed);
    void reset();  // all rows are new
    void waited(); // more waits, or nothing any more

private:
    static constexpr quint64 kFirstNumber = 1'000'000; // smaller ones are for earlier events
    static constexpr qsizetype kPage = 200;

    struct Kept {
        quint64 number;
        wire::TailEvent event;
    };
    static qsizetype bytesOf(const wire::TailEvent &event);
    bool append(const wire::TailEvent &event); // true: a new row
    qsizetype trim();                          // rows that went

    std::deque<Kept> m_kept; // numbers without gaps
    std::deque<quint64> m_rows;
    std::deque<wire::TailEvent> m_waiting;
    qsizetype m_keptBytes = 0;
    qsizetype m_waitingBytes = 0;
    quint64 m_next = kFirstNumber;
    qint64 m_skipped = 0;
    StreamFilter m_filter;
    bool m_isPaused = false;
};

// As GET /events tells an event: one object, indented.
QByteArray eventAsJson(const wire::TailEvent &event);
// A command that sends the event once more.
QString eventAsCurl(const wire::TailEvent &event, const QString &webhook, const QString &key);

} // namespace entvas
