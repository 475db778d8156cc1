#pragma once

#include "core/file/importedevent.h"
#include "core/model/settings.h"

#include <memory>

namespace entvas {

// The table of events of the web application that Entvas replaces (id, eventType, userId, timestamp, metadata,
// createdAt, as Prisma makes it), read in one snapshot, in order of receipt: whatever is written meanwhile is not part
// of it. Nothing is changed there. Used in one thread; blocks while the database works.
class OriginalDatabase
{
public:
    static constexpr int kFetchRows = 5'000;

    // postgresql://… as Prisma takes it: `schema` is understood, what only Prisma knows is left out. `table`: its name,
    // with or without a schema before it. Fault::BadInput for an address with a password: it is read in PGPASSWORD,
    // ~/.pgpass or PGPASSFILE.
    static Result<std::unique_ptr<OriginalDatabase>> make(const QString &url, const QString &table);
    ~OriginalDatabase();
    Q_DISABLE_COPY_MOVE(OriginalDatabase)

    // Fault::BadInput when there is no such table, or it is another one.
    Result<void> open();
    Result<qint64> rows(); // in the snapshot
    // Up to kFetchRows; none at the end.
    Result<QList<EventText>> next();
    // Begins again with the first row of the same snapshot.
    Result<void> restart();
    QString where() const;

private:
    class Private;
    explicit OriginalDatabase(std::unique_ptr<Private> made);
    std::unique_ptr<Private> d;
};

} // namespace entvas
