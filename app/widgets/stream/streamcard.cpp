#include "app/widgets/stream/streamcard.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/stream/streamview.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// A title that is cut where there is no room for it.
class Title : public QLabel
{
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {kLeast, QLabel::minimumSizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setPen(palette().windowText().color());
        paint::elided(painter, rect(), text());
    }

private:
    static constexpr int kLeast = 80;
};
} // namespace

StreamCard::StreamCard(Board &board, const Theme &theme, QWidget *parent)
    : QFrame(parent),
      m_board(board),
      m_filter(new QLineEdit),
      m_title(new Title(tr("Live stream"))),
      m_window(new QToolButton),
      m_pause(new QToolButton),
      m_more(new QToolButton),
      m_live(new QToolButton),
      m_menu(new QMenu(m_more)),
      m_view(new StreamView(board, theme)),
      m_note(new QLabel),
      m_loadMore(new QPushButton(tr("Load more"))),
      m_past([this] { return int(m_view->rowsInSight()); })
{
    setObjectName(u"card"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16 - Panel::kInset, 9, 12, 6);
    column->setSpacing(8);
    column->addLayout(makeHead());
    column->addWidget(m_view, 1);
    column->addLayout(makeFoot());

    connect(m_filter, &QLineEdit::textChanged, this, &StreamCard::applyFilter);
    connect(&board, &Board::choiceChanged, this, &StreamCard::applyFilter);
    connect(m_window, &QToolButton::toggled, this, &StreamCard::setUsesWindowFilters);
    connect(m_live, &QToolButton::clicked, this, &StreamCard::showLive);
    connect(m_loadMore, &QPushButton::clicked, &m_past, &PastEvents::loadMore);
    connect(m_view, &StreamView::endReached, &m_past, &PastEvents::loadMore);
    connect(&m_past, &PastEvents::changed, this, &StreamCard::refresh);
    connect(m_pause, &QToolButton::clicked, this, &StreamCard::togglePause);
    connect(m_menu, &QMenu::aboutToShow, this, &StreamCard::fillMenu);
    connect(m_view, &StreamView::copyWanted, this, [this](quint64 number) {
        if (const wire::TailEvent *event = m_view->stream().find(number))
            QApplication::clipboard()->setText(QString::fromUtf8(eventAsJson(*event)).trimmed());
    });
    for (const auto signal : {&EventStream::reset, &EventStream::waited})
        connect(&board.stream(), signal, this, &StreamCard::refresh);
    connect(&board.stream(), &EventStream::changed, this, &StreamCard::refresh);
    refresh();
}

