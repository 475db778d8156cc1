#pragma once

#include "core/cube/userssnapshot.h"
#include "core/model/event.h"

#include <map>
#include <optional>
#include <QJsonObject>
#include <utility>

namespace entvas {

// What one batch added to one project: all that another server needs for its live counts, and no event whole. A value.
struct Announcement {
    // Of the stored text. The largest job that ingest takes (10,000 events, all of different users) needs a third.
    static constexpr qsizetype kMaxChars = 1024 * 1024;
    static constexpr qsizetype kMaxNewest = 200; // events that are named; a tail shows no more at once

    struct Cell {
        qint64 epochSecond = 0; // UTC
        qsizetype series = 0;   // of those below
        qint64 count = 0;
    };
    QList<SeriesKey> series;
    QList<Cell> cells;
    QList<UserAddition> users;     // all that were there, whether or not they are new
    QMap<qint64, qint64> rejected; // start of the minute in milliseconds -> events
    QList<QUuid> newest;           // oldest first
    qint64 others = 0;             // events that `newest` has no room for
    bool isWhole = true;           // false: it was too large to be announced; read the project's counts again

    // Series by name, so that servers with other dimensions take as much of them as they know. nullopt for
    // anything that AnnouncementWriter would not write.
    static std::optional<Announcement> parse(const QString &text, const QStringList &dimensions);
};

// Gathers one, event by event, in the writer's thread.
class AnnouncementWriter
{
public:
    void add(const Event &event, qint64 series, const QStringList &dimensions);
    void addRejected(qint64 minuteMs, qint64 count) { m_rejected[minuteMs] += count; }
    bool isEmpty() const { return m_cells.empty() && m_rejected.isEmpty(); }
    // JSON. A marker for "read again" when it would be longer than kMaxChars.
    QString text() const;

private:
    std::map<qint64, qsizetype> m_places; // by the series' id in the database
    QStringList m_series;
    std::map<std::pair<qint64, qsizetype>, qint64> m_cells; // second, series -> count
    std::map<qint64, std::vector<quint64>> m_users;         // by second
    QMap<qint64, qint64> m_rejected;
    QList<QUuid> m_newest;
    qint64 m_others = 0;
};

// How far each writer had come: by run of a server.
using Positions = QHash<QString, qint64>;

} // namespace entvas
