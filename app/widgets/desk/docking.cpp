#include "app/widgets/desk/docking.h"

#include "app/board/layout/openedpanels.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/numberspanel.h"

#include <QAction>
#include <QApplication>
#include <QKeySequence>
#include <QMenu>
#include <QTabBar>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kSides{Side::Left, Side::Right, Side::Above, Side::Below};
constexpr std::array kArrows{Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down};
constexpr auto kMoveKeys = Qt::CTRL | Qt::SHIFT;
constexpr auto kResizeKeys = Qt::ALT | Qt::SHIFT;
constexpr auto kMaximiseKey = Qt::Key_F12;
constexpr auto kCloseKey = Qt::CTRL | Qt::SHIFT | Qt::Key_W;

QString plain(const QString &text)
{
    return paint::oneLine(text).replace(u'&', u"&&"_s);
}

} // namespace

Docking::Docking(PanelArea *area, QWidget *desk) : QObject(desk), m_area(area), m_desk(desk)
{
    makeCommands();
    connect(area, &PanelArea::layoutWanted, this, &Docking::change);
    connect(area, &PanelArea::maximiseWanted, this,
            [this](const QString &panel) { maximise(maximised() == panel ? QString() : panel); });
    connect(area, &PanelArea::menuWanted, this, &Docking::fillMenu);
    connect(area, &PanelArea::frontWanted, this, [this](const QString &panel) {
        const Panel *before = m_area->panel(m_area->current());
        const bool byKeys = before && before->tabs() && before->tabs()->hasFocus();
        showPanel(panel);
        if (Panel *now = m_area->panel(panel); byKeys && now && now->tabs())
            now->tabs()->setFocus();
    });
}

bool Docking::isAutomatic() const
{
    return !m_history.current() || openedIn(*m_history.current());
}

LayoutNode Docking::layout() const
{
    const LayoutHistory::State &own = m_history.current();
    if (!own)
        return defaultLayout(m_isWide);
    return automaticLike(*own, m_isWide).value_or(*own);
}

void Docking::change(const LayoutHistory::State &next, const QString &together)
{
    const bool isNew = next ? *next != layout() : m_history.current().has_value();
    if (!isNew)
        return;
    m_history.change(next == defaultLayout(m_isWide) ? LayoutHistory::State() : next, together);
    m_area->maximise({});
    apply();
    Q_EMIT layoutChanged();
}

void Docking::apply()
{
    if (auto *numbers = static_cast<NumbersPanel *>(m_area->panel(kNumbersPanel)))
        numbers->setHidden(hiddenCards(layout()));
    m_area->arrange(layout(), isAutomatic());
    refreshActions();
}

void Docking::setLayout(const LayoutNode &layout)
{
    change(normalised(layout));
}

void Docking::lend(const LayoutHistory::State &layout)
{
    m_history.amend(layout ? LayoutHistory::State(normalised(*layout)) : std::nullopt);
    m_area->maximise({});
    apply();
}

void Docking::restore(const LayoutHistory::State &layout)
{
    m_history = LayoutHistory();
    if (layout)
        m_history.amend(normalised(*layout));
    m_area->maximise({});
    apply();
}

void Docking::resetLayout()
{
    change(std::nullopt);
}

void Docking::setWide(bool wide)
{
    if (wide == m_isWide)
        return;
    m_isWide = wide;
    if (isAutomatic())
        apply();
}

void Docking::undo()
{
    m_history.undo();
    m_area->maximise({});
    apply();
    Q_EMIT layoutChanged();
}

void Docking::redo()
{
    m_history.redo();
    m_area->maximise({});
    apply();
    Q_EMIT layoutChanged();
}

// Panels

QString Docking::titleOf(const QString &panel) const
{
    const Panel *known = m_area->panel(panel);
    return known ? known->title() : QString();
}

QList<Docking::PanelInfo> Docking::panels() const
{
    QList<PanelInfo> infos;
    for (const QString &panel : panelNames())
        if (m_area->panel(panel) && (isShown(panel) || !m_notOffered.contains(panel)))
            infos.append({panel, titleOf(panel), isShown(panel)});
    return infos;
}

void Docking::setOffered(const QString &panel, bool offered)
{
    if (offered == !m_notOffered.contains(panel))
        return;
    if (offered)
        m_notOffered.remove(panel);
    else
        m_notOffered.insert(panel);
    refreshActions();
}

