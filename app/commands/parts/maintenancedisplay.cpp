#include "app/commands/parts/maintenancedisplay.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString doing(MaintenancePhase phase)
{
    switch (phase) {
    case MaintenancePhase::Writing: return u"Backing up"_s;
    case MaintenancePhase::Checking: return u"Checking"_s;
    case MaintenancePhase::Loading: return u"Restoring"_s;
    case MaintenancePhase::Removing: return u"Removing"_s;
    }
    return {};
}

} // namespace

MaintenanceProgress MaintenanceDisplay::progress()
{
    return [this](MaintenancePhase phase, qint64 done, qint64 total) {
        if (m_phase != int(phase)) {
            m_phase = int(phase);
            m_progress.next(doing(phase), m_unit, total);
        }
        m_progress.setTotal(total);
        m_progress.update(done);
        return !m_stop.isSet();
    };
}

} // namespace entvas
