#pragma once

#include "app/feed/feed.h"

#include <QObject>

class QMenu;
class QToolButton;
class QWidget;

namespace entvas {

class AccessPanel;
class Account;
class Actions;
class Session;

// The account in a window: a button that says who is logged in, its menu, and the panel that stands in place of the
// numbers while no one is. Wiring only: what may be done is decided by the session's account. Lives in the UI thread.
class AccountView : public QObject
{
    Q_OBJECT
public:
    // The taker of button() and panel() owns them.
    explicit AccountView(Session *session, QObject *parent = nullptr);

    QToolButton *button() const { return m_button; }
    AccessPanel *panel() const { return m_panel; }
    void makeActions(Actions *actions);
    // With the feed's state as it is now; true while the panel is shown in place of all else.
    bool draw(const FeedState &state);
    bool isWaiting() const; // for a person to log in or to give a token

Q_SIGNALS:
    void serverWanted(const QString &why, bool theSame); // the dialog that asks for one
    void redrawWanted();
    void memoryOnly(); // once: a login that a restart forgets

private:
    void follow();
    void take(int way); // an AccessView::Way
    void fillMenu();
    void logOut();

    Session *m_session;
    QToolButton *m_button;
    AccessPanel *m_panel;
    Actions *m_actions = nullptr;
    FeedState m_state;
};

} // namespace entvas