bool Docking::isShown(const QString &panel) const
{
    return panelsOf(layout()).contains(panel);
}

bool Docking::isSeen(const QString &panel) const
{
    return m_area->isSeen(panel);
}

void Docking::showPanel(const QString &panel)
{
    if (!m_area->panel(panel))
        return;
    if (!isShown(panel)) {
        const auto closed = m_closed.constFind(panel);
        if (closed != m_closed.cend() && closed->after == m_history.current())
            change(closed->before); // nothing has changed since: exactly as it was
        else
            change(withPanel(layout(), panel));
    } else if (!isSeen(panel)) {
        if (const LayoutNode next = withFront(layout(), panel); next != layout()) {
            m_history.amend(next);
            m_area->maximise({});
            apply();
            Q_EMIT layoutChanged();
        }
        m_area->maximise({});
    }
    m_area->focus(panel, false);
}

void Docking::closePanel(const QString &panel)
{
    const LayoutHistory::State before = m_history.current();
    const QString was = current();
    const qsizetype index = panelsOf(layout()).indexOf(panel);
    const LayoutNode next = withoutOpened(layout(), panel, m_isWide).value_or(removed(layout(), panel));
    if (next == layout())
        return;
    change(next);
    m_closed.insert(panel, {before, m_history.current()});
    if (was != panel)
        return;
    const QStringList left = panelsOf(next); // the keyboard goes on beside it
    for (qsizetype i = std::min(index, left.size() - 1); i >= 0; --i)
        if (isSeen(left[i]))
            return m_area->focus(left[i], false);
}

void Docking::movePanel(const QString &panel, Side side)
{
    change(pushed(layout(), panel, side));
    m_area->focus(panel, true);
}

void Docking::stackPanel(const QString &panel, const QString &onto)
{
    change(moved(layout(), panel, onto, Side::Onto));
    m_area->focus(panel, false);
}

void Docking::resizePanel(const QString &panel, Qt::Orientation direction, bool more)
{
    change(grown(layout(), m_area->plan(), panel, direction, more),
           u"%1 %2"_s.arg(panel, QString::number(int(direction))));
    m_area->focus(panel, true);
}

void Docking::hideCards(const QStringList &cards)
{
    change(withHiddenCards(layout(), cards));
}

QString Docking::maximised() const
{
    return m_area->maximised();
}

void Docking::maximise(const QString &panel)
{
    if (!panel.isEmpty() && !isShown(panel))
        return;
    const QString before = maximised();
    m_area->maximise(panel);
    m_area->focus(panel.isEmpty() ? before : panel, false);
    refreshActions();
}

QString Docking::current() const
{
    if (const QString panel = m_area->current(); !panel.isEmpty())
        return panel;
    return m_area->plan().places.isEmpty() ? QString() : m_area->plan().places.first().panel;
}

void Docking::focusNext(bool backwards)
{
    const auto &places = m_area->plan().places;
    const QString now = m_area->current();
    qsizetype index = backwards ? 0 : -1;
    for (qsizetype i = 0; i < places.size(); ++i)
        if (places[i].panel == now)
            index = i;
    if (!places.isEmpty())
        m_area->focus(places[(index + (backwards ? places.size() - 1 : 1)) % places.size()].panel, true);
}

// Actions

QAction *Docking::addCommand(const QString &text, const QKeySequence &key)
{
    auto *action = new QAction(text, m_desk);
    action->setShortcut(key);
    m_desk->addAction(action);
    m_commands.append(action);
    return action;
}

