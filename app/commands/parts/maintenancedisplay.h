#pragma once

#include "app/commands/parts/progress.h"
#include "core/maintenance/databasemaintenance.h"

namespace entvas {

// Shows how far it is, and asks for the end when Ctrl+C was pressed.
class MaintenanceDisplay
{
public:
    explicit MaintenanceDisplay(const QString &unit) : m_unit(unit), m_progress(QString(), unit) {}
    MaintenanceProgress progress();
    void finish() { m_progress.finish(); }
    void clear() { m_progress.clear(); }

private:
    QString m_unit;
    StopFlag m_stop;
    Progress m_progress;
    int m_phase = -1;
};

} // namespace entvas
