#pragma once

#include "app/session/sessionproblem.h"

#include <memory>
#include <QObject>

class QAction;
class QMenu;
class QUrl;
class QWidget;

namespace entvas {

class Actions;
class AdminClient;
class Board;
class Notices;
class Session;

// What can be done about the server that a window shows: another one, this computer's own, its keys, sample events; and
// what is asked when the own one could not start. Lives in the UI thread.
class ServerMenu : public QObject
{
    Q_OBJECT
public:
    // Dialogs open over `window`.
    ServerMenu(Session *session, const Board &board, Notices &notices, QWidget *window);
    ~ServerMenu() override;
    void makeActions(Actions *actions);
    void fill(QMenu *menu);

    void openConnectDialog(const QString &why = {}); // with a reason: about the server that is shown
    void offerServer(const QUrl &server, const QString &why, const QString &project);

Q_SIGNALS:
    void quitWanted();
    void redrawWanted();

private:
    void connectSession();
    void retry();
    void setSampling(bool on);
    void openAccess();
    void refreshAccess(); // whether this window's reader may administer its server
    void onProblem(const SessionProblem &problem);

    Session *m_session;
    const Board &m_board;
    Notices &m_notices;
    QWidget *m_window;
    Actions *m_actions = nullptr;
    std::unique_ptr<AdminClient> m_access; // asks a server once who we are there; anew for another one
    bool m_wasLive = false;
};

} // namespace entvas
