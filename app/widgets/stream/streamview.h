#pragma once

#include "app/board/streamfilter.h"
#include "app/widgets/base/spoken.h"

#include <optional>
#include <QAbstractScrollArea>
#include <QColor>

namespace entvas {

class Board;
class EventStream;
class Theme;

// Raw events as a table: received, type, user, metadata. Follows the newest one until one scrolls away from it; from
// then on what is looked at stays in place. Paints the rows in sight only.
// More than 25 functions: a dozen are events of Qt's and answers to it.
class StreamView : public QAbstractScrollArea, public Spoken
{
    Q_OBJECT
public:
    static constexpr int kMostHighlights = 4;

    StreamView(Board &board, const Theme &theme, QWidget *parent = nullptr);
    // The board's live stream, or one that holds stored events with the newest first and follows nothing.
    void showLive();
    void showPast(EventStream *past);
    const EventStream &stream() const { return *m_stream; }
    QSize minimumSizeHint() const override { return {280, 120}; }

    void setNewestFirst(bool newestFirst);
    bool isNewestFirst() const { return m_newestFirst; }
    // Rows that pass one of these get a tinted ground, each its own.
    void setHighlights(const QList<StreamFilter> &rules);
    const QList<StreamFilter> &highlights() const { return m_highlights; }
    QColor highlightColor(qsizetype rule) const;
    std::optional<quint64> selected() const { return m_selected; }
    void select(std::optional<quint64> number);
    int rowsInSight() const;
    QAccessible::Role spokenRole() const override { return QAccessible::List; }
    QString spoken(QAccessible::Text text) const override;
    int spokenRows() const override; // those in sight: there may be ten thousand
    SpokenRow spokenRow(int row) const override;
    void pressRow(int row) override;

Q_SIGNALS:
    void picked(quint64 number); // by a click or a key
    void copyWanted(quint64 number);
    void endReached(); // of what is there: more may be fetched
    void escaped();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Columns {
        double type, user, metadata;
    };
    Columns columns() const;
    QString timeText(const wire::TailEvent &event) const;
    QString rowText(qsizetype row) const; // in words
    void setStream(const EventStream *stream);
    bool isReversed() const { return m_newestFirst && m_isLive; } // the last row comes first
    void onChanged(qsizetype added, qsizetype removed);
    void refreshRange();
    qsizetype rowAtLine(qsizetype line) const; // lines count from the top of all
    qsizetype lineAt(double y) const;          // -1 = none
    void paintHeader(QPainter &painter) const;
    void paintRow(QPainter &painter, double y, qsizetype row) const;
    void moveTo(qsizetype line);

    Board &m_board;
    const EventStream *m_stream;
    const Theme &m_theme;
    QList<StreamFilter> m_highlights;
    std::optional<quint64> m_selected;
    qsizetype m_hoveredLine = -1;
    bool m_newestFirst = true;
    bool m_isLive = true;
};

} // namespace entvas
