#pragma once

#include "core/base/result.h"

#include <optional>
#include <QString>
#include <sys/types.h>

namespace entvas {

// Which file it is, by any name.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity &) const = default;
};
// Follows links; none where there is no file.
std::optional<FileIdentity> identityOf(const QString &path);

// Sees that an open SQLite database is still the file at its path: one that was moved away, removed or replaced takes
// everything that is written into it along. Costs three calls of stat(). Lives in one thread.
class FileWatch
{
public:
    // What lies at the path is open from now on; its -wal and -shm are those that the first check() finds.
    void begin(const QString &path);
    // The file stays the one that is meant; what lies beside it may be made anew.
    void closed();
    bool isWatching() const { return m_file.has_value(); }
    // Fault::Unavailable says what has happened and what to do.
    Result<void> check();
    // The write-ahead log is gone, and the database itself is in its place.
    bool hasLostLog() const;
    // Bytes of the file now; it has none when it is not there.
    qint64 size() const;

private:
    struct Beside {
        QString path;
        std::optional<FileIdentity> file;
    };
    QString m_path;
    std::optional<FileIdentity> m_file;
    Beside m_log;
    Beside m_index;
};

} // namespace entvas
