#pragma once

#include <optional>
#include <QString>

namespace entvas {

class MetricFamilies;

// The file system of an SQLite database, and the database's own size. Measured again after kEveryMs at the earliest,
// since every /health needs it. Lives in the server's thread.
class DiskSpace
{
public:
    static constexpr qint64 kEveryMs = 5'000;
    static constexpr qint64 kScarceBytes = 256LL * 1024 * 1024; // less: soon nothing can be stored

    // The file may not be there yet. Empty: a database that is elsewhere, nothing is known of its disk.
    explicit DiskSpace(QString file) : m_file(std::move(file)) {}

    struct Use {
        qint64 freeBytes = 0; // that this user may still fill
        qint64 totalBytes = 0;
        qint64 databaseBytes = 0; // with its write-ahead log
        bool isScarce() const { return freeBytes < kScarceBytes; }
    };
    std::optional<Use> use(qint64 steadyMs);
    static void collect(const Use &use, MetricFamilies &into);

private:
    QString m_file;
    std::optional<Use> m_use;
    qint64 m_lookedMs = 0;
};

} // namespace entvas
