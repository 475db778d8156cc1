#pragma once

#include <QObject>
#include <QTimer>

namespace entvas {

// Lets drawing happen at frame rate whatever the rate of changes: the first mark draws at once, later ones wait for the
// tick, the last is never lost, and an idle gate stops its timer. A closed gate (window hidden) keeps the mark until it
// is opened.
class FrameGate : public QObject
{
    Q_OBJECT
public:
    static constexpr int kFrameMs = 33;

    explicit FrameGate(QObject *parent = nullptr) : QObject(parent)
    {
        m_timer.setInterval(kFrameMs);
        connect(&m_timer, &QTimer::timeout, this, &FrameGate::tick);
    }

    void mark()
    {
        m_dirty = true;
        if (m_open && !m_timer.isActive()) {
            m_timer.start();
            drawNow();
        }
    }
    void setOpen(bool open)
    {
        m_open = open;
        if (!open)
            m_timer.stop();
        else if (m_dirty)
            mark();
    }
    // Past the tick: for what a person did, who expects to see it in this very frame.
    void drawNow()
    {
        m_dirty = false;
        Q_EMIT draw();
    }

Q_SIGNALS:
    void draw();

private:
    void tick()
    {
        if (m_dirty)
            drawNow();
        else
            m_timer.stop();
    }
    QTimer m_timer;
    bool m_dirty = false;
    bool m_open = true;
};

} // namespace entvas
