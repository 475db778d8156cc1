#pragma once

#include <QObject>
#include <QUrl>

class QFrame;
class QWidget;

namespace entvas {

class Desk;
class EmptyPanel;
class Theme;

// What lies over the desk while its numbers are not all there is to see: a veil, the panel of a server without events,
// the account's panel. All belong to the desk.
class DeskOverlays : public QObject
{
    Q_OBJECT
public:
    DeskOverlays(Desk *desk, const Theme &theme, QFrame *accountPanel, QObject *parent = nullptr);
    EmptyPanel *emptyPanel() const { return m_empty; }
    void draw(bool isVeiled, bool isEmpty);
    void place(); // in the middle of what is seen of the desk

private:
    Desk *m_desk;
    EmptyPanel *m_empty;
    QFrame *m_account;
    QWidget *m_veil;
};

} // namespace entvas
