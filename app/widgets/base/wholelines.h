#pragma once

#include <functional>
#include <QList>
#include <QRect>
#include <QWidget>

class QAbstractScrollArea;
class QAbstractItemView;

// No line of a list or a text is cut through the middle at the edge of what is in sight.
namespace entvas {

class Theme;

// Holds a list whose rows are all as high as the first one, and makes it as high as whole rows are.
class WholeRows : public QWidget
{
    Q_OBJECT
public:
    explicit WholeRows(QAbstractItemView *list, QWidget *parent = nullptr);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void fit();

    QAbstractItemView *m_list;
};

// Lies over a place to scroll and hides the parts of lines at its edges. The mouse goes through.
class LineCover : public QWidget
{
    Q_OBJECT
public:
    using Lines = std::function<QList<QRect>(const QWidget *viewport)>; // in the viewport
    LineCover(QAbstractScrollArea *area, const Theme &theme, Lines lines);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    const Theme &m_theme;
    Lines m_lines;
};

} // namespace entvas
