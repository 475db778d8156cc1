#include "server/metrics/diskspace.h"

#include "core/base/metrics.h"

#include <QFileInfo>
#include <QStorageInfo>

namespace entvas {

using namespace Qt::StringLiterals;

std::optional<DiskSpace::Use> DiskSpace::use(qint64 steadyMs)
{
    if (m_file.isEmpty() || (m_use && steadyMs - m_lookedMs < kEveryMs))
        return m_use;
    m_lookedMs = steadyMs;
    const QStorageInfo disk(QFileInfo(m_file).absolutePath());
    if (!disk.isValid())
        return m_use = {};
    return m_use = Use{disk.bytesAvailable(), disk.bytesTotal(),
                       QFileInfo(m_file).size() + QFileInfo(m_file + u"-wal"_s).size()};
}

void DiskSpace::collect(const Use &use, MetricFamilies &into)
{
    into.gauge("entvas_database_size_bytes", "Size of the SQLite file and its write-ahead log.",
               double(use.databaseBytes));
    into.gauge("entvas_database_disk_free_bytes", "Free space on the file system of the SQLite file.",
               double(use.freeBytes));
    into.gauge("entvas_database_disk_size_bytes", "Size of the file system of the SQLite file.",
               double(use.totalBytes));
}

} // namespace entvas
