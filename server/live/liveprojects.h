#pragma once

#include "core/base/metrics.h"
#include "core/model/directory.h"
#include "server/live/liveproject.h"

#include <map>
#include <memory>

namespace entvas {

// The live counts of all projects that this server has opened. Lives in the server's thread.
class LiveProjects
{
public:
    // As many as a database may have; only one that was filled by other means than ours has more. Each holds up to
    // LiveCube::kMaxSeries series in four tiers; an empty one takes some KiB.
    static constexpr std::size_t kMaxProjects = std::size_t(kMaxProjectsKept);

    static constexpr LimitText kLimit{"entvas_projects", LimitText::Unit::Count, "Open projects.",
                                      "Times that a project could not be opened because the limit was reached."};

    using Map = std::map<QString, std::unique_ptr<LiveProject>>; // by id

    LiveProjects(QString epoch, QStringList dimensions) : m_epoch(std::move(epoch)), m_dimensions(std::move(dimensions))
    {
    }

    const QStringList &dimensions() const { return m_dimensions; }
    const Map &all() const { return m_all; }
    bool isFull() const { return m_all.size() >= kMaxProjects; }
    LiveProject *find(const QString &id) const
    {
        const auto at = m_all.find(id);
        return at == m_all.end() ? nullptr : at->second.get();
    }
    // Why a project of the database that find() does not know can't be used.
    Failure notOpen(const QString &id) const
    {
        if (isFull())
            return {Fault::Unavailable,
                    QStringLiteral("The project %1 is not open: this server has %2 others, as many as it can open")
                        .arg(id, QString::number(m_all.size()))};
        return {Fault::Unavailable, QStringLiteral("The project %1 is being opened").arg(id)};
    }
    LiveProject &open(const Project &project, WarmState state)
    {
        auto &at = m_all[project.id];
        at = std::make_unique<LiveProject>(project, m_epoch, m_dimensions);
        at->warm(std::move(state));
        return *at;
    }
    // Those who hold a pointer to it let go first: LiveHub::forget().
    void close(const QString &id) { m_all.erase(id); }

private:
    QString m_epoch;
    QStringList m_dimensions;
    Map m_all;
};

} // namespace entvas
