#pragma once

#include "app/commands/parts/eventsource.h"
#include "core/maintenance/bulkstore.h"

namespace entvas {

class LongRun;
class RejectsFile;

// The two passes of an import: first every event is looked at, then they are stored. Used in one thread.
class Importer
{
public:
    struct Sums {
        qint64 read = 0;
        qint64 rejected = 0;
        qint64 imported = 0;
        qint64 duplicates = 0;
    };

    Importer(EventSource &source, bool skipsInvalid, RejectsFile *rejects)
        : m_source(source), m_skipsInvalid(skipsInvalid), m_rejects(rejects)
    {
    }

    // The first pass: every event, and nothing stored. False when it was stopped. With `store`, opened to look, it also
    // counts what the project has already.
    Result<bool> look(const LongRun &run, BulkStore *store = nullptr);
    // The second one.
    Result<bool> store(BulkStore &store, const LongRun &run);

    const Sums &sums() const { return m_sums; }
    bool hasLooked() const { return m_hasLooked; } // at all events, and may store them

private:
    Result<void> lookAt(const FileEvent &event, BulkStore *store);
    Result<void> countExisting(BulkStore &store, const QUuid &id);
    Result<void> report(const FileEvent &bad);
    Result<EventBatch> nextBatch(bool &isLast);
    Result<void> append(BulkStore &store, EventBatch batch);

    EventSource &m_source;
    bool m_skipsInvalid;
    RejectsFile *m_rejects;
    Sums m_sums;
    QList<QUuid> m_asked;
    QByteArray m_fingerprint;
    bool m_hasLooked = false;
};

} // namespace entvas
