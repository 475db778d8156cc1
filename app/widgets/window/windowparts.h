#pragma once

#include <QString>

namespace entvas {

class AccountView;
class Actions;
class AlertBanner;
class AlertCenter;
class Board;
class CommandPalette;
class ConnectionView;
class Desk;
class DeskOverlays;
class Feed;
class FilterBar;
class Kiosk;
class MainWindow;
class Notices;
class ProjectButton;
class ServerMenu;
class Session;
class StatusBar;
class StreamStart;
class Theme;
class TimeControls;
class ViewStore;
class WindowExport;
class WindowMenu;
class WindowViews;

// What a window is made of, in the order in which the parts need each other; each is given only those that it needs.
// Children of the window, which lays them out.
struct WindowParts {
    WindowParts(MainWindow *window, Session *session, Board &board, Theme &theme, ViewStore &store);
    void connectEachOther() const; // once there are actions
    QString place() const;         // how the window calls what it shows

    Session *session;
    Board &board;
    Actions *actions;
    Desk *desk;
    StreamStart *streamStart;
    FilterBar *filters;
    TimeControls *time;
    Notices *notices;
    AlertCenter *alerts;
    AlertBanner *alertBanner;
    AccountView *account;
    DeskOverlays *overlays;
    ConnectionView *connection;
    ServerMenu *servers;
    ProjectButton *projects;
    WindowViews *views;
    WindowExport *exports;
    WindowMenu *menu;
    StatusBar *status;
    CommandPalette *palette;
    Kiosk *kiosk;

private:
    void connectSession() const;
    void connectNotices() const;
    void showFeed(Feed *feed) const; // nullptr = none
    void showWebhook() const;        // how events are sent to the server that is shown, where that is known
};

} // namespace entvas
