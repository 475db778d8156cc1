#include "app/widgets/window/commandpalette.h"

#include "app/board/text/fuzzymatch.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <algorithm>
#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidth = 620;
constexpr int kRowHeight = 34;
constexpr int kMostRows = 11;
constexpr int kGroupCosts = 12; // an answer of the group's name, in the score
enum Role { GroupRole = Qt::UserRole + 1, KeysRole, OnRole, PlacesRole };

// A command in one row: what it does with the letters that answer, its group, its keys.
class CommandDelegate : public QStyledItemDelegate
{
public:
    CommandDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {kWidth, kRowHeight}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        if (isChosen) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.wash);
            painter->drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), 6, 6);
        }
        QRect room = option.rect.adjusted(12, 0, -12, 0);
        const QString keys = index.data(KeysRole).toString();
        if (!keys.isEmpty())
            room.setRight(drawKeys(*painter, room, keys) - 12);
        painter->setFont(m_theme.font(12));
        painter->setPen(t.second);
        const QString group = index.data(GroupRole).toString();
        const int groupWidth = painter->fontMetrics().horizontalAdvance(group);
        painter->drawText(room, Qt::AlignVCenter | Qt::AlignRight, group);
        room.setRight(room.right() - groupWidth - 16);
        if (index.data(OnRole).toBool()) {
            painter->setFont(m_theme.font(13, QFont::DemiBold));
            painter->setPen(t.accent);
            painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft, u"✓"_s);
            room.setLeft(room.left() + 20);
        }
        drawText(*painter, room, index);
        painter->restore();
    }

private:
    // The left edge of what it drew at the right.
    int drawKeys(QPainter &painter, const QRect &room, const QString &keys) const
    {
        const Tokens &t = m_theme.tokens();
        painter.setFont(m_theme.font(11, QFont::Medium));
        const int width = std::max(painter.fontMetrics().horizontalAdvance(keys) + 12, 22);
        const QRect cap(room.right() - width + 1, room.center().y() - 9, width, 20);
        painter.setPen(QPen(t.line, 1));
        painter.setBrush(t.background);
        painter.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setPen(t.second);
        painter.drawText(cap, Qt::AlignCenter, keys);
        return cap.left();
    }

    void drawText(QPainter &painter, const QRect &room, const QModelIndex &index) const
    {
        const QFont plain = m_theme.font(13);
        const QFont strong = m_theme.font(13, QFont::DemiBold);
        const QString text = index.data(Qt::DisplayRole).toString();
        const QString shown = QFontMetrics(strong).elidedText(text, Qt::ElideRight, room.width());
        const QVariantList places = index.data(PlacesRole).toList();
        painter.setPen(m_theme.tokens().text);
        int x = room.left();
        qsizetype place = 0;
        for (qsizetype i = 0; i < shown.size();) {
            const bool isAnswer = place < places.size() && places[place].toLongLong() == i;
            qsizetype end = i;
            while (end < shown.size() && (place < places.size() && places[place].toLongLong() == end) == isAnswer) {
                place += isAnswer ? 1 : 0;
                ++end;
            }
            painter.setFont(isAnswer ? strong : plain);
            painter.setPen(isAnswer ? m_theme.tokens().accent : m_theme.tokens().text);
            const QString part = shown.mid(i, end - i);
            painter.drawText(QRect(x, room.top(), room.right() - x + 1, room.height()),
                             Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, part);
            x += painter.fontMetrics().horizontalAdvance(part);
            i = end;
        }
    }

    const Theme &m_theme;
};

} // namespace

CommandPalette::CommandPalette(const Theme &theme, QWidget *window)
    : QFrame(window),
      m_theme(theme),
      m_line(new QLineEdit),
      m_list(new QListView),
      m_model(new QStandardItemModel(this)),
      m_none(new QLabel(tr("No matches")))
{
    setObjectName(u"palette"_s);
    setAccessibleName(tr("Commands"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    m_line->setPlaceholderText(tr("Type a command or a name"));
    m_line->setAccessibleName(tr("Search commands"));
    m_line->setMaxLength(200);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(theme, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus); // keys go to the line all the time
    m_list->setAccessibleName(tr("Commands"));
    m_list->setCursor(Qt::PointingHandCursor);
    m_none->setObjectName(u"hint"_s);
    m_none->setContentsMargins(12, 8, 12, 8);
    column->addWidget(m_line);
    column->addWidget(m_none);
    column->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::refresh);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { run(index.row()); });
    m_line->installEventFilter(this);
    window->installEventFilter(this);
    hide();
}

