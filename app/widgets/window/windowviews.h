#pragma once

#include "app/board/savedview.h"

#include <optional>
#include <QObject>

class QMenu;
class QMimeData;
class QUrl;
class QWidget;

namespace entvas {

class Actions;
class Board;
class Desk;
class Notices;
class Session;
class ViewStore;

// What a window shows, as one value: taken and given, saved under a name, kept in files, lent by the kiosk for a turn.
// Lives in the UI thread.
class WindowViews : public QObject
{
    Q_OBJECT
public:
    struct Parts {
        Session *session;
        Board &board;
        Desk *desk;
        Notices &notices;
    };
    // Dialogs open over `window`.
    WindowViews(const Parts &parts, ViewStore &store, QWidget *window);
    void makeActions(Actions *actions);
    void fill(QMenu *menu);

    SavedView view() const; // as it is now, nameless
    // Connects to its server where that is another one than now.
    void setView(const SavedView &view);
    const QString &name() const { return m_name; } // of the saved view that is shown, while it is
    void forgetName() { m_name.clear(); }
    QStringList names() const;
    void showSaved(const QString &name);
    void showFile(const QString &path);
    static bool isViewFile(const QMimeData *data);

    void beginTurns(); // of the kiosk: view() stays what it was
    void showTurn(const QString &name);
    void endTurns();

Q_SIGNALS:
    void shown();
    void renamed(); // name()
    void newWindowWanted(const entvas::SavedView &view);
    void serverOffered(const QUrl &server, const QString &why, const QString &project);

private:
    void showServerOf(const SavedView &view);
    void save();
    void saveFile();
    void openFile();
    void remove(const QString &name);
    void putBack(const SavedView &view);

    Parts m_parts;
    ViewStore &m_store;
    QWidget *m_window;
    Actions *m_actions = nullptr;
    QString m_name;
    std::optional<SavedView> m_beforeTurns;
};

} // namespace entvas
