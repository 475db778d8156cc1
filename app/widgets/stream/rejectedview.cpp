#include "app/widgets/stream/rejectedview.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/feed/rejectedpages.h"
#include "app/theme/theme.h"
#include "app/widgets/base/plainlabel.h"
#include "app/widgets/base/wholelines.h"
#include "app/widgets/stream/rejectedpane.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLeastWidth = 280;
constexpr int kNarrowTo = 480;
constexpr int kVeryNarrowTo = 360;
constexpr int kListPart = 4, kWhole = 7; // of the width, beside the detail
constexpr int kWideFrom = 720;           // px; narrower, the detail goes below the list
constexpr int kLowTo = 330;              // px; lower, there is no room below
constexpr int kTooLow = 170;             // px; lower, not even for what to fix
constexpr int kBesideFrom = 560;         // px; narrower, there is none beside either: the list says why by itself

} // namespace

RejectedView::RejectedView(Board &board, const Theme &theme, QWidget *parent)
    : QFrame(parent),
      m_board(board),
      m_note(plainLabel(u"hint"_s)),
      m_headline(plainLabel(u"headline"_s)),
      m_explanation(plainLabel(u"hint"_s)),
      m_stack(new QStackedWidget),
      m_split(new QSplitter),
      m_list(new QTreeView),
      m_pane(new RejectedPane(theme)),
      m_try(new QWidget),
      m_curl(new QLineEdit),
      m_copy(new QPushButton(tr("Copy"))),
      m_retry(new QPushButton(tr("Try again")))
{
    setObjectName(u"card"_s);
    setAccessibleName(tr("Rejected events"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 11, 14, 10);
    column->setSpacing(8);
    column->addLayout(makeHead());
    setUpList();
    m_split->setObjectName(u"quiet"_s);
    m_split->setChildrenCollapsible(false);
    m_split->setMinimumWidth(kLeastWidth); // beside each other its parts need more, and then they don't stay so
    m_split->addWidget(new WholeRows(m_list));
    m_split->addWidget(m_pane);
    m_split->setStretchFactor(0, kListPart);
    m_split->setStretchFactor(1, kWhole - kListPart);
    m_stack->addWidget(m_split);
    m_stack->addWidget(makeMessage());
    column->addWidget(m_stack, 1);
    setFocusProxy(m_list);

    m_next.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    connect(&m_next, &QTimer::timeout, this, &RejectedView::ask);
    connect(&m_slow, &QTimer::timeout, this, &RejectedView::schedule);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &RejectedView::onCurrent);
    connect(&board, &Board::framed, this, [this](const BoardFrame &frame) {
        m_model.setZone(frame.zone);
        if (frame.rejected != m_counted)
            schedule();
    });
    connect(&board, &Board::stateChanged, this, &RejectedView::followProject);
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_curl->text()); });
    connect(m_retry, &QPushButton::clicked, this, &RejectedView::refresh);
    draw();
}

// The title, and at its right how many there are.
QHBoxLayout *RejectedView::makeHead()
{
    auto *head = new QHBoxLayout;
    auto *title = plainLabel(u"title"_s);
    title->setText(tr("Rejected events"));
    title->setWordWrap(false);
    head->addWidget(title);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(m_note, 1);
    return head;
}

void RejectedView::setUpList()
{
    m_list->setModel(&m_model);
    m_list->setRootIsDecorated(false);
    m_list->setItemsExpandable(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("List of rejected events"));
    m_list->setMinimumWidth(kLeastWidth);
    m_list->header()->setStretchLastSection(true);
    m_list->header()->setSectionsMovable(false);
    m_list->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_list->setObjectName(u"rejectedList"_s);
    m_list->header()->resizeSection(RejectedModel::Time, 66);
    m_list->header()->resizeSection(RejectedModel::Key, 124);
    m_list->header()->resizeSection(RejectedModel::Type, 96);
    m_list->installEventFilter(this);
}

