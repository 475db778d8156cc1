#include "app/board/eventstream.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/base/jsonvalue.h"

#include <algorithm>
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

// Not by QJsonDocument, which would change numbers.
json::Value bodyOf(const wire::TailEvent &event)
{
    using Kind = json::Value::Kind;
    const auto text = [](const QString &value) { return json::Value{Kind::String, value, {}, {}}; };
    json::Value metadata = json::parse(event.metadata);
    if (metadata.kind != Kind::Object)
        metadata = {Kind::Object, {}, {}, {}};
    return {Kind::Object,
            {},
            {u"eventType"_s, u"userId"_s, u"timestamp"_s, u"metadata"_s},
            {text(event.eventType), text(event.userId), text(QString::fromLatin1(isoFromMs(event.timestampMs))),
             std::move(metadata)}};
}

} // namespace

QByteArray eventAsJson(const wire::TailEvent &event)
{
    json::Value body = bodyOf(event);
    body.names << u"eventId"_s << u"receivedAt"_s;
    body.values.push_back({json::Value::Kind::String, event.eventId, {}, {}});
    body.values.push_back({json::Value::Kind::String, QString::fromLatin1(isoFromMs(event.receivedAtMs)), {}, {}});
    return json::indented(body) + '\n';
}

QString eventAsCurl(const wire::TailEvent &event, const QString &webhook, const QString &key)
{
    // In single quotes a shell takes everything as it is, but for the quote itself.
    const auto quoted = [](QString text) { return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\''; };
    const QString body = json::fromUtf8(json::compact(bodyOf(event)));
    return u"curl -H %1 -d %2 %3"_s.arg(quoted(u"X-API-Key: "_s + key), quoted(body), quoted(webhook));
}

} // namespace entvas
