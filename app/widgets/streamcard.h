#pragma once

#include "app/board/eventstream.h"
#include "core/timerange.h"

#include <optional>
#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace entvas {

class Board;
class EventPages;
class StreamView;
class Theme;

// The live stream with what belongs to it: filter line, pause, order, highlights, and how much of it there is.
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
    void addToFilter(const QString &term);

    // Where stored events come from; nullptr = nowhere.
    void setPages(EventPages *pages);
    // The stored events of a span in place of the live ones, until showLive().
    void showPast(const TimeSpan &span);
    void showLive();
    bool isLive() const { return !m_pastSpan; }

    QStringList highlights() const; // as their filter lines
    void setHighlights(const QStringList &lines);

Q_SIGNALS:
    void arranged(); // order or highlights were changed: worth saving

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void refresh();
    void fillMenu();
    void onPage(const QList<wire::TailEvent> &events);

    Board &m_board;
    QLineEdit *m_filter;
    QLabel *m_title;
    QToolButton *m_pause, *m_more, *m_live;
    QMenu *m_menu;
    StreamView *m_view;
    QLabel *m_note;
    QPointer<EventPages> m_pages;
    std::optional<TimeSpan> m_pastSpan;
    EventStream m_past; // newest first
    bool m_isTabbed = false;
    QString m_failure; // why pages don't come
};

} // namespace entvas
