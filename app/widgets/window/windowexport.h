#pragma once

#include "core/base/result.h"

#include <functional>
#include <QObject>

class QPagedPaintDevice;
class QWidget;

namespace entvas {

class Actions;
class Board;
class Desk;
class Notices;
class Session;
class Theme;
struct Caption;

// What is on the screen, taken elsewhere: the chart and the page as images, PDF or on paper, the numbers and the raw
// events as files. Lives in the UI thread.
class WindowExport : public QObject
{
    Q_OBJECT
public:
    struct Parts {
        Session *session;
        const Board &board;
        Desk *desk;
        const Theme &theme;
        Notices &notices;
    };
    // `place`: how the window calls what it shows. Dialogs open over `window`.
    WindowExport(const Parts &parts, std::function<QString()> place, QWidget *window);
    void makeActions(Actions *actions);
    // No export is running, or a person gives it up.
    bool mayStop();

private:
    void copyChart();
    void saveChart(const QString &suffix); // "png" or "svg"
    void savePage();
    void printPage();
    void paintPage(QPagedPaintDevice *device);
    void saveText(const QString &what, const QString &suffix, const QByteArray &text);
    void saveRaw(const QString &suffix); // "csv" or "ndjson"
    // Where to: a name to begin with, and a filter of the dialog. Empty when it was left.
    QString askForFile(const QString &what, const QString &suffix);
    Caption caption(bool withStream) const;
    QWidget *chartCard();
    void tellUnless(const Result<void> &done);

    Parts m_parts;
    std::function<QString()> m_place;
    QWidget *m_window;
};

} // namespace entvas
