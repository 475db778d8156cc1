#pragma once

#include "core/model/event.h"
#include "core/store/events/eventreader.h"
#include "core/store/events/housekeeping.h"

#include <map>
#include <utility>

namespace entvas {

class SqlConnection;

// The users that the events of one append() bring into their minutes. What the minute is known to have already costs a
// look into memory and no statement. Lives in the writer's thread.
class FreshUsers
{
public:
    // Minutes that are looked after at once, of all projects; beyond it they are forgotten, and the same users may be
    // stored twice, which changes nothing.
    static constexpr std::size_t kMaxMinutes = 256;
    static constexpr qint64 kMinuteMs = 60'000;

    explicit FreshUsers(SqlConnection &connection) : m_connection(connection) {}

    void begin() { m_fresh.clear(); } // of an append, also of one that is tried again
    void see(const QString &project, const Event &event);
    Result<void> store();               // in the transaction of the events
    void committed();                   // it is on disk
    void restart() { m_known.clear(); } // nothing is taken for stored any more

private:
    using Minute = std::pair<qint64, QString>; // its start, project
    struct Fresh {
        QUuid event; // one that brought a user
        UserSketch users;
    };
    SqlConnection &m_connection;
    std::map<Minute, UserSketch> m_known; // in the database
    std::map<Minute, Fresh> m_fresh;
};

// See EventReader::readUsers().
Result<qint64> readUsers(SqlConnection &connection, const QString &project, const EventReader::UserSink &sink);

// One step of housekeeping: what commits found new in a minute that is over goes into the sketches of its minute,
// quarter hour, hour and day, as far as those are still shown. True when more is left to do.
Result<bool> foldUsers(SqlConnection &connection, const QString &project, const UpkeepPlan &plan);

// Sketches that are no longer shown at their width go; coarser ones have their users. True when more is left to do.
Result<bool> forgetUsers(SqlConnection &connection, const QString &project, qint64 nowMs);

} // namespace entvas