void CommandPalette::open(const QList<Item> &items)
{
    m_items = items;
    if (!isVisible())
        m_focusBefore = window()->focusWidget();
    m_line->clear();
    refresh();
    show();
    raise();
    m_line->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::leave()
{
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus();
}

QStringList CommandPalette::shown() const
{
    QStringList texts;
    for (const qsizetype i : m_order)
        texts << m_items[i].text;
    return texts;
}

// How well a command answers to what was typed; nothing where it does not.
std::optional<CommandPalette::Answer> CommandPalette::answerOf(qsizetype item, const QString &wanted) const
{
    const Item &asked = m_items[item];
    const auto used = m_recent.indexOf(asked.id);
    const int recent = asked.id.isEmpty() || used < 0 ? 0 : int(kMostRecent - used);
    if (wanted.trimmed().isEmpty())
        return Answer{recent, item, {}};
    // The group's name answers to a first word: "zone paris" finds Europe/Paris among the time zones.
    std::optional<FuzzyMatch> match = fuzzyMatch(asked.text, wanted);
    bool isOwn = match.has_value();
    if (wanted.trimmed().contains(u' ')) {
        auto whole = fuzzyMatch(asked.group + u' ' + asked.text, wanted);
        if (whole && (!match || whole->score - kGroupCosts > match->score)) {
            whole->score -= kGroupCosts;
            match = std::move(whole);
            isOwn = false;
        }
    }
    if (!match)
        return std::nullopt;
    Answer answer{match->score + recent, item, {}};
    const qsizetype before = isOwn ? 0 : asked.group.size() + 1;
    for (const qsizetype place : std::as_const(match->places))
        if (place >= before)
            answer.places.append(place - before);
    return answer;
}

void CommandPalette::refresh()
{
    QList<Answer> answers;
    for (qsizetype i = 0; i < m_items.size(); ++i)
        if (auto answer = answerOf(i, m_line->text()))
            answers.append(*std::move(answer));
    std::stable_sort(answers.begin(), answers.end(),
                     [](const Answer &a, const Answer &b) { return a.score > b.score; });
    answers.resize(std::min(answers.size(), kMostShown));

    m_order.clear();
    m_model->clear();
    for (const Answer &answer : std::as_const(answers)) {
        const Item &item = m_items[answer.item];
        m_order.append(answer.item);
        auto *row = new QStandardItem(paint::oneLine(item.text));
        row->setData(item.group, GroupRole);
        row->setData(item.keys, KeysRole);
        row->setData(item.isOn, OnRole);
        QVariantList places;
        for (const qsizetype place : answer.places)
            places << place;
        row->setData(places, PlacesRole);
        row->setData(u"%1, %2%3"_s.arg(item.text, item.group, item.keys.isEmpty() ? QString() : u", "_s + item.keys),
                     Qt::AccessibleTextRole);
        m_model->appendRow(row);
    }
    m_none->setVisible(m_order.isEmpty());
    m_list->setVisible(!m_order.isEmpty());
    if (!m_order.isEmpty())
        m_list->setCurrentIndex(m_model->index(0, 0));
    place();
}

void CommandPalette::place()
{
    const QWidget *around = parentWidget();
    const int width = std::min(kWidth, around->width() - 40);
    const int rows = int(std::min<qsizetype>(m_order.size(), kMostRows));
    m_list->setFixedHeight(std::min(rows * kRowHeight + 4, std::max(around->height() - 200, kRowHeight)));
    setFixedWidth(width);
    layout()->activate();
    resize(width, sizeHint().height());
    move((around->width() - width) / 2, std::min(72, around->height() / 10));
}

void CommandPalette::run(int row)
{
    if (row < 0 || row >= m_order.size())
        return;
    const Item item = m_items[m_order[row]]; // running it may open the palette again
    leave();
    if (!item.id.isEmpty()) {
        m_recent.removeAll(item.id);
        m_recent.prepend(item.id);
        m_recent.resize(std::min(m_recent.size(), kMostRecent));
    }
    if (item.run)
        item.run();
}

void CommandPalette::moveBy(int rows)
{
    const int count = int(m_order.size());
    if (count == 0)
        return;
    const int now = m_list->currentIndex().row();
    const int next = qAbs(rows) == 1 ? (now + rows + count) % count : std::clamp(now + rows, 0, count - 1);
    m_list->setCurrentIndex(m_model->index(next, 0));
}

bool CommandPalette::eventFilter(QObject *object, QEvent *event)
{
    if (object == parentWidget()) {
        if (event->type() == QEvent::Resize && isVisible())
            place();
        return QFrame::eventFilter(object, event);
    }
    if (event->type() == QEvent::FocusOut && isVisible() &&
        static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason)
        hide();
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down: moveBy(1); return true;
    case Qt::Key_Up: moveBy(-1); return true;
    case Qt::Key_PageDown: moveBy(kMostRows - 1); return true;
    case Qt::Key_PageUp: moveBy(1 - kMostRows); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: run(m_list->currentIndex().row()); return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return true; // there is nowhere else to go
    case Qt::Key_Escape: leave(); return true;
    default: return QFrame::eventFilter(object, event);
    }
}

} // namespace entvas
