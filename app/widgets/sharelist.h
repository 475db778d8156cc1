#pragma once

#include "core/cubeview.h"

#include <functional>
#include <QColor>
#include <QWidget>

namespace entvas {

class Theme;

// Names with count, share and a bar, by falling count: the top event types, or the values of one dimension.
class ShareList : public QWidget
{
    Q_OBJECT
public:
    enum class Kind {
        Lines, // name and numbers above a thin bar in the group's colour
        Rows,  // one row a value, its share washed behind the name
    };
    using ColorOf = std::function<QColor(const CubeGroup &)>;

    ShareList(Kind kind, const Theme &theme, QWidget *parent = nullptr);
    void draw(const QList<CubeGroup> &groups, qint64 total, ColorOf colorOf = {});
    void showNothing(); // nothing is known yet: bars without names
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    int rowHeight() const;
    void paintLine(QPainter &painter, const QRectF &row, const CubeGroup &group) const;
    void paintPlaceholder(QPainter &painter) const;
    void paintRow(QPainter &painter, const QRectF &row, const CubeGroup &group) const;

    Kind m_kind;
    const Theme &m_theme;
    QList<CubeGroup> m_groups;
    qint64 m_total = 0;
    ColorOf m_colorOf;
    bool m_isKnown = false;
};

// How a value is named on screen: an event that lacks the key has "(none)".
QString shownName(const QString &value);

} // namespace entvas