// Title, filter line and buttons, in one row.
QHBoxLayout *StreamCard::makeHead()
{
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Panel::kInset, 0, 0, 0);
    head->setSpacing(10);
    m_title->setObjectName(u"title"_s);
    m_title->setTextFormat(Qt::PlainText);
    head->addWidget(m_title);
    m_filter->setObjectName(u"search"_s);
    m_filter->setPlaceholderText(tr("type:view user:42 page=home \"free text\" -browser:chrome"));
    m_filter->setToolTip(tr("Filter raw events (/)\npage:home  contains home · page=home  exactly home\ntype: user: "
                            "id: and any metadata key · -term  excludes · anything else  searches everywhere"));
    m_filter->setAccessibleName(tr("Filter of the live stream"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaxLength(500);
    m_filter->setMinimumWidth(90);
    m_filter->installEventFilter(this);
    head->addWidget(m_filter, 1);
    m_window->setCheckable(true);
    m_window->setChecked(true);
    m_pause->setToolTip(tr("Pause the stream; new events are kept (P)"));
    m_live->setText(tr("Back to live"));
    for (QToolButton *button : {m_window, m_pause, m_live}) {
        button->setObjectName(u"quiet"_s);
        button->setCursor(Qt::PointingHandCursor);
        head->addWidget(button);
    }
    m_live->hide();
    m_more->setObjectName(u"menu"_s);
    m_more->setText(u"•••"_s);
    m_more->setToolTip(tr("Order and highlights"));
    m_more->setAccessibleName(tr("Menu of the live stream"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setCursor(Qt::PointingHandCursor);
    m_more->setMenu(m_menu);
    head->addWidget(m_more);
    return head;
}

// How much there is, and the button for more.
QHBoxLayout *StreamCard::makeFoot()
{
    m_note->setObjectName(u"hint"_s);
    m_note->setTextFormat(Qt::PlainText);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(Panel::kInset, 0, 0, 0);
    foot->setSpacing(10);
    foot->addWidget(m_note, 1);
    m_loadMore->setObjectName(u"quiet"_s);
    m_loadMore->setCursor(Qt::PointingHandCursor);
    m_loadMore->hide();
    foot->addWidget(m_loadMore);
    return foot;
}

QString StreamCard::note() const
{
    return m_note->text();
}

void StreamCard::setTabbed(bool tabbed)
{
    if (tabbed == m_isTabbed)
        return;
    m_isTabbed = tabbed;
    refresh();
}

void StreamCard::setQuiet(bool quiet)
{
    m_isQuiet = quiet;
    refresh();
}

void StreamCard::setPages(EventPages *pages)
{
    m_past.setPages(pages);
    showLive();
}

void StreamCard::showPast(const TimeSpan &span)
{
    if (!m_past.show(span))
        return;
    // As the bar was cut and called.
    const bool isUtc = m_board.frame().isCutInUtc;
    m_pastName = format::momentName(span, isUtc ? QTimeZone::utc() : m_board.zone());
    if (isUtc)
        m_pastName += u" UTC"_s;
    m_view->showPast(&m_past.events());
    refresh();
}

void StreamCard::showLive()
{
    m_past.leave();
    m_view->showLive();
    refresh();
}

void StreamCard::applyFilter()
{
    const StreamFilter filter(m_filter->text(), windowFilters());
    m_board.stream().setFilter(filter);
    m_past.setFilter(filter);
    refresh();
}

QMap<QString, ValueFilter> StreamCard::windowFilters() const
{
    return m_usesWindow ? m_board.choice().filter : QMap<QString, ValueFilter>();
}

void StreamCard::setUsesWindowFilters(bool uses)
{
    if (uses == m_usesWindow)
        return;
    m_usesWindow = uses;
    applyFilter();
    Q_EMIT arranged();
}

void StreamCard::togglePause()
{
    if (isLive())
        m_board.stream().setPaused(!m_board.stream().isPaused());
}

void StreamCard::refresh()
{
    m_filter->setVisible(!m_isQuiet);
    m_more->setVisible(!m_isQuiet);
    m_live->setVisible(!isLive() && !m_isQuiet);
    m_pause->setVisible(isLive() && !m_isQuiet);
    m_title->setVisible(!isLive() || !m_isTabbed);
    m_window->setVisible(!m_board.choice().filter.isEmpty() && !m_isQuiet);
    m_window->setChecked(m_usesWindow);
    m_window->setText(m_usesWindow ? tr("✓ Window filters") : tr("Window filters"));
    m_window->setToolTip(tr("Apply the window's filters to these events and to event exports"));
    m_loadMore->setVisible(m_past.canLoadMore() && !m_past.isBusy() && !m_isQuiet);
    if (isLive())
        refreshLive();
    else
        refreshPast();
}

void StreamCard::refreshPast()
{
    m_title->setText(tr("Events of %1").arg(m_pastName));
    m_title->setToolTip(m_title->text());
    const EventStream &events = m_past.events();
    QStringList parts;
    if (!events.filter().isChoiceOnly())
        parts << tr("%1 of %2 loaded").arg(format::count(events.rowCount()), format::count(events.kept()));
    else if (m_past.hasAsked())
        parts << (events.kept() == 1 ? tr("1 match") : tr("%1 matches").arg(format::count(events.kept())));
    else
        parts << (events.kept() == 1 ? tr("1 event") : tr("%1 events").arg(format::count(events.kept())));
    if (!m_past.failure().isEmpty())
        parts << m_past.failure();
    else if (m_past.isLoading())
        parts << tr("loading…");
    else if (m_past.canLoadMore())
        parts << tr("scroll for more");
    else if (m_past.hasMore())
        parts << tr("Showing the newest %1. Narrow the time range").arg(format::count(events.kept()));
    else if (events.kept() > 0)
        parts << tr("End of list");
    else if (!m_past.hasAsked())
        parts << tr("No events stored for this time");
    else
        parts << tr("No stored events match");
    m_note->setText(parts.join(u" · "_s));
}

void StreamCard::refreshLive()
{
    m_title->setText(tr("Live stream"));
    m_title->setToolTip({});
    const EventStream &stream = m_board.stream();
    if (!stream.isPaused())
        m_pause->setText(tr("❚❚ Pause"));
    else
        m_pause->setText(stream.waiting() > 0 ? tr("▶ Resume · %1 new").arg(format::count(stream.waiting()))
                                              : tr("▶ Resume"));
    QStringList parts;
    if (!stream.filter().isEmpty())
        parts << tr("%1 of %2").arg(format::count(stream.rowCount()), format::count(stream.kept()));
    else
        parts << (stream.kept() == 1 ? tr("1 event") : tr("%1 events").arg(format::count(stream.kept())));
    parts << tr("latest %1 kept").arg(format::count(EventStream::kMostEvents));
    if (stream.skipped() > 0)
        parts << tr("%1 left out").arg(format::count(stream.skipped()));
    m_note->setText(parts.join(u" · "_s));
}

void StreamCard::addToFilter(const QString &term)
{
    const QString line = m_filter->text().trimmed();
    if (!line.contains(term))
        m_filter->setText(line.isEmpty() ? term : line + u' ' + term);
}

QStringList StreamCard::highlights() const
{
    QStringList lines;
    for (const StreamFilter &rule : m_view->highlights())
        lines << rule.line();
    return lines;
}

void StreamCard::setHighlights(const QStringList &lines)
{
    QList<StreamFilter> rules;
    for (const QString &line : lines)
        if (const StreamFilter rule(line); !rule.isEmpty() && !rules.contains(rule))
            rules << rule;
    m_view->setHighlights(rules);
}

void StreamCard::fillMenu()
{
    m_menu->clear();
    for (const bool newestFirst : {true, false}) {
        QAction *action = m_menu->addAction(newestFirst ? tr("&Newest first") : tr("Newest &last"));
        action->setCheckable(true);
        action->setChecked(m_view->isNewestFirst() == newestFirst);
        connect(action, &QAction::triggered, this, [this, newestFirst] {
            m_view->setNewestFirst(newestFirst);
            Q_EMIT arranged();
        });
    }
    m_menu->addSeparator();
    const StreamFilter &current = m_board.stream().filter();
    const QStringList lines = highlights();
    QAction *add = m_menu->addAction(tr("&Highlight matches"));
    add->setEnabled(!current.line().isEmpty() && !lines.contains(current.line()) &&
                    lines.size() < StreamView::kMostHighlights);
    connect(add, &QAction::triggered, this, [this, lines, line = current.line()] {
        setHighlights(lines + QStringList{line});
        m_filter->clear(); // to see it among the others
        Q_EMIT arranged();
    });
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QPixmap square(12, 12);
        QColor color = m_view->highlightColor(i);
        color.setAlphaF(0.8f);
        square.fill(color);
        const QString shown = paint::oneLine(lines[i].left(40)).replace(u'&', u"&&"_s);
        QAction *remove = m_menu->addAction(QIcon(square), tr("No longer highlight %1").arg(shown));
        connect(remove, &QAction::triggered, this, [this, lines, i] {
            QStringList others = lines;
            others.removeAt(i);
            setHighlights(others);
            Q_EMIT arranged();
        });
    }
    m_menu->addSeparator();
    connect(m_menu->addAction(tr("&Clear the stream")), &QAction::triggered, this,
            [this] { m_board.stream().clear(); });
}

// Esc in the filter line takes the filter away, then the line itself goes back.
bool StreamCard::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_filter && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        if (m_filter->text().isEmpty())
            m_view->setFocus();
        else
            m_filter->clear();
        return true;
    }
    return QFrame::eventFilter(object, event);
}

} // namespace entvas