void Docking::makeCommands()
{
    const auto add = [this](const QString &text, const QKeySequence &key, auto &&call) {
        QAction *action = addCommand(text, key);
        connect(action, &QAction::triggered, this, call);
        return action;
    };
    add(tr("Next panel"), QKeySequence(Qt::Key_F6), [this] { focusNext(false); });
    add(tr("Previous panel"), QKeySequence(Qt::SHIFT | Qt::Key_F6), [this] { focusNext(true); });
    const QString moves[]{tr("Move the panel left"), tr("Move the panel right"), tr("Move the panel up"),
                          tr("Move the panel down")};
    for (std::size_t i = 0; i < kSides.size(); ++i)
        add(moves[i], QKeySequence(kMoveKeys | kArrows[i]), [this, i] { movePanel(current(), kSides[i]); });
    const QString sizes[]{tr("Make the panel narrower"), tr("Make the panel wider"), tr("Make the panel shorter"),
                          tr("Make the panel taller")};
    for (std::size_t i = 0; i < kArrows.size(); ++i)
        add(sizes[i], QKeySequence(kResizeKeys | kArrows[i]),
            [this, i] { resizePanel(current(), i < 2 ? Qt::Horizontal : Qt::Vertical, i % 2 == 1); });
    add(tr("Maximise the panel, or show all again"), QKeySequence(kMaximiseKey),
        [this] { maximise(maximised().isEmpty() ? current() : QString()); });
    add(tr("Close the panel"), QKeySequence(kCloseKey), [this] { closePanel(current()); });
    m_undo = add(tr("Undo layout change"), QKeySequence(Qt::CTRL | Qt::Key_Z), [this] { undo(); });
    m_redo = add(tr("Redo layout change"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] { redo(); });
    m_reset = add(tr("Automatic layout"), {}, [this] { resetLayout(); });
    for (const QString &panel : panelNames()) {
        auto *action = new QAction(m_desk);
        action->setCheckable(true);
        action->setData(panel);
        connect(action, &QAction::triggered, this, [this, panel](bool on) {
            if (on)
                showPanel(panel);
            else
                closePanel(panel);
            refreshActions();
        });
        m_toggles.append(action);
    }
    refreshActions();
}

void Docking::refreshActions()
{
    m_undo->setEnabled(canUndo());
    m_redo->setEnabled(canRedo());
    m_reset->setEnabled(m_history.current().has_value());
    const QStringList shown = panelsOf(layout());
    for (QAction *toggle : std::as_const(m_toggles)) {
        const QString panel = toggle->data().toString();
        const bool isThere = shown.contains(panel);
        toggle->setText(plain(titleOf(panel)));
        toggle->setVisible(m_area->panel(panel) && (isThere || !m_notOffered.contains(panel)));
        toggle->setChecked(isThere);
        toggle->setEnabled(!isThere || shown.size() > 1);
    }
}

void Docking::retitle()
{
    m_area->refreshTabs();
    refreshActions();
}

void Docking::fillMenu(const QString &panel, QMenu *menu)
{
    // The keys belong to the actions of the desk; here they are only told.
    const auto add = [this](QMenu *to, const QString &text, const QKeySequence &key, bool enabled, auto &&call) {
        const QString keys = key.isEmpty() ? QString() : u'\t' + key.toString(QKeySequence::NativeText);
        QAction *action = to->addAction(text + keys);
        action->setEnabled(enabled);
        connect(action, &QAction::triggered, this, call);
    };
    const LayoutNode now = layout();
    const bool isAlone = !maximised().isEmpty();
    const QString moves[]{tr("Move &left"), tr("Move &right"), tr("Move &up"), tr("Move &down")};
    for (std::size_t i = 0; i < kSides.size(); ++i)
        add(menu, moves[i], QKeySequence(kMoveKeys | kArrows[i]), !isAlone && pushed(now, panel, kSides[i]) != now,
            [this, panel, i] { movePanel(panel, kSides[i]); });
    QMenu *onto = menu->addMenu(tr("Make it a &tab of"));
    for (const QString &other : panelsOf(now))
        if (const LayoutNode next = moved(now, panel, other, Side::Onto); next != now)
            add(onto, plain(titleOf(other)), {}, true, [this, panel, other] { stackPanel(panel, other); });
    onto->setEnabled(!isAlone && !onto->isEmpty());
    menu->addSeparator();
    add(menu, isAlone ? tr("Show &all again") : tr("Ma&ximise"), QKeySequence(kMaximiseKey), true,
        [this, panel, isAlone] { maximise(isAlone ? QString() : panel); });
    add(menu, tr("&Close"), QKeySequence(kCloseKey), panelsOf(now).size() > 1, [this, panel] { closePanel(panel); });
    menu->addSeparator();
    QMenu *closed = menu->addMenu(tr("&Add a panel"));
    for (const PanelInfo &info : panels())
        if (!info.isShown)
            add(closed, plain(info.title), {}, true, [this, id = info.id] { showPanel(id); });
    closed->setEnabled(!closed->isEmpty());
    add(menu, tr("U&ndo layout change"), m_undo->shortcut(), canUndo(), [this] { undo(); });
    add(menu, tr("Aut&omatic layout"), {}, m_history.current().has_value(), [this] { resetLayout(); });
}

} // namespace entvas
