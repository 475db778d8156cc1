#pragma once

#include "core/wire/wire.h"

#include <QObject>
#include <QTimeZone>

namespace entvas {

class EventPane;
class PanelArea;

// The event that is open, in a drawer at the right of the desk, where it does not cover the stream that it was chosen
// from, if there is room. Belongs to the desk.
class EventDrawer : public QObject
{
    Q_OBJECT
public:
    EventDrawer(PanelArea *area, QWidget *desk);
    EventPane *pane() const { return m_pane; }
    void open(const wire::TailEvent &event, const QTimeZone &zone);
    void place();

private:
    QRect chosenPlace(const QRect &stream) const;
    QRect inSight(QRect place) const; // in a window that is lower than the desk
    void bringIntoSight();

    PanelArea *m_area;
    QWidget *m_desk;
    EventPane *m_pane;
};

} // namespace entvas