// Another project may be shown now, or the server answers again.
void RejectedView::followProject()
{
    if (m_pages && !m_isOwnProject && !m_board.project().isEmpty() && m_pages->project() != m_board.project()) {
        m_pages->setProject(m_board.project());
        m_hasAnswer = false;
        m_failure.clear();
        m_model.clear();
        schedule();
    } else if (!m_failure.isEmpty() && m_board.state().kind == FeedState::Kind::Live) {
        schedule();
    }
    draw();
}

// In place of the list: that there is nothing, or why nothing can be shown.
QWidget *RejectedView::makeMessage()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addStretch(2);
    column->addWidget(m_headline);
    column->addWidget(m_explanation);
    auto *row = new QHBoxLayout(m_try);
    row->setContentsMargins(0, 4, 0, 0);
    row->setSpacing(8);
    m_curl->setObjectName(u"code"_s);
    m_curl->setReadOnly(true);
    m_curl->setAccessibleName(tr("Command that sends an event which is rejected"));
    row->addWidget(m_curl, 1);
    row->addWidget(m_copy);
    column->addWidget(m_try);
    for (QPushButton *button : {m_copy, m_retry})
        button->setCursor(Qt::PointingHandCursor);
    column->addWidget(m_retry, 0, Qt::AlignLeft);
    column->addStretch(3);
    return page;
}

void RejectedView::setServer(const std::optional<EventPagesOptions> &options)
{
    delete m_pages;
    m_pages = nullptr;
    m_next.stop();
    m_hasAnswer = false;
    m_counted = -1;
    m_failure.clear();
    m_model.clear();
    m_pane->clear();
    m_sinceAsk.invalidate();
    if (options) {
        m_isOwnProject = !options->project.isEmpty();
        EventPagesOptions asked = *options;
        if (!m_isOwnProject)
            asked.project = m_board.project();
        m_pages = new RejectedPages(asked, this);
        connect(m_pages, &RejectedPages::arrived, this, &RejectedView::onArrived);
        connect(m_pages, &RejectedPages::failed, this, &RejectedView::onFailed);
        schedule();
    }
    draw();
}

void RejectedView::setToken(const QString &token)
{
    if (m_pages)
        m_pages->setToken(token);
}

void RejectedView::setWebhook(const QUrl &webhook, const QString &key)
{
    m_pane->setWebhook(webhook, key);
    m_curl->setText(u"curl -H 'X-API-Key: %1' -d '{\"eventType\":\"page_view\"}' %2"_s.arg(key, webhook.toString()));
    m_curl->setCursorPosition(0);
}

void RejectedView::refresh()
{
    schedule();
}

// Of which project, the feed tells.
bool RejectedView::canAsk() const
{
    return m_pages && (m_isOwnProject || !m_board.project().isEmpty());
}

void RejectedView::schedule()
{
    if (!canAsk() || !isVisible() || window()->isMinimized() || m_next.isActive())
        return;
    const qint64 gap = m_sinceAsk.isValid() ? m_sinceAsk.elapsed() : kLeastGapMs;
    m_next.start(int(std::max<qint64>(kLeastGapMs - gap, 0)));
}

void RejectedView::ask()
{
    if (!canAsk() || !isVisible())
        return;
    m_counted = m_board.frame().rejected;
    m_sinceAsk.start();
    m_pages->ask();
}

void RejectedView::onArrived(const RejectedAnswer &answer)
{
    m_hasAnswer = true;
    m_failure.clear();
    m_total = answer.total;
    m_sinceMs = answer.sinceMs;
    const bool isAtTop = m_list->verticalScrollBar()->value() == 0;
    m_model.take(answer);
    if (m_model.rowCount() == 0)
        m_pane->clear();
    else if (!m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_model.index(0, 0));
    if (isAtTop)
        m_list->scrollToTop();
    draw();
}

void RejectedView::onFailed(const QString &reason)
{
    m_failure = reason;
    draw();
}

