#pragma once

#include "core/model/settings.h"
#include "core/store/directory/directorystore.h"
#include "core/store/events/eventreader.h"
#include "core/store/events/eventwriter.h"
#include "core/store/events/housekeeping.h"

#include <memory>

namespace entvas {

// One connection to a database, and what each of its users does over it. Made, used and destroyed in one thread.
// Every failure that a later try may cure is Fault::Unavailable: the caller calls open() again. Fault::BadInput means
// that the database refused the data: others may go through.
class EventStore
{
public:
    virtual ~EventStore() = default;

    virtual QString name() const = 0; // "sqlite" or "postgresql"
    // Connects, or connects again after a loss. Prepared statements are made anew.
    virtual Result<void> open() = 0;
    // Brings the schema up to date; safe when several servers do it at once. Fault::Configuration when the database is
    // newer than this program.
    virtual Result<void> migrate() = 0;
    // Cheap proof that the database answers.
    virtual Result<void> ping() = 0;
    // From any thread, while ours is in a call: what it asks the database fails as Fault::Unavailable, soon if not at
    // once. Nothing happens between two calls, or the connection is lost.
    virtual void interrupt() {}

    // PostgreSQL: how far its log is written, for hasReplayed() of a replica. Empty elsewhere.
    virtual Result<QString> logPosition() { return QString(); }
    // Whether this replica has all that its database's log had up to there; of an empty position: whether it answers.
    virtual Result<bool> hasReplayed(const QString &) { return true; }

    // Ours; they use this connection, in its thread.
    virtual EventWriter &writer() = 0;
    virtual EventReader &reader() = 0;
    virtual DirectoryStore &directory() = 0;
    virtual Housekeeping &housekeeping() = 0;
};

// A connection of its own to the database that the settings name; nothing is opened yet. `writer` keeps servers on one
// database apart in the counts. `dimensions` names the values of every series, in their order; what was stored under
// other ones is matched by name. `run`, unique, is the writer in what append() announces to other servers; empty =
// nothing is announced.
std::unique_ptr<EventStore> makeStore(const DatabaseUrl &url, const QString &writer,
                                      const QStringList &dimensions = {QStringLiteral("eventType"),
                                                                       QStringLiteral("page"),
                                                                       QStringLiteral("browser")},
                                      const QString &run = {});

} // namespace entvas
