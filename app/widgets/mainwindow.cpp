#include "app/widgets/mainwindow.h"

#include "app/board/choicetext.h"
#include "app/board/format.h"
#include "app/session.h"
#include "app/sessionproblem.h"
#include "app/widgets/alertcenter.h"
#include "app/widgets/banner.h"
#include "app/widgets/connectdialog.h"
#include "app/widgets/connectionbadge.h"
#include "app/widgets/desk.h"
#include "app/widgets/emptypanel.h"
#include "app/widgets/eventpane.h"
#include "app/widgets/filterbar.h"
#include "app/widgets/problemdialog.h"
#include "app/widgets/rangebar.h"
#include "app/widgets/streamcard.h"
#include "app/widgets/streamview.h"
#include "app/widgets/timelinechart.h"
#include "app/widgets/veil.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QScrollArea>
#include <QSettings>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
const auto kGeometry = u"window/geometry"_s;
const auto kView = u"window/view"_s;
const auto kZone = u"window/zone"_s;
const auto kHighlights = u"stream/highlights"_s;
const auto kNewestFirst = u"stream/newestFirst"_s;
const auto kRelative = u"window/relativeTimes"_s;
const auto kTheme = u"window/theme"_s;
const auto kColors = u"board/colors"_s;
} // namespace

