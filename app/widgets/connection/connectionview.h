#pragma once

#include <QObject>

namespace entvas {

class AccountView;
class Banner;
class Board;
class ConnectionBadge;
class DeskOverlays;
class Session;
class Theme;

// How a window's connection stands: its badge, its banner, and what lies over the desk. The taker of badge() and
// banner() owns them. Lives in the UI thread.
class ConnectionView : public QObject
{
    Q_OBJECT
public:
    ConnectionView(Session *session, const Board &board, AccountView *account, DeskOverlays *overlays,
                   const Theme &theme, QObject *parent = nullptr);
    ConnectionBadge *badge() const { return m_badge; }
    Banner *banner() const { return m_banner; }
    void refresh();

Q_SIGNALS:
    void serverWanted(const QString &why); // the dialog that asks for one

private:
    void act(); // what the banner's first button says
    bool isStranded() const;

    Session *m_session;
    const Board &m_board;
    AccountView *m_account;
    DeskOverlays *m_overlays;
    ConnectionBadge *m_badge;
    Banner *m_banner;
};

} // namespace entvas
