#pragma once

#include "app/commands/parts/progress.h"
#include "core/maintenance/care.h"

namespace entvas {

// Shows how far it is, and asks for the end when Ctrl+C was pressed.
class CareDisplay
{
public:
    explicit CareDisplay(const QString &unit) : m_unit(unit), m_progress(QString(), unit) {}
    CareProgress progress();
    void finish() { m_progress.finish(); }
    void clear() { m_progress.clear(); }

private:
    QString m_unit;
    StopFlag m_stop;
    Progress m_progress;
    int m_phase = -1;
};

} // namespace entvas
