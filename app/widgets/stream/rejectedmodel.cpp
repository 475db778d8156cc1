#include "app/widgets/stream/rejectedmodel.h"

#include "app/board/text/format.h"
#include "app/board/text/rejectedtext.h"
#include "app/widgets/base/paint.h"

#include <algorithm>
#include <QDateTime>

namespace entvas {

using namespace Qt::StringLiterals;

void RejectedModel::take(const RejectedAnswer &answer)
{
    if (answer.isWhole) {
        beginResetModel();
        m_events = answer.events;
        endResetModel();
        return;
    }
    qsizetype fresh = 0;
    const quint64 newest = m_events.isEmpty() ? 0 : m_events.first().number;
    while (fresh < answer.events.size() && answer.events[fresh].number > newest)
        ++fresh;
    if (fresh == 0)
        return;
    if (const qsizetype over = m_events.size() + fresh - kMostRejected; over > 0) {
        const qsizetype left = std::max<qsizetype>(m_events.size() - over, 0);
        beginRemoveRows({}, int(left), int(m_events.size()) - 1);
        m_events.resize(left);
        endRemoveRows();
    }
    beginInsertRows({}, 0, int(fresh) - 1);
    m_events = answer.events.first(fresh) + m_events;
    endInsertRows();
}

void RejectedModel::clear()
{
    beginResetModel();
    m_events.clear();
    endResetModel();
}

void RejectedModel::setZone(const QTimeZone &zone)
{
    if (zone == m_zone)
        return;
    m_zone = zone;
    if (!m_events.isEmpty())
        Q_EMIT dataChanged(index(0, Time), index(int(m_events.size()) - 1, Time));
}

int RejectedModel::rowOf(quint64 number) const
{
    const auto found = std::find_if(m_events.cbegin(), m_events.cend(),
                                    [number](const RejectedEvent &event) { return event.number == number; });
    return found == m_events.cend() ? -1 : int(found - m_events.cbegin());
}

int RejectedModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_events.size());
}

int RejectedModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant RejectedModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_events.size())
        return {};
    const RejectedEvent &event = m_events[index.row()];
    if (role == Qt::AccessibleTextRole || role == Qt::DisplayRole || role == Qt::ToolTipRole) {
        QString text;
        switch (index.column()) {
        case Time: {
            const QDateTime at = QDateTime::fromMSecsSinceEpoch(event.receivedAtMs, m_zone);
            const bool isDay = role != Qt::DisplayRole;
            text = (isDay ? format::dateName(at.date(), true) + u' ' : QString()) +
                   at.time().toString(isDay ? u"HH:mm:ss.zzz"_s : u"HH:mm:ss"_s);
            break;
        }
        case Key: text = paint::oneLine(keyNameOf(event)); break;
        case Type: text = paint::oneLine(eventTypeOf(event)); break;
        case Reason:
            text = paint::oneLine(reasonOf(event));
            if (event.skipped > 0)
                text += u" · "_s + tr("and %Ln more events like it", nullptr, int(event.skipped));
            break;
        default: break;
        }
        if (index.column() == Type && text.isEmpty())
            return role == Qt::DisplayRole ? u"–"_s : tr("The event type can’t be read");
        // Qt takes a tool tip for rich text where it looks like it.
        return role == Qt::ToolTipRole ? u"<span>%1</span>"_s.arg(text.toHtmlEscaped()) : text;
    }
    return {};
}

QVariant RejectedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Received");
    case Key: return tr("Key");
    case Type: return tr("Type");
    case Reason: return tr("Why");
    default: return {};
    }
}

} // namespace entvas