MainWindow::MainWindow(Session *session, QWidget *parent)
    : QMainWindow(parent),
      m_session(session),
      m_board(m_clock),
      m_desk(new Desk(m_board, m_theme)),
      m_ranges(new RangeBar),
      m_filters(new FilterBar(m_board)),
      m_comparison(makeComparison()),
      m_badge(new ConnectionBadge(m_theme)),
      m_banner(new Banner),
      m_alerts(new AlertCenter(m_board, m_theme, this)),
      m_alertBanner(new Banner),
      m_empty(new EmptyPanel),
      m_veil(new Veil(m_theme, m_desk)),
      m_store(new QLabel),
      m_age(new QLabel)
{
    setWindowTitle(tr("Entvas"));
    setMinimumSize(1024, 640);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeToolbar());

    column->addWidget(m_filters);

    for (Banner *banner : {m_banner, m_alertBanner}) {
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
    column->addWidget(makeStatusBar());
    setCentralWidget(page);
    m_empty->setParent(m_desk);

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
    connect(&m_board, &Board::framed, this, &MainWindow::refreshState);
    connect(&m_board, &Board::stateChanged, this, &MainWindow::refreshState);
    connect(&m_board, &Board::colorsLearnt, this, [this] { QSettings().setValue(kColors, m_board.colors().save()); });
    connect(m_session, &Session::feedChanged, this, [this](Feed *feed) {
        m_board.setFeed(feed);
        m_desk->stream()->setPages(m_session->pages());
        m_alerts->setServer(!feed ? QString() : m_session->isLocal() ? u"local"_s : m_session->serverUrl().toString());
        m_empty->setWebhook(m_session->webhookUrl(), m_session->webhookKeyHint());
        m_desk->eventPane()->setWebhook(m_session->webhookUrl(), m_session->webhookKeyHint());
        refreshState();
    });
    connect(m_session, &Session::problem, this, &MainWindow::onProblem, Qt::QueuedConnection);
    connect(m_session, &Session::samplingChanged, this, [this](bool sampling) {
        m_sample->setChecked(sampling);
        m_empty->setSampling(sampling);
    });
    connect(m_session, &Session::samplingRefused, this, [this](const Failure &failure) {
        auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Entvas"), tr("The sample events were refused."),
                                    QMessageBox::Close, this);
        box->setTextFormat(Qt::PlainText);
        box->setInformativeText(failure.text);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    connect(m_session, &Session::stopped, this, [this] {
        m_closing = true;
        close();
    });
    connect(m_empty, &EmptyPanel::sampleTrafficWanted, m_sample, &QAction::trigger);
    connect(m_banner, &Banner::actionChosen, this, [this] {
        if (!m_session->feed() && m_session->lastProblem())
            return m_session->useOwnServer();
        if (Feed *feed = m_session->feed(); feed && m_board.state().kind != FeedState::Kind::Refused)
            feed->retryNow();
        else
            openConnectDialog(m_board.state().reason);
    });
    connect(m_banner, &Banner::otherActionChosen, this, [this] { openConnectDialog(); });

    connect(m_alerts, &AlertCenter::changed, this, &MainWindow::showAlerts);
    connect(m_alerts, &AlertCenter::windowWanted, this, [this] {
        setWindowState(windowState() & ~Qt::WindowMinimized);
        show();
        raise();
        activateWindow();
    });
    connect(m_alertBanner, &Banner::actionChosen, this, &MainWindow::openAlerts);
    connect(m_alertBanner, &Banner::otherActionChosen, m_alerts, &AlertCenter::snoozeLasting);

    m_statusTimer.setInterval(1'000);
    connect(&m_statusTimer, &QTimer::timeout, this, &MainWindow::refreshStatus);
    m_statusTimer.start();
    restore();
    m_desk->chart()->setFocus(); // the arrow keys work at once, and no button looks chosen
    refreshState();
}

QWidget *MainWindow::makeToolbar()
{
    auto *bar = new QFrame;
    bar->setObjectName(u"toolbar"_s);
    bar->setFixedHeight(56);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(20, 0, 12, 0);
    row->setSpacing(14);
    auto *name = new QLabel(tr("Entvas"));
    name->setObjectName(u"wordmark"_s);
    row->addWidget(name);
    row->addWidget(m_ranges, 0, Qt::AlignVCenter);
    row->addWidget(m_comparison, 0, Qt::AlignVCenter);
    row->addStretch(1);
    row->addWidget(m_badge);
    auto *menu = new QToolButton;
    menu->setObjectName(u"menu"_s);
    menu->setText(u"•••"_s);
    menu->setToolTip(tr("Menu (F10)"));
    menu->setAccessibleName(tr("Menu"));
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setCursor(Qt::PointingHandCursor);
    makeMenu(menu);
    row->addWidget(menu);
    return bar;
}

QWidget *MainWindow::makeStatusBar()
{
    auto *bar = new QFrame;
    bar->setObjectName(u"statusbar"_s);
    bar->setFixedHeight(30);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(20, 0, 20, 0);
    auto *hints = new QLabel(tr("1–8 range · C compare · F filter · / search · P pause · F10 menu"));
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
    auto *button = new QToolButton;
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
    auto *next = new QShortcut(QKeySequence(Qt::Key_C), this);
    connect(next, &QShortcut::activated, this,
            [this] { m_board.setComparison(static_cast<Comparison>((int(m_board.choice().comparison) + 1) % 3)); });
    return button;
}

QString MainWindow::serverName() const
{
    const QUrl url = m_session->serverUrl();
    return url.isEmpty() ? QString() : url.host() + (url.port() > 0 ? u":%1"_s.arg(url.port()) : QString());
}

void MainWindow::refreshState()
{
    FeedState state = m_board.state();
    const std::optional<SessionProblem> problem = m_session->lastProblem();
    const bool isStranded = !m_session->feed() && problem; // no server, and nobody is looking for one
    if (isStranded)
        state = {FeedState::Kind::Lost, problem->failure.text, 0, -1};
    m_badge->draw(state, serverName());
    const bool live = state.kind == FeedState::Kind::Live;
    const bool stale = m_board.hasData() && !live;
    const bool empty = live && m_board.hasData() && m_board.frame().totalEvents == 0;
    m_veil->setVisible(empty || stale || (!m_board.hasData() && state.kind != FeedState::Kind::Connecting && !live));
    m_empty->setVisible(empty);

    const auto show = [this](const QString &headline, const QString &text, const QString &action,
                             const QString &other = {}) {
        m_banner->draw(headline, text, action, other);
        m_banner->parentWidget()->show();
    };
    const QString known =
        m_board.hasData() ? tr(" What you see is as of %1 ago.").arg(format::age(m_board.nowMs() - m_board.heardAtMs()))
                          : QString();
    if (isStranded) {
        show(tr("No server"), state.reason + known, tr("Try again"), tr("Other server…"));
        placeOverlays();
        return refreshStatus();
    }
    switch (state.kind) {
    case FeedState::Kind::Live:
    case FeedState::Kind::Connecting: m_banner->parentWidget()->hide(); break;
    case FeedState::Kind::Stale:
        show(tr("Nothing fresh"), state.reason + known, tr("Connect again"), tr("Other server…"));
        break;
    case FeedState::Kind::Lost: {
        const qint64 wait = std::max<qint64>(0, state.retryAtMs - m_board.nowMs()) / 1000;
        const QString again = wait > 0 ? tr("Trying again in %1 s.").arg(wait) : tr("Trying again now.");
        show(m_board.hasData() ? tr("Connection lost") : tr("No connection to %1").arg(serverName()),
             state.reason + u' ' + again + known, tr("Try now"), tr("Other server…"));
        break;
    }
    case FeedState::Kind::Refused:
        show(tr("%1 refused the connection").arg(serverName()), state.reason + known, tr("Give a token…"));
        break;
    case FeedState::Kind::NoProject:
        show(tr("No such project"), state.reason + known, tr("Try now"), tr("Other server…"));
        break;
    case FeedState::Kind::Incompatible:
        show(tr("%1 speaks another version").arg(serverName()), state.reason + known, tr("Try now"),
             tr("Other server…"));
        break;
    }
    placeOverlays();
    refreshStatus();
}

void MainWindow::showAlerts()
{
    const QString headline = m_alerts->headline();
    if (!headline.isEmpty())
        m_alertBanner->draw(headline, m_alerts->text(), tr("Alerts…"), tr("Snooze for an hour"));
    m_alertBanner->parentWidget()->setVisible(!headline.isEmpty());
}

void MainWindow::refreshStatus()
{
    const BoardFrame &frame = m_board.frame();
    const QString store = m_board.storeName() == u"postgresql"_s ? tr("PostgreSQL")
                          : m_board.storeName() == u"sqlite"_s   ? tr("SQLite")
                                                                 : m_board.storeName();
    QStringList parts;
    if (!store.isEmpty())
        parts << store;
    if (m_board.hasData())
        parts << (frame.totalEvents == 1 ? tr("1 event") : tr("%1 events").arg(format::count(frame.totalEvents)));
    m_store->setText(parts.join(u" · "_s));
    const QString server = m_session->isLocal() ? tr("this computer") : serverName();
    m_filters->setPlace(server.isEmpty() ? tr("Project default") : tr("Project default · %1").arg(server));
    if (!m_board.hasData()) {
        m_age->clear();
        return;
    }
    const qint64 change = m_board.nowMs() - m_board.changedAtMs();
    if (m_board.state().kind != FeedState::Kind::Live)
        m_age->setText(tr("Last heard %1 ago").arg(format::age(m_board.nowMs() - m_board.heardAtMs())));
    else if (change < 1'000)
        m_age->setText(tr("Last change just now"));
    else
        m_age->setText(tr("Last change %1 ago").arg(format::age(change)));
}

void MainWindow::placeOverlays()
{
    m_veil->setGeometry(m_desk->rect());
    m_veil->raise();
    const int width = std::min(660, m_desk->width() - 80);
    m_empty->setFixedWidth(width);
    m_empty->adjustSize();
    m_empty->move((m_desk->width() - width) / 2, std::max(116, (m_desk->height() - m_empty->height()) / 2 - 40));
    m_empty->raise();
}

void MainWindow::onProblem(const SessionProblem &problem)
{
    const ProblemChoice choice = askAboutProblem(problem, this);
    switch (choice.kind) {
    case ProblemChoice::Kind::ConnectTo: m_session->connectTo(choice.url, {}); break;
    case ProblemChoice::Kind::OtherPort: m_session->useOwnServerOnPort(choice.port); break;
    case ProblemChoice::Kind::TryAgain: m_session->useOwnServer(); break;
    case ProblemChoice::Kind::OtherServer: openConnectDialog(); break;
    case ProblemChoice::Kind::Quit: close(); break;
    }
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    placeOverlays();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        m_board.setVisible(!isMinimized());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    save();
    if (m_closing) {
        event->accept();
        return;
    }
    // The window goes at once; the server first answers what it has accepted.
    event->ignore();
    hide();
    m_session->shutdown();
}

void MainWindow::restore()
{
    const QSettings settings;
    m_board.colors().load(settings.value(kColors).toStringList());
    m_theme.setMode(themeModeFrom(settings.value(kTheme, 0).toInt()));
    if (const QTimeZone zone(settings.value(kZone).toByteArray()); zone.isValid())
        m_board.setZone(zone);
    const QJsonObject saved = QJsonDocument::fromJson(settings.value(kView).toByteArray()).object();
    if (const Result<BoardChoice> choice = choiceFromJson(saved))
        m_board.choose(*choice);
    StreamCard *stream = m_desk->stream();
    stream->setHighlights(settings.value(kHighlights).toStringList());
    stream->view()->setNewestFirst(settings.value(kNewestFirst, true).toBool());
    m_relative->setChecked(settings.value(kRelative).toBool());
    m_ranges->draw(m_board.choice().view);
    if (!restoreGeometry(settings.value(kGeometry).toByteArray()))
        resize(1280, 800);
}

void MainWindow::save()
{
    QSettings settings;
    settings.setValue(kGeometry, saveGeometry());
    settings.setValue(kView, QJsonDocument(toJson(m_board.choice())).toJson(QJsonDocument::Compact));
    // The zone of this computer is not written down: it may be another one tomorrow.
    if (m_board.zone() == QTimeZone::systemTimeZone())
        settings.remove(kZone);
    else
        settings.setValue(kZone, m_board.zone().id());
    settings.setValue(kRelative, m_relative->isChecked());
    settings.setValue(kHighlights, m_desk->stream()->highlights());
    settings.setValue(kNewestFirst, m_desk->stream()->view()->isNewestFirst());
    settings.setValue(kTheme, int(m_theme.mode()));
}

} // namespace entvas
