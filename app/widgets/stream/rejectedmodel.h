#pragma once

#include "app/feed/rejectedevent.h"
#include "core/base/zone.h"

#include <QAbstractTableModel>
#include <QTimeZone>

namespace entvas {

// The last rejected events as rows, newest first; at most kMostRejected. Lives in the UI thread.
class RejectedModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Key, Type, Reason };
    static constexpr int kColumns = Reason + 1;

    using QAbstractTableModel::QAbstractTableModel;

    void take(const RejectedAnswer &answer);
    void clear();
    void setZone(const QTimeZone &zone);
    const RejectedEvent &event(int row) const { return m_events[row]; }
    int rowOf(quint64 number) const; // -1 = not there any more

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QList<RejectedEvent> m_events;
    QTimeZone m_zone = systemZone().zone;
};

} // namespace entvas
