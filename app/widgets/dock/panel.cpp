#include "app/widgets/dock/panel.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMargin = 16;
constexpr int kInset = Panel::kInset;
constexpr int kTop = 12;
constexpr int kTopWithTabs = 9; // heads line up with those that are titles
constexpr int kTabs = 26;       // px, height
constexpr qsizetype kLongestTab = 40;
constexpr auto kAlways = "always"; // property: seen without the mouse too

// Three dots in the card's margin, so that nothing moves for it: seen while the mouse is over the panel or the keyboard
// on the button.
class MenuButton : public QToolButton
{
public:
    MenuButton(const Theme &theme, QWidget *parent) : QToolButton(parent), m_theme(theme)
    {
        resize(16, 24);
        setPopupMode(QToolButton::InstantPopup);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (!hasFocus() && !isDown() && !parentWidget()->underMouse() && !property(kAlways).toBool())
            return;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &t = m_theme.tokens();
        painter.setPen(hasFocus() ? QPen(t.focus, t.edge) : QPen(Qt::NoPen));
        painter.setBrush(underMouse() || isDown() ? QBrush(t.hover) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setPen(Qt::NoPen);
        painter.setBrush(underMouse() || isDown() || hasFocus() ? t.text : t.third);
        for (const int offset : {-5, 0, 5})
            painter.drawEllipse(QPointF(width() / 2.0, height() / 2.0 + offset), 1.5, 1.5);
    }

private:
    const Theme &m_theme;
};

// Tabs that can be dragged out of their place.
class TabStrip : public QTabBar
{
public:
    TabStrip(std::function<void(int)> onDrag, QWidget *parent) : QTabBar(parent), m_onDrag(std::move(onDrag)) {}

protected:
    void mousePressEvent(QMouseEvent *event) override
    {
        m_tab = event->button() == Qt::LeftButton ? tabAt(event->pos()) : -1;
        m_pressedAt = event->pos();
        event->accept();
    }
    void mouseMoveEvent(QMouseEvent *event) override
    {
        if (m_tab < 0 || (event->pos() - m_pressedAt).manhattanLength() < QApplication::startDragDistance())
            return;
        m_onDrag(std::exchange(m_tab, -1));
    }
    void mouseReleaseEvent(QMouseEvent *event) override
    {
        // A tab comes to front when the button is released: until then it may become a drag.
        if (const int tab = std::exchange(m_tab, -1); tab >= 0 && tab == tabAt(event->pos()))
            setCurrentIndex(tab);
    }
    void mouseDoubleClickEvent(QMouseEvent *event) override { event->ignore(); }

private:
    std::function<void(int)> m_onDrag;
    int m_tab = -1;
    QPoint m_pressedAt;
};

} // namespace

// The mouse finds out what a head can do.
void Panel::makeHandle(QLabel *title)
{
    title->setCursor(Qt::OpenHandCursor);
    title->setToolTip(tr("Drag to move the panel, double-click to maximise it (F12)"));
}

Panel::Panel(const QString &id, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_id(id), m_column(new QVBoxLayout(this))
{
    setObjectName(u"card"_s);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(10);
}

void Panel::setTitle(const QString &title)
{
    m_title = title;
    setAccessibleName(title);
    if (m_menu)
        m_menu->setAccessibleName(tr("Menu of the panel %1").arg(title));
}

void Panel::setContent(QWidget *title, bool repeatsTitle, QWidget *beside, bool besideGrows, QWidget *body,
                       bool bodyHasInset)
{
    m_column->setContentsMargins(kMargin - kInset, kTop, kMargin - kInset, kTop);
    auto *head = new QHBoxLayout;
    head->setSpacing(12);
    const bool isLabel = qobject_cast<QLabel *>(title);
    head->setContentsMargins(isLabel ? kInset : 0, 0, besideGrows ? 0 : kInset, 0);
    title->setFixedHeight(20); // heads line up whatever stands beside them
    if (auto *label = qobject_cast<QLabel *>(title))
        makeHandle(label);
    head->addWidget(title);
    if (!besideGrows)
        head->addStretch(1);
    if (beside)
        head->addWidget(beside, besideGrows ? 1 : 0);
    m_column->addLayout(head);
    auto *inside = new QHBoxLayout;
    inside->setContentsMargins(bodyHasInset ? 0 : kInset, 0, bodyHasInset ? 0 : kInset, 0);
    inside->addWidget(body);
    m_column->addLayout(inside, 1);
    m_body = body;
    m_givesWay = repeatsTitle ? title : nullptr;
    makeMenuButton();
}

void Panel::setWholeContent(QWidget *body, int headHeight, bool repeatsTitle, QWidget *takesFocus, QMenu *menu)
{
    m_column->addWidget(body, 1);
    m_column->setSpacing(0);
    m_body = takesFocus;
    m_headHeight = headHeight;
    if (auto *title = body->findChild<QLabel *>(u"title"_s)) {
        makeHandle(title);
        m_givesWay = repeatsTitle ? title : nullptr;
    }
    if (!menu)
        return makeMenuButton();
    auto *own = new QMenu(tr("&Panel"), this);
    connect(menu, &QMenu::aboutToShow, this, [this, menu, own] {
        fillAnew(own);
        menu->addSeparator();
        menu->addMenu(own);
    });
}

void Panel::makeMenuButton()
{
    m_menu = new MenuButton(m_theme, this);
    m_menu->setAccessibleName(tr("Menu of the panel %1").arg(m_title));
    m_menu->setToolTip(tr("Move, maximise or close this panel"));
    auto *menu = new QMenu(m_menu);
    m_menu->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillAnew(menu); });
}

