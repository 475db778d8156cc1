#include "app/widgets/window/windowparts.h"

#include "app/board/board.h"
#include "app/board/streamstart.h"
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/connection/accesspanel.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/connectionview.h"
#include "app/widgets/connection/deskoverlays.h"
#include "app/widgets/connection/notices.h"
#include "app/widgets/connection/placetext.h"
#include "app/widgets/connection/projectbutton.h"
#include "app/widgets/connection/servermenu.h"
#include "app/widgets/connection/statusbar.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/emptypanel.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/alertbanner.h"
#include "app/widgets/window/commandpalette.h"
#include "app/widgets/window/kiosk.h"
#include "app/widgets/window/mainwindow.h"
#include "app/widgets/window/timecontrols.h"
#include "app/widgets/window/windowexport.h"
#include "app/widgets/window/windowmenu.h"
#include "app/widgets/window/windowviews.h"

#include <QAction>

namespace entvas {

using namespace Qt::StringLiterals;

WindowParts::WindowParts(MainWindow *window, Session *from, Board &on, Theme &theme, ViewStore &store)
    : session(from),
      board(on),
      actions(new Actions(window)),
      desk(new Desk(on, theme)),
      streamStart(new StreamStart(on, window)),
      filters(new FilterBar(on)),
      time(new TimeControls(on, window)),
      notices(new Notices(window)),
      alerts(new AlertCenter(on, window)),
      alertBanner(new AlertBanner(alerts, from, on)),
      account(new AccountView(from, window)),
      overlays(new DeskOverlays(desk, theme, account->panel(), window)),
      connection(new ConnectionView(from, on, account, overlays, theme, window)),
      servers(new ServerMenu(from, on, *notices, window)),
      projects(new ProjectButton(from, on)),
      views(new WindowViews({from, on, desk, *notices}, store, window)),
      exports(new WindowExport(
          {from, on, desk, theme, *notices}, [this] { return place(); }, window)),
      menu(new WindowMenu({actions, on, desk->docking(), servers, projects, views})),
      status(new StatusBar),
      palette(new CommandPalette(theme, window)),
      kiosk(new Kiosk(window))
{
}

QString WindowParts::place() const
{
    return placeOf(*session, board, views->name());
}

void WindowParts::connectEachOther() const
{
    connectSession();
    connectNotices();
    QObject::connect(time, &TimeControls::zoneChosen, views, &WindowViews::forgetName);
    QObject::connect(views, &WindowViews::shown, time, &TimeControls::refresh);
    QObject::connect(views, &WindowViews::shown, connection, &ConnectionView::refresh);
    QObject::connect(views, &WindowViews::serverOffered, servers, &ServerMenu::offerServer);
    QObject::connect(connection, &ConnectionView::serverWanted, servers, &ServerMenu::openConnectDialog);
    QObject::connect(account, &AccountView::serverWanted, servers, [this](const QString &why, bool theSame) {
        if (theSame)
            servers->offerServer(session->serverUrl(), why, session->project());
        else
            servers->openConnectDialog();
    });
    QObject::connect(servers, &ServerMenu::redrawWanted, connection, &ConnectionView::refresh);
    QObject::connect(kiosk, &Kiosk::viewWanted, views, &WindowViews::showTurn);
}

void WindowParts::connectSession() const
{
    EmptyPanel *empty = overlays->emptyPanel();
    QObject::connect(session, &Session::feedChanged, desk, [this](Feed *feed) { showFeed(feed); });
    QObject::connect(session, &Session::webhookKeyChanged, desk, [this] { showWebhook(); });
    QObject::connect(session, &Session::tokenChanged, desk->rejected(), &RejectedView::setToken);
    QObject::connect(session, &Session::tokenChanged, streamStart, &StreamStart::setToken);
    QObject::connect(session, &Session::samplingChanged, empty, &EmptyPanel::setSampling);
    QObject::connect(empty, &EmptyPanel::sampleTrafficWanted, actions->find(u"server.sample"_s), &QAction::trigger);
}

void WindowParts::connectNotices() const
{
    QObject::connect(&board, &Board::noticed, notices,
                     [this](const QString &headline, const QString &text) { notices->showNotice(headline, text); });
    QObject::connect(account, &AccountView::memoryOnly, notices, &Notices::showMemoryOnly);
}

void WindowParts::showFeed(Feed *feed) const
{
    notices->dropNotice(); // it was about what was shown before
    board.setFeed(feed);
    const auto server = feed ? std::optional(session->pagesOptions()) : std::nullopt;
    desk->stream()->setPages(session->pages());
    streamStart->setServer(server);
    desk->rejected()->setServer(server);
    showWebhook();
    connection->refresh();
}

void WindowParts::showWebhook() const
{
    const QUrl webhook = session->webhookUrl();
    const QString key = session->webhookKeyHint();
    overlays->emptyPanel()->setWebhook(webhook, key);
    overlays->emptyPanel()->setSampleOffered(session->hasWebhookKey());
    desk->eventPane()->setWebhook(webhook, key);
    desk->rejected()->setWebhook(webhook, key);
}

} // namespace entvas
