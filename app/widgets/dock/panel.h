#pragma once

#include "app/widgets/dock/panelplan.h"

#include <optional>
#include <QFrame>

class QLabel;
class QMenu;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace entvas {

class Theme;

// One panel of the desk: a card with a head, by which it can be dragged, a quiet menu in its corner, and a body. Where
// it stands, and what becomes of a drag, is up to the PanelArea that owns it.
// More than 25 functions: nine are events of Qt's, four are signals.
class Panel : public QFrame
{
    Q_OBJECT
public:
    // px between the edge of what stands in a panel and its words: room for the ring of the keyboard's focus.
    static constexpr int kInset = 6;

    Panel(const QString &id, const Theme &theme, QWidget *parent = nullptr);
    const QString &id() const { return m_id; } // one of panelNames()
    // How menus and tabs call it.
    const QString &title() const { return m_title; }
    void setTitle(const QString &title);

    // A head of its title (a label, or what stands in its place) and something beside it, and the body below. A label
    // that only repeats the title gives way to tabs. The body takes the keyboard; the inset is its own or comes round
    // it. What grows beside the title has an inset of its own at the right.
    void setContent(QWidget *title, bool repeatsTitle, QWidget *beside, bool besideGrows, QWidget *body,
                    bool bodyHasInset = false);
    // A body with a head of its own, by the top `headHeight` of which the panel is dragged, and perhaps a menu, which
    // then has the panel's entries too.
    void setWholeContent(QWidget *body, int headHeight, bool repeatsTitle, QWidget *takesFocus, QMenu *menu);
    void setNeeds(const QSize &least, int comfortableHeight);
    virtual PanelNeeds needs(int width) const;

    // The panels that stand at the same place, itself among them; none = it is alone.
    void setTabs(const QList<Panel *> &panels);
    QTabBar *tabs() const { return m_tabs; }
    QToolButton *menuButton() const { return m_menu; } // nullptr: the body's menu
    void setAlone(bool alone);                         // maximised: its menu, which leads back, is always seen
    void setRinged(bool ringed);                       // chosen by the keyboard
    virtual void takeFocus(Qt::FocusReason reason);

Q_SIGNALS:
    void menuWanted(QMenu *menu); // is about to be shown: to be filled
    void dragStarted(const QString &panel);
    void tabChosen(const QString &panel);
    void maximiseWanted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void setHeadHeight(int height) { m_headHeight = height; }
    void openMenu(const QPoint &globalPos);
    bool isPressed() const { return m_pressedAt.has_value(); } // and not dragged

private:
    int headHeight() const; // what a drag may begin in
    static void makeHandle(QLabel *title);
    void makeTabs();
    void makeMenuButton();
    void fillAnew(QMenu *menu);

    const Theme &m_theme;
    QString m_id, m_title;
    QSize m_least;
    int m_comfortable = 0;
    int m_headHeight = 0;
    QVBoxLayout *m_column;
    QTabBar *m_tabs = nullptr;
    QStringList m_tabIds;
    QToolButton *m_menu = nullptr;
    QWidget *m_body = nullptr;
    QWidget *m_givesWay = nullptr; // to tabs
    std::optional<QPoint> m_pressedAt;
    bool m_isRinged = false;
    bool m_isAlone = false;
};

} // namespace entvas