void Panel::fillAnew(QMenu *menu)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(QString(), Qt::FindDirectChildrenOnly)); // clear() leaves them alive
    Q_EMIT menuWanted(menu);
}

void Panel::setNeeds(const QSize &least, int comfortableHeight)
{
    m_least = least;
    m_comfortable = comfortableHeight;
}

PanelNeeds Panel::needs(int) const
{
    return {m_least, m_comfortable, false};
}

int Panel::headHeight() const
{
    return (m_headHeight > 0 ? m_headHeight : kTop + 28) + (m_tabIds.isEmpty() ? 0 : kTabs);
}

void Panel::makeTabs()
{
    m_tabs = new TabStrip([this](int tab) { Q_EMIT dragStarted(m_tabIds.value(tab)); }, this);
    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setAccessibleName(tr("Panels at this place"));
    m_tabs->setFixedHeight(kTabs);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setFocusPolicy(Qt::TabFocus);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        const QString chosen = m_tabIds.value(tab);
        if (chosen == m_id || chosen.isEmpty())
            return;
        const QSignalBlocker blocker(m_tabs); // each panel's own strip shows itself in front
        m_tabs->setCurrentIndex(int(m_tabIds.indexOf(m_id)));
        Q_EMIT tabChosen(chosen);
    });
    auto *row = new QHBoxLayout;
    const int side = m_headHeight > 0 ? kMargin - kInset : 0; // the words of a tab have the inset
    row->setContentsMargins(side, 0, side, 0);
    row->addWidget(m_tabs);
    m_column->insertLayout(0, row);
}

void Panel::setTabs(const QList<Panel *> &panels)
{
    m_tabIds.clear();
    for (const Panel *panel : panels)
        m_tabIds.append(panel->id());
    if (!panels.isEmpty() && !m_tabs)
        makeTabs();
    if (!m_tabs)
        return;
    const QSignalBlocker blocker(m_tabs);
    while (m_tabs->count() > panels.size())
        m_tabs->removeTab(m_tabs->count() - 1);
    for (int i = 0; i < int(panels.size()); ++i) {
        const QString text = paint::oneLine(panels[i]->title()).left(kLongestTab).replace(u'&', u"&&"_s);
        if (i >= m_tabs->count())
            m_tabs->addTab(text);
        else if (m_tabs->tabText(i) != text)
            m_tabs->setTabText(i, text);
    }
    m_tabs->setCurrentIndex(int(m_tabIds.indexOf(m_id)));
    const bool isTabbed = !panels.isEmpty();
    m_tabs->setVisible(isTabbed);
    if (m_givesWay)
        m_givesWay->setVisible(!isTabbed);
    const bool isWhole = m_headHeight > 0;
    const int side = isWhole ? 0 : kMargin - kInset;
    m_column->setContentsMargins(side, isTabbed ? kTopWithTabs : isWhole ? 0 : kTop, side, isWhole ? 0 : kTop);
}

void Panel::setAlone(bool alone)
{
    if (alone == m_isAlone)
        return;
    m_isAlone = alone;
    if (!m_menu)
        return;
    m_menu->setProperty(kAlways, alone);
    m_menu->update();
}

void Panel::setRinged(bool ringed)
{
    if (ringed == m_isRinged)
        return;
    m_isRinged = ringed;
    update();
}

void Panel::takeFocus(Qt::FocusReason reason)
{
    if (m_body)
        m_body->setFocus(reason);
}

void Panel::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && event->position().y() < headHeight())
        m_pressedAt = event->pos();
}

void Panel::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_pressedAt || (event->pos() - *m_pressedAt).manhattanLength() < QApplication::startDragDistance())
        return;
    m_pressedAt.reset();
    Q_EMIT dragStarted(m_id);
}

void Panel::mouseReleaseEvent(QMouseEvent *)
{
    m_pressedAt.reset();
}

void Panel::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_pressedAt.reset();
    if (event->button() == Qt::LeftButton && event->position().y() < headHeight())
        Q_EMIT maximiseWanted();
}

void Panel::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->pos().y() < headHeight() || event->reason() == QContextMenuEvent::Keyboard)
        openMenu(event->globalPos());
    else
        event->ignore();
}

void Panel::openMenu(const QPoint &globalPos)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    Q_EMIT menuWanted(menu);
    menu->popup(globalPos);
}

void Panel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    if (!m_menu)
        return;
    m_menu->move(width() - m_menu->width() - 1, 10);
    m_menu->raise();
}

void Panel::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    if (!m_isRinged)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    painter.setPen(QPen(t.focus, t.edge));
    const double inset = t.edge / 2;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 8, 8);
}

void Panel::enterEvent(QEnterEvent *event)
{
    QFrame::enterEvent(event);
    if (m_menu)
        m_menu->update();
}

void Panel::leaveEvent(QEvent *event)
{
    QFrame::leaveEvent(event);
    if (m_menu)
        m_menu->update();
}

} // namespace entvas
