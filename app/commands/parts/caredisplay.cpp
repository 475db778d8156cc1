#include "app/commands/parts/caredisplay.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString doing(CarePhase phase)
{
    switch (phase) {
    case CarePhase::Writing: return u"Backing up"_s;
    case CarePhase::Checking: return u"Checking"_s;
    case CarePhase::Loading: return u"Restoring"_s;
    case CarePhase::Removing: return u"Removing"_s;
    }
    return {};
}

} // namespace

CareProgress CareDisplay::progress()
{
    return [this](CarePhase phase, qint64 done, qint64 total) {
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
