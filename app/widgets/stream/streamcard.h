#pragma once

#include "app/board/pastevents.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QToolButton;

namespace entvas {

class Board;
class EventPages;
class StreamView;
class Theme;

// The live stream with what belongs to it: filter line, pause, order, highlights, and how much of it there is. What the
// window is filtered to holds here too, until a switch takes it off. Stored events are asked for by what the server can
// choose by; the rest of a filter is applied to what was loaded.
// More than 25 functions: nine only give out a part or a state.
class StreamCard : public QFrame
{
    Q_OBJECT
public:
    StreamCard(Board &board, const Theme &theme, QWidget *parent = nullptr);
    StreamView *view() const { return m_view; }
    QLineEdit *filterLine() const { return m_filter; }
    QToolButton *pauseButton() const { return m_pause; }
    QString note() const; // the line below
    QMenu *menu() const { return m_menu; }
    void setTabbed(bool tabbed); // its name stands in a tab above
    void setQuiet(bool quiet);   // events only, nothing to type into or press
    void addToFilter(const QString &term);
    void togglePause(); // of the live stream, while it is shown
    // The window's filters hold for raw events, too: here and in exports.
    bool usesWindowFilters() const { return m_usesWindow; }
    void setUsesWindowFilters(bool uses);
    // Those that hold now.
    QMap<QString, ValueFilter> windowFilters() const;
    QToolButton *windowFiltersButton() const { return m_window; }
    QPushButton *loadMoreButton() const { return m_loadMore; }

    // Where stored events come from; nullptr = nowhere.
    void setPages(EventPages *pages);
    // The stored events of a span in place of the live ones, until showLive().
    void showPast(const TimeSpan &span);
    void showLive();
    bool isLive() const { return !m_past.isShown(); }

    QStringList highlights() const; // as their filter lines
    void setHighlights(const QStringList &lines);

Q_SIGNALS:
    void arranged(); // order, highlights or the use of the window's filters were changed: worth saving

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QHBoxLayout *makeHead();
    QHBoxLayout *makeFoot();
    void refresh();
    void refreshLive();
    void refreshPast();
    void applyFilter();
    void fillMenu();

    Board &m_board;
    QLineEdit *m_filter;
    QLabel *m_title;
    QToolButton *m_window, *m_pause, *m_more, *m_live;
    QMenu *m_menu;
    StreamView *m_view;
    QLabel *m_note;
    QPushButton *m_loadMore;
    PastEvents m_past;
    QString m_pastName;
    bool m_usesWindow = true;
    bool m_isTabbed = false;
    bool m_isQuiet = false;
};

} // namespace entvas