void RejectedView::onCurrent(const QModelIndex &index)
{
    if (index.isValid())
        m_pane->draw(m_model.event(index.row()), m_board.zone());
    else
        m_pane->clear();
}

void RejectedView::draw()
{
    const bool hasRows = m_model.rowCount() > 0;
    m_stack->setCurrentIndex(hasRows ? 0 : 1);
    const QString since = m_sinceMs > 0 ? format::clock(m_sinceMs, m_board.zone()) : QString();
    if (!m_failure.isEmpty() && hasRows)
        m_note->setText(m_failure);
    else if (hasRows)
        m_note->setText(m_total <= m_model.rowCount()
                            ? tr("%1 since the server started at %2").arg(format::count(m_total), since)
                            : tr("%1 since the server started at %2 · showing the latest %3")
                                  .arg(format::count(m_total), since, format::count(m_model.rowCount())));
    else
        m_note->clear();
    m_note->setToolTip(
        hasRows && m_failure.isEmpty()
            ? tr("The server keeps the last %1 in memory. They are cleared on restart; the count remains.")
                  .arg(format::count(kMostRejected))
            : QString());
    const bool isEmpty = m_hasAnswer && m_failure.isEmpty();
    m_try->setVisible(isEmpty);
    m_retry->setVisible(!m_failure.isEmpty());
    if (!m_failure.isEmpty()) {
        m_headline->setText(tr("The rejected events can’t be read"));
        m_explanation->setText(m_failure);
    } else if (isEmpty && m_board.frame().rejected > 0) {
        m_headline->setText(tr("All events since %1 were accepted").arg(since));
        m_explanation->setText(tr("Earlier ones are counted, but their details were cleared when the server restarted. "
                                  "To see an example, send an event without a user:"));
    } else if (isEmpty) {
        m_headline->setText(tr("All events were accepted"));
        m_explanation->setText(tr("Rejected events appear here with the reason and how to fix them. To see an example, "
                                  "send an event without a user:"));
    } else {
        m_headline->setText(canAsk() ? tr("Loading…") : tr("No server"));
        m_explanation->setText(canAsk() ? QString() : tr("Rejected events appear once connected."));
    }
}

QString RejectedView::note() const
{
    return m_note->text();
}

QString RejectedView::headline() const
{
    return m_stack->currentIndex() == 1 ? m_headline->text() : QString();
}

QString RejectedView::explanation() const
{
    return m_explanation->text();
}

QString RejectedView::curlLine() const
{
    return m_curl->text();
}

void RejectedView::showEvent(QShowEvent *event)
{
    QFrame::showEvent(event);
    m_slow.start();
    schedule();
}

void RejectedView::hideEvent(QHideEvent *event)
{
    QFrame::hideEvent(event);
    m_slow.stop();
    m_next.stop();
}

void RejectedView::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    const bool isLow = height() < kLowTo;
    const bool isBeside = width() >= kWideFrom || (isLow && width() >= kBesideFrom);
    const Qt::Orientation wanted = isBeside ? Qt::Horizontal : Qt::Vertical;
    m_pane->setVisible(isBeside ? height() >= kTooLow : !isLow);
    if (m_split->orientation() != wanted)
        m_split->setOrientation(wanted);
    const int listWidth =
        isBeside && !m_pane->isHidden() ? width() * kListPart / kWhole : width(); // as the splitter shares it
    m_list->setColumnHidden(RejectedModel::Type, listWidth < kNarrowTo);          // why is what matters
    m_list->setColumnHidden(RejectedModel::Key, listWidth < kVeryNarrowTo);
}

bool RejectedView::eventFilter(QObject *object, QEvent *event)
{
    if (object != m_list || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    auto *key = static_cast<QKeyEvent *>(event);
    if (key->matches(QKeySequence::Copy)) {
        m_pane->copyBody();
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        Q_EMIT escaped();
        return true;
    }
    return QFrame::eventFilter(object, event);
}

} // namespace entvas
