#include "app/widgets/lists/numberspanel.h"

#include "app/widgets/lists/statcard.h"

#include <algorithm>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr int kGap = PanelPlan::kGap;
constexpr int kCardHeight = 96;
constexpr int kLeastCardWidth = 150;
constexpr int kGoodCardWidth = 190; // its words fit, in the longer languages too: narrower, a second line begins
} // namespace

NumbersPanel::NumbersPanel(const Theme &theme, QWidget *parent) : Panel(kNumbersPanel, theme, parent)
{
    setObjectName(u"numbers"_s); // no card: it holds some
    setHeadHeight(QWIDGETSIZE_MAX);
    setTitle(tr("Key figures"));
    connect(this, &Panel::menuWanted, this, [this](QMenu *menu) { fillMenu(menu, m_menuFor); });
}

void NumbersPanel::add(const QString &name, StatCard *card)
{
    card->setParent(this);
    card->setFocusPolicy(Qt::TabFocus);
    m_cards.insert(name, card);
}

QStringList NumbersPanel::shown() const
{
    QStringList names;
    for (const QString &name : cardNames())
        if (m_cards.contains(name) && !m_hidden.contains(name))
            names.append(name);
    return names;
}

void NumbersPanel::setHidden(const QStringList &cards)
{
    m_hidden = cards;
    place();
}

int NumbersPanel::linesAt(int width) const
{
    const int count = std::max(1, int(shown().size()));
    const int fit = std::clamp((width + kGap) / (kGoodCardWidth + kGap), 1, count);
    return (count + fit - 1) / fit;
}

PanelNeeds NumbersPanel::needs(int width) const
{
    const int height = linesAt(width) * (kCardHeight + kGap) - kGap;
    return {{kLeastCardWidth, height}, height, true};
}

void NumbersPanel::place()
{
    const QStringList names = shown();
    for (auto card = m_cards.cbegin(); card != m_cards.cend(); ++card)
        (*card)->setVisible(names.contains(card.key()));
    const int lines = linesAt(width());
    const int count = int(names.size());
    int first = 0;
    for (int line = 0; line < lines; ++line) {
        // Full lines first; in each one the cards share the whole width.
        const int inLine = (count - first + lines - line - 1) / (lines - line);
        for (int i = 0; i < inLine; ++i) {
            const int left = (width() + kGap) * i / inLine;
            const int right = (width() + kGap) * (i + 1) / inLine - kGap;
            m_cards[names[first + i]]->setGeometry(left, line * (kCardHeight + kGap), std::max(right - left, 0),
                                                   kCardHeight);
        }
        first += inLine;
    }
    for (int i = 1; i < count; ++i)
        setTabOrder(m_cards[names[i - 1]], m_cards[names[i]]);
}

void NumbersPanel::resizeEvent(QResizeEvent *event)
{
    Panel::resizeEvent(event);
    place();
}

void NumbersPanel::takeFocus(Qt::FocusReason reason)
{
    if (!shown().isEmpty())
        m_cards[shown().first()]->setFocus(reason);
}

QString NumbersPanel::cardAt(const QPoint &point) const
{
    for (const QString &name : shown())
        if (m_cards[name]->geometry().contains(point))
            return name;
    return {};
}

QString NumbersPanel::cardWithFocus() const
{
    for (const QString &name : shown())
        if (m_cards[name]->hasFocus())
            return name;
    return {};
}

void NumbersPanel::mouseReleaseEvent(QMouseEvent *event)
{
    const bool wasClick = isPressed() && event->button() == Qt::LeftButton;
    Panel::mouseReleaseEvent(event);
    const QString card = cardAt(event->pos());
    if (wasClick && m_cards.contains(card) && m_cards[card]->isClickable())
        Q_EMIT cardClicked(card);
}

void NumbersPanel::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byMouse = event->reason() == QContextMenuEvent::Mouse;
    m_menuFor = byMouse ? cardAt(event->pos()) : cardWithFocus();
    openMenu(byMouse || !m_cards.contains(m_menuFor) ? event->globalPos()
                                                     : m_cards[m_menuFor]->mapToGlobal(QPoint(24, 48)));
}

void NumbersPanel::keyPressEvent(QKeyEvent *event)
{
    const QStringList names = shown();
    const QString card = cardWithFocus();
    const qsizetype index = names.indexOf(card);
    if (index >= 0 && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        const qsizetype next = index + (event->key() == Qt::Key_Left ? -1 : 1);
        if (next >= 0 && next < names.size())
            m_cards[names[next]]->setFocus(Qt::TabFocusReason);
        return;
    }
    const bool clicks =
        event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (clicks && index >= 0 && m_cards[card]->isClickable()) {
        Q_EMIT cardClicked(card);
        return;
    }
    Panel::keyPressEvent(event);
}

// Before the entries that every panel has.
void NumbersPanel::fillMenu(QMenu *menu, const QString &card)
{
    const auto plain = [](QString text) { return text.replace(u'&', u"&&"_s); };
    const auto add = [&](const QString &text, const QStringList &hidden) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, hidden] { Q_EMIT hiddenWanted(hidden); });
    };
    if (m_cards.contains(card) && shown().size() > 1)
        add(tr("&Hide “%1”").arg(plain(m_cards[card]->label())), m_hidden + QStringList{card});
    for (const QString &name : cardNames())
        if (m_cards.contains(name) && m_hidden.contains(name)) {
            QStringList others = m_hidden;
            others.removeOne(name);
            add(tr("&Show “%1”").arg(plain(m_cards[name]->label())), others);
        }
    menu->addSeparator();
}

} // namespace entvas
