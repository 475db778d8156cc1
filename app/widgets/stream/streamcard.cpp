#include "app/widgets/stream/streamcard.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/feed/eventpages.h"
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
constexpr int kTypingMs = 250;
constexpr int kPagesUnasked = 10;
constexpr qint64 kDayMs = 86'400'000; // the clocks may differ by so much

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
      m_loadMore(new QPushButton(tr("Load more")))
{
    setObjectName(u"card"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16 - Panel::kInset, 9, 12, 6);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Panel::kInset, 0, 0, 0);
    head->setSpacing(10);
    m_title->setObjectName(u"title"_s);
    m_title->setTextFormat(Qt::PlainText);
    head->addWidget(m_title);
    m_filter->setObjectName(u"search"_s);
    m_filter->setPlaceholderText(tr("type:view user:42 page=home \"free text\" -browser:chrome"));
    m_filter->setToolTip(tr("Show only some of the raw events (/)\n"
                            "page:home  the value contains home · page=home  it is exactly that\n"
                            "type: user: id: and any metadata key · -term  not that · anything else  anywhere"));
    m_filter->setAccessibleName(tr("Filter of the live stream"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaxLength(500);
    m_filter->setMinimumWidth(90);
    m_filter->installEventFilter(this);
    head->addWidget(m_filter, 1);
    m_window->setObjectName(u"quiet"_s);
    m_window->setCheckable(true);
    m_window->setChecked(true);
    m_window->setCursor(Qt::PointingHandCursor);
    head->addWidget(m_window);
    m_pause->setObjectName(u"quiet"_s);
    m_pause->setToolTip(tr("Hold the stream; what comes meanwhile is kept (P)"));
    m_pause->setCursor(Qt::PointingHandCursor);
    head->addWidget(m_pause);
    m_live->setObjectName(u"quiet"_s);
    m_live->setText(tr("Back to live"));
    m_live->setCursor(Qt::PointingHandCursor);
    m_live->hide();
    head->addWidget(m_live);
    m_more->setObjectName(u"menu"_s);
    m_more->setText(u"•••"_s);
    m_more->setToolTip(tr("Order and highlights"));
    m_more->setAccessibleName(tr("Menu of the live stream"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setCursor(Qt::PointingHandCursor);
    m_more->setMenu(m_menu);
    head->addWidget(m_more);
    column->addLayout(head);
    column->addWidget(m_view, 1);
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
    column->addLayout(foot);

    EventStream &stream = board.stream();
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &StreamCard::askPast);
    connect(m_filter, &QLineEdit::textChanged, this, &StreamCard::applyFilter);
    connect(&board, &Board::choiceChanged, this, &StreamCard::applyFilter);
    connect(m_window, &QToolButton::toggled, this, &StreamCard::setUsesWindowFilters);
    connect(m_live, &QToolButton::clicked, this, &StreamCard::showLive);
    connect(m_loadMore, &QPushButton::clicked, this, &StreamCard::loadMore);
    connect(m_view, &StreamView::endReached, this, &StreamCard::loadMore);
    connect(m_pause, &QToolButton::clicked, this, &StreamCard::togglePause);
    connect(&board, &Board::stateChanged, this, &StreamCard::askForStart);
    connect(m_menu, &QMenu::aboutToShow, this, &StreamCard::fillMenu);
    connect(m_view, &StreamView::copyWanted, this, [this](quint64 number) {
        if (const wire::TailEvent *event = m_view->stream().find(number))
            QApplication::clipboard()->setText(QString::fromUtf8(eventAsJson(*event)).trimmed());
    });
    for (const auto signal : {&EventStream::reset, &EventStream::waited})
        connect(&stream, signal, this, &StreamCard::refresh);
    connect(&stream, &EventStream::changed, this, &StreamCard::refresh);
    refresh();
}

StreamCard::~StreamCard() = default;

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
    if (m_pages)
        disconnect(m_pages, nullptr, this, nullptr);
    m_pages = pages;
    if (pages) {
        connect(pages, &EventPages::arrived, this, &StreamCard::onPage);
        connect(pages, &EventPages::failed, this, [this](const QString &reason) {
            m_failure = reason;
            refresh();
        });
    }
    showLive(); // what was looked at is another server's
}

void StreamCard::showPast(const TimeSpan &span)
{
    if (!m_pages)
        return;
    m_pastSpan = span;
    // As the bar was cut and called.
    const bool isUtc = m_board.frame().isCutInUtc;
    m_pastName = format::momentName(span, isUtc ? QTimeZone::utc() : m_board.zone());
    if (isUtc)
        m_pastName += u" UTC"_s;
    askPast();
    m_view->showPast(&m_past);
}

// From the start: what is chosen now, as far as the server can choose.
void StreamCard::askPast()
{
    if (!m_pages || !m_pastSpan)
        return;
    m_typing.stop();
    m_failure.clear();
    m_past.clear();
    m_pagesLeft = kPagesUnasked;
    m_asked = m_past.filter().choice();
    m_pages->ask(*m_pastSpan, m_asked);
    refresh();
}

void StreamCard::showLive()
{
    m_pastSpan.reset();
    m_typing.stop();
    if (m_pages)
        m_pages->stop();
    m_past.clear();
    m_failure.clear();
    m_view->showLive();
    refresh();
}

void StreamCard::applyFilter()
{
    const StreamFilter filter(m_filter->text(), windowFilters());
    m_board.stream().setFilter(filter);
    if (filter == m_past.filter())
        return refresh();
    m_past.setFilter(filter);
    if (m_pastSpan && filter.choice() != m_asked)
        m_typing.start();
    else if (m_pastSpan && m_past.rowCount() < m_view->rowsInSight())
        loadMore();
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
    if (!m_pastSpan)
        m_board.stream().setPaused(!m_board.stream().isPaused());
}

bool StreamCard::canLoadMore() const
{
    return m_pages && m_pastSpan && m_pages->hasMore() && !m_past.isNearlyFull();
}

void StreamCard::loadMore()
{
    m_pagesLeft = kPagesUnasked;
    if (canLoadMore() && !m_typing.isActive())
        m_pages->askMore();
    refresh();
}

void StreamCard::onPage(const QList<wire::TailEvent> &events)
{
    if (!m_pastSpan)
        return;
    m_failure.clear();
    m_past.add({{}, events, 0});
    // A filter may leave too little to scroll to the next page.
    if (m_past.rowCount() < m_view->rowsInSight() && canLoadMore() && --m_pagesLeft > 0)
        m_pages->askMore();
    refresh();
}

void StreamCard::startFrom(const std::optional<EventPagesOptions> &server)
{
    m_start.reset();
    if (!server)
        return;
    m_start = std::make_unique<EventPages>(*server);
    m_isStartAsked = false;
    connect(m_start.get(), &EventPages::arrived, this, [this](const QList<wire::TailEvent> &events) {
        m_board.stream().addEarlier(events);
        m_start.release()->deleteLater(); // it is telling us
    });
    askForStart();
}

// Not before the live ones come, so that none falls between; one that fails is asked for again with the next
// connection.
void StreamCard::askForStart()
{
    const bool isLive = m_board.state().kind == FeedState::Kind::Live;
    if (m_start && isLive && !m_isStartAsked)
        m_start->ask({0, m_board.serverNowMs() + kDayMs});
    m_isStartAsked = isLive;
}

void StreamCard::setToken(const QString &token)
{
    if (m_start)
        m_start->setToken(token);
}

void StreamCard::refresh()
{
    m_filter->setVisible(!m_isQuiet);
    m_more->setVisible(!m_isQuiet);
    m_live->setVisible(m_pastSpan && !m_isQuiet);
    m_pause->setVisible(!m_pastSpan && !m_isQuiet);
    m_title->setVisible(m_pastSpan || !m_isTabbed);
    m_window->setVisible(!m_board.choice().filter.isEmpty() && !m_isQuiet);
    m_window->setChecked(m_usesWindow);
    m_window->setText(m_usesWindow ? tr("✓ Window filters") : tr("Window filters"));
    m_window->setToolTip(tr("Apply the filters of the window to these events and to exports of events"));
    m_loadMore->setVisible(canLoadMore() && !m_pages->isBusy() && !m_isQuiet);
    if (m_pastSpan)
        refreshPast();
    else
        refreshLive();
}

void StreamCard::refreshPast()
{
    m_title->setText(tr("Events of %1").arg(m_pastName));
    m_title->setToolTip(m_title->text());
    QStringList parts;
    if (!m_past.filter().isChoiceOnly())
        parts << tr("%1 of %2 loaded").arg(format::count(m_past.rowCount()), format::count(m_past.kept()));
    else if (!m_asked.isEmpty())
        parts << (m_past.kept() == 1 ? tr("1 match") : tr("%1 matches").arg(format::count(m_past.kept())));
    else
        parts << (m_past.kept() == 1 ? tr("1 event") : tr("%1 events").arg(format::count(m_past.kept())));
    if (!m_failure.isEmpty())
        parts << m_failure;
    else if (m_typing.isActive() || (m_pages && m_pages->isBusy()))
        parts << tr("loading…");
    else if (canLoadMore())
        parts << tr("more when you scroll on");
    else if (m_pages && m_pages->hasMore())
        parts << tr("Showing the newest %1. Narrow the time range").arg(format::count(m_past.kept()));
    else if (m_past.kept() > 0)
        parts << tr("End of list");
    else if (m_asked.isEmpty())
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
    parts << tr("the latest %1 are kept").arg(format::count(EventStream::kMostEvents));
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
    QAction *add = m_menu->addAction(tr("&Highlight what the filter finds"));
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
