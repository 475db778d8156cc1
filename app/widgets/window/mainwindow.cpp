#include "app/widgets/window/mainwindow.h"

#include "app/board/text/format.h"
#include "app/feed/adminclient.h"
#include "app/session/session.h"
#include "app/settings/viewstore.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/scaledpage.h"
#include "app/widgets/base/screenroom.h"
#include "app/widgets/base/veil.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/accesspanel.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/banner.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/desk/emptypanel.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/kiosk.h"
#include "app/widgets/window/toolbar.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QSettings>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
const auto kHighlights = u"stream/highlights"_s;
const auto kStreamFilters = u"stream/windowFilters"_s;
constexpr QSize kLeast(640, 400); // logical pixels; nothing is out of reach in it
constexpr QSize kUsual(1280, 800);
} // namespace

struct MainWindow::Own {
    Theme theme;
    ViewStore views{ViewStore::defaultFolder()};
};

MainWindow::MainWindow(Session *session, Theme &theme, ViewStore &views)
    : MainWindow(session, std::unique_ptr<Own>(), theme, views)
{
}

MainWindow::MainWindow(Session *session) : MainWindow(session, std::make_unique<Own>()) {}

MainWindow::MainWindow(Session *session, std::unique_ptr<Own> &&own)
    : MainWindow(session, std::move(own), own->theme, own->views)
{
}

