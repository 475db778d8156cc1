#pragma once

#include "app/widgets/base/spoken.h"

#include <QColor>
#include <QList>
#include <QString>
#include <QWidget>

namespace entvas {

class Theme;

// The small card beside a bucket: its time, its total, and the parts. Never takes the mouse.
class HoverCard : public QWidget, public Spoken
{
    Q_OBJECT
public:
    struct Row {
        QColor color;
        QString name;
        QString count;
    };
    HoverCard(const Theme &theme, QWidget *parent);
    // Beside `bar` (in the parent's coordinates): right of it, else left, always inside the parent.
    void draw(const QString &title, const QString &total, const QList<Row> &rows, const QRect &bar);
    QString total() const { return m_total; }
    QAccessible::Role spokenRole() const override { return QAccessible::ToolTip; }
    QString spoken(QAccessible::Text text) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QString m_title, m_total;
    QList<Row> m_rows;
};

} // namespace entvas
