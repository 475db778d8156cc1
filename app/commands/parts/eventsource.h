#pragma once

#include "core/file/eventfile.h"

#include <memory>

namespace entvas {

class OriginalDatabase;

// Where `entvas import` reads from, twice: to look at every event, and to store them. Used in one thread.
class EventSource
{
public:
    virtual ~EventSource() = default;
    virtual Result<void> open() = 0; // from the first event on, also again
    // Nothing at the end.
    virtual Result<std::optional<FileEvent>> next() = 0;
    // How much of it was read, in the unit of total(): bytes of a file, rows of a table.
    virtual qint64 done() const = 0;
    virtual qint64 total() const = 0;
    virtual QString unit() const = 0;
    virtual QString name() const = 0;                     // for people
    virtual QString placeOf(qint64 line) const = 0;       // "line 7"
    virtual QByteArray fingerprint() const { return {}; } // of what was read; another one says that it was changed
};

// A file, "-" for standard input (kept in a temporary file, since it is read twice), or postgresql://….
Result<std::unique_ptr<EventSource>> makeEventSource(const QString &name, std::optional<EventFormat> format,
                                                     const QString &table, const ImportRules &rules);

} // namespace entvas