MainWindow::MainWindow(Session *session, std::unique_ptr<Own> &&own, Theme &theme, ViewStore &views)
    : m_session(session),
      m_own(std::move(own)),
      m_theme(theme),
      m_views(views),
      m_board(m_clock),
      m_actions(new Actions(this)),
      m_desk(new Desk(m_board, m_theme)),
      m_ranges(new RangeBar),
      m_filters(new FilterBar(m_board)),
      m_project(new ElidedButton),
      m_comparison(makeComparison()),
      m_badge(new ConnectionBadge(m_theme)),
      m_banner(new Banner),
      m_alerts(new AlertCenter(m_board, this)),
      m_alertBanner(new Banner),
      m_crashBanner(new Banner),
      m_notice(new Banner),
      m_empty(new EmptyPanel),
      m_account(new AccountView(m_session, this)),
      m_veil(new Veil(m_theme, m_desk)),
      m_menu(new QToolButton),
      m_store(new ElidedLabel),
      m_age(new ElidedLabel),
      m_toolbar(makeToolbar()),
      m_statusBar(makeStatusBar()),
      m_palette(new CommandPalette(m_theme, this)),
      m_kiosk(new Kiosk(this))
{
    setWindowTitle(tr("Entvas"));
    setMinimumSize(kLeast.boundedTo(roomFor(this)));
    setAcceptDrops(true); // files of views
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_toolbar);
    column->addWidget(m_filters);
    for (Banner *banner : {m_banner, m_crashBanner, m_notice, m_alertBanner}) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(20, 0, 20, 12);
        row->addWidget(banner);
        auto *box = new QWidget;
        box->setLayout(row);
        box->hide();
        column->addWidget(box);
    }
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_desk);
    column->addWidget(scroll, 1);
    column->addWidget(m_statusBar);
    m_page = new ScaledPage(page);
    setCentralWidget(m_page);
    m_empty->setParent(m_desk);
    m_account->panel()->setParent(m_desk);

    makeActions();
    connect(m_ranges, &RangeBar::chosen, &m_board, &Board::setRange);
    connect(m_ranges, &RangeBar::customWanted, this, &MainWindow::chooseSpan);
    connect(&m_board, &Board::choiceChanged, m_ranges, [this](const BoardChoice &choice) {
        m_ranges->draw(choice.view);
        const bool compares = choice.comparison != Comparison::None;
        m_comparison->setText(compares ? tr("vs. %1").arg(format::comparisonName(choice.comparison, choice.view))
                                       : tr("Compare"));
        m_comparison->setProperty("active", compares);
        m_comparison->style()->unpolish(m_comparison);
        m_comparison->style()->polish(m_comparison);
    });
    // Whatever is changed by hand: it is another view now.
    const auto forgetName = [this] { m_viewName.clear(); };
    connect(&m_board, &Board::choiceChanged, this, forgetName);
    connect(m_desk->docking(), &Docking::layoutChanged, this, forgetName);
    connect(m_desk->stream()->filterLine(), &QLineEdit::textChanged, this, forgetName);
    connect(m_actions->find(u"relative"_s), &QAction::toggled, this, forgetName);
    connect(&m_board, &Board::framed, this, &MainWindow::refreshState);
    connect(&m_board, &Board::framed, m_page, &ScaledPage::markChanged);
    connect(&m_board.stream(), &EventStream::changed, m_page, &ScaledPage::markChanged);
    connect(&m_statusTimer, &QTimer::timeout, m_page, &ScaledPage::markChanged);
    connect(&m_board, &Board::stateChanged, this, &MainWindow::refreshState);
    connect(&m_board, &Board::noticed, this,
            [this](const QString &headline, const QString &text) { notice(headline, text, tr("Understood")); });
    connect(m_notice, &Banner::actionChosen, this, [this] {
        m_notice->parentWidget()->hide();
        if (const auto call = std::exchange(m_noticeCall, nullptr))
            call();
    });
    connect(m_desk->stream(), &StreamCard::arranged, this, [this] {
        QSettings().setValue(kHighlights, m_desk->stream()->highlights());
        QSettings().setValue(kStreamFilters, m_desk->stream()->usesWindowFilters());
    });
    connect(m_kiosk, &Kiosk::viewWanted, this, &MainWindow::nextKioskView);
    connect(m_kiosk, &Kiosk::ended, this, [this] { setKiosk(false); });
    connectSession();
    connectAccount();
    connectAlerts();

    m_statusTimer.setInterval(1'000);
    connect(&m_statusTimer, &QTimer::timeout, this, &MainWindow::refreshStatus);
    m_statusTimer.start();
    m_desk->stream()->setHighlights(QSettings().value(kHighlights).toStringList());
    m_desk->stream()->setUsesWindowFilters(QSettings().value(kStreamFilters, true).toBool());
    m_ranges->draw(m_board.choice().view);
    fitScreen(this, kUsual);
    m_desk->chart()->setFocus(); // the arrow keys work at once, and no button looks chosen
    refreshState();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectSession()
{
    connect(m_session, &Session::feedChanged, this, [this](Feed *feed) {
        m_actions->find(u"server.own"_s)->setEnabled(!m_session->isLocal());
        m_notice->parentWidget()->hide(); // it was about what was shown before
        m_board.setFeed(feed);
        m_desk->stream()->setPages(m_session->pages());
        m_desk->stream()->startFrom(feed ? std::optional(m_session->pagesOptions()) : std::nullopt);
        m_desk->rejected()->setServer(feed ? std::optional(m_session->pagesOptions()) : std::nullopt);
        refreshWebhook();
        refreshState();
    });
    connect(m_session, &Session::webhookKeyChanged, this, &MainWindow::refreshWebhook);
    connect(m_session, &Session::tokenChanged, m_desk->rejected(), &RejectedView::setToken);
    connect(m_session, &Session::tokenChanged, m_desk->stream(), &StreamCard::setToken);
    connect(m_session, &Session::feedChanged, this, &MainWindow::refreshAccess);
    // Once it lets us in, and anew whenever it does so again: another login may have another role.
    connect(&m_board, &Board::stateChanged, this, [this, wasLive = false]() mutable {
        const bool isLive = m_session->feed() && m_board.state().kind == FeedState::Kind::Live;
        if (isLive && !wasLive)
            refreshAccess();
        wasLive = isLive;
    });
    connect(m_session, &Session::problem, this, &MainWindow::onProblem, Qt::QueuedConnection);
    connect(m_session, &Session::samplingChanged, this, [this](bool sampling) {
        m_actions->find(u"server.sample"_s)->setChecked(sampling);
        m_empty->setSampling(sampling);
    });
    connect(m_session, &Session::samplingRefused, this,
            [this](const Failure &failure) { tell(tr("The sample events were refused."), failure.text); });
    connect(m_empty, &EmptyPanel::sampleTrafficWanted, m_actions->find(u"server.sample"_s), &QAction::trigger);
    connect(m_banner, &Banner::actionChosen, this, [this] {
        if (!m_session->feed() && m_session->lastProblem())
            return m_session->useOwnServer(m_session->project());
        if (Feed *feed = m_session->feed(); feed && m_board.state().kind != FeedState::Kind::Refused)
            feed->retryNow();
        else
            openConnectDialog(m_board.state().reason);
    });
    connect(m_banner, &Banner::otherActionChosen, this, [this] { openConnectDialog(); });
    if (m_own)
        connect(m_session, &Session::stopped, this, [this] {
            m_closing = true;
            close();
        });
}

// How events are sent to the server that is shown, where that is known.
void MainWindow::refreshWebhook()
{
    const QUrl webhook = m_session->webhookUrl();
    const QString key = m_session->webhookKeyHint();
    m_empty->setWebhook(webhook, key);
    m_empty->setSampleOffered(m_session->hasWebhookKey());
    m_desk->eventPane()->setWebhook(webhook, key);
    m_desk->rejected()->setWebhook(webhook, key);
    m_actions->find(u"server.sample"_s)->setEnabled(m_session->hasWebhookKey());
}

void MainWindow::connectAlerts()
{
    const auto follow = [this] {
        const QString project = m_board.project();
        const QString server = !m_session->feed()     ? QString()
                               : m_session->isLocal() ? u"local"_s
                                                      : m_session->serverUrl().toString();
        const bool isDefault = project.isEmpty() || project == QStringView(kDefaultProject);
        m_alerts->setServer(server.isEmpty() || isDefault ? server : server + u'#' + project);
    };
    connect(&m_board, &Board::stateChanged, m_alerts, follow);
    connect(m_session, &Session::feedChanged, m_alerts, follow);
    connect(m_alerts, &AlertCenter::changed, this, &MainWindow::showAlerts);
    connect(m_alertBanner, &Banner::actionChosen, this, &MainWindow::openAlerts);
    connect(m_alertBanner, &Banner::otherActionChosen, m_alerts, &AlertCenter::snoozeLasting);
}

QFrame *MainWindow::makeToolbar()
{
    auto *bar = new Toolbar(m_ranges);
    QHBoxLayout *row = bar->row();
    m_project->setObjectName(u"toggle"_s);
    m_project->setPopupMode(QToolButton::InstantPopup);
    m_project->setCursor(Qt::PointingHandCursor);
    m_project->setFocusPolicy(Qt::TabFocus);
    m_project->setToolTip(tr("Choose the project that is shown"));
    m_project->setMenu(new QMenu(m_project));
    m_project->hide(); // until there is a choice
    connect(m_project->menu(), &QMenu::aboutToShow, this, [this] { fillProjectMenu(m_project->menu()); });
    row->addWidget(m_project, 0, Qt::AlignVCenter);
    row->addWidget(m_ranges, 0, Qt::AlignVCenter);
    row->addWidget(m_comparison, 0, Qt::AlignVCenter);
    row->addStretch(1);
    row->addWidget(m_badge);
    row->addWidget(m_account->button(), 0, Qt::AlignVCenter);
    m_menu->setObjectName(u"menu"_s);
    m_menu->setText(u"•••"_s);
    m_menu->setToolTip(tr("Menu (F10)"));
    m_menu->setAccessibleName(tr("Menu"));
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setCursor(Qt::PointingHandCursor);
    m_menu->setMenu(new QMenu(m_menu));
    row->addWidget(m_menu);
    return bar;
}

QFrame *MainWindow::makeStatusBar()
{
    auto *bar = new QFrame;
    bar->setObjectName(u"statusbar"_s);
    bar->setFixedHeight(30);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(20, 0, 20, 0);
    QLabel *hints = new ElidedLabel(tr("Ctrl+K commands · F1 keys"));
    for (QLabel *label : {m_store, m_age, hints}) {
        label->setObjectName(u"hint"_s);
        label->setTextFormat(Qt::PlainText);
    }
    row->addWidget(m_store, 1);
    row->addWidget(m_age, 1, Qt::AlignCenter);
    row->addWidget(hints, 1, Qt::AlignRight);
    return bar;
}

// A member initializer calls this: no other member but the board is there yet.
QToolButton *MainWindow::makeComparison()
{
    auto *button = new ElidedButton;
    button->setObjectName(u"toggle"_s);
    button->setText(tr("Compare"));
    button->setToolTip(tr("Compare with an earlier time (C)"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setCursor(Qt::PointingHandCursor);
    button->setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(button);
    auto *group = new QActionGroup(menu);
    const std::pair<Comparison, QString> choices[]{{Comparison::None, tr("&Nothing")},
                                                   {Comparison::PreviousPeriod, tr("&Previous period")},
                                                   {Comparison::WeekBefore, tr("&Same time a week before")}};
    for (const auto &[comparison, text] : choices) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, comparison = comparison] { m_board.setComparison(comparison); });
        connect(menu, &QMenu::aboutToShow, action, [this, action, comparison = comparison] {
            action->setChecked(m_board.choice().comparison == comparison);
        });
    }
    button->setMenu(menu);
    return button;
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    placeOverlays();
}

// What nothing in the window wanted. Qt looks for shortcuts first, but knows those of letters only where a Latin layout
// is among the keyboard's.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (QAction *action = m_actions->byPlace(*event))
        action->trigger();
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        m_board.setVisible(!isMinimized());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_closing && !mayClose()) {
        event->ignore();
        return;
    }
    if (!m_own || m_closing) {
        event->accept();
        Q_EMIT closed();
        return;
    }
    // The window goes at once; the server first answers what it has accepted.
    event->ignore();
    hide();
    m_session->shutdown();
}

} // namespace entvas
