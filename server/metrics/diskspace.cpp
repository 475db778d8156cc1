#include "server/metrics/diskspace.h"

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

} // namespace entvas
