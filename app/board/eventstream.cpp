#include "app/board/eventstream.h"

#include "core/isotime.h"

#include <algorithm>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace entvas {

using namespace Qt::StringLiterals;

qsizetype EventStream::bytesOf(const wire::TailEvent &event)
{
    constexpr qsizetype kOverhead = 160; // the struct and the headers of its strings
    return kOverhead + event.metadata.size() +
           2 * (event.eventId.size() + event.eventType.size() + event.userId.size());
}

bool EventStream::append(const wire::TailEvent &event)
{
    m_keptBytes += bytesOf(event);
    m_kept.push_back({m_next++, event});
    if (!m_filter.matches(event))
        return false;
    m_rows.push_back(m_kept.back().number);
    return true;
}

qsizetype EventStream::trim()
{
    qsizetype removed = 0;
    while (kept() > kMostEvents || (m_keptBytes > kMostBytes && kept() > 1)) {
        m_keptBytes -= bytesOf(m_kept.front().event);
        if (!m_rows.empty() && m_rows.front() == m_kept.front().number) {
            m_rows.pop_front();
            ++removed;
        }
        m_kept.pop_front();
    }
    return removed;
}

// A tail comes oldest first, as the events came.
void EventStream::add(const wire::Tail &tail)
{
    m_skipped += tail.skipped;
    if (m_isPaused) {
        for (const wire::TailEvent &event : tail.events) {
            m_waitingBytes += bytesOf(event);
            m_waiting.push_back(event);
        }
        while (waiting() > kMostEvents || (m_waitingBytes > kMostBytes && waiting() > 1)) {
            m_waitingBytes -= bytesOf(m_waiting.front());
            m_waiting.pop_front();
            ++m_skipped;
        }
        Q_EMIT waited();
        return;
    }
    qsizetype added = 0;
    for (const wire::TailEvent &event : tail.events)
        added += append(event);
    const qsizetype removed = trim();
    Q_EMIT changed(added, removed);
}

void EventStream::addEarlier(const QList<wire::TailEvent> &newestFirst)
{
    QSet<QString> known;
    for (const Kept &kept : m_kept)
        known.insert(kept.event.eventId);
    for (const wire::TailEvent &event : m_waiting)
        known.insert(event.eventId);
    qsizetype added = 0;
    for (const wire::TailEvent &event : newestFirst) {
        if (known.contains(event.eventId))
            continue;
        if (kept() >= kMostEvents || m_keptBytes + bytesOf(event) > kMostBytes)
            break;
        const quint64 number = (m_kept.empty() ? m_next++ : m_kept.front().number - 1);
        m_keptBytes += bytesOf(event);
        m_kept.push_front({number, event});
        if (m_filter.matches(event)) {
            m_rows.push_front(number);
            ++added;
        }
    }
    if (added > 0)
        Q_EMIT reset();
}

bool EventStream::isNearlyFull() const
{
    return kept() + kPage > kMostEvents || m_keptBytes > kMostBytes / 4 * 3;
}

void EventStream::clear()
{
    m_kept.clear();
    m_rows.clear();
    m_waiting.clear();
    m_keptBytes = m_waitingBytes = 0;
    m_skipped = 0;
    Q_EMIT reset();
    Q_EMIT waited();
}

void EventStream::setFilter(const StreamFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    m_rows.clear();
    for (const Kept &kept : m_kept)
        if (m_filter.matches(kept.event))
            m_rows.push_back(kept.number);
    Q_EMIT reset();
}

void EventStream::setPaused(bool paused)
{
    if (paused == m_isPaused)
        return;
    m_isPaused = paused;
    if (!paused) {
        qsizetype added = 0;
        for (const wire::TailEvent &event : m_waiting)
            added += append(event);
        m_waiting.clear();
        m_waitingBytes = 0;
        const qsizetype removed = trim();
        Q_EMIT changed(added, removed);
    }
    Q_EMIT waited();
}

qsizetype EventStream::rowOf(quint64 number) const
{
    const auto found = std::lower_bound(m_rows.cbegin(), m_rows.cend(), number);
    return found != m_rows.cend() && *found == number ? qsizetype(found - m_rows.cbegin()) : -1;
}

const wire::TailEvent *EventStream::find(quint64 number) const
{
    if (m_kept.empty() || number < m_kept.front().number || number > m_kept.back().number)
        return nullptr;
    return &m_kept[std::size_t(number - m_kept.front().number)].event;
}

namespace {

QJsonObject bodyOf(const wire::TailEvent &event)
{
    return {{u"eventType"_s, event.eventType},
            {u"userId"_s, event.userId},
            {u"timestamp"_s, QLatin1StringView(isoFromMs(event.timestampMs))},
            {u"metadata"_s, QJsonDocument::fromJson(event.metadata).object()}};
}

} // namespace

QByteArray eventAsJson(const wire::TailEvent &event)
{
    QJsonObject json = bodyOf(event);
    json.insert(u"eventId"_s, event.eventId);
    json.insert(u"receivedAt"_s, QLatin1StringView(isoFromMs(event.receivedAtMs)));
    return QJsonDocument(json).toJson();
}

QString eventAsCurl(const wire::TailEvent &event, const QString &webhook, const QString &key)
{
    // In single quotes a shell takes everything as it is, but for the quote itself.
    const auto quoted = [](QString text) { return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\''; };
    const QString body = QString::fromUtf8(QJsonDocument(bodyOf(event)).toJson(QJsonDocument::Compact));
    return u"curl -H %1 -d %2 %3"_s.arg(quoted(u"X-API-Key: "_s + key), quoted(body), quoted(webhook));
}

} // namespace entvas
