#pragma once

#include "app/widgets/base/spoken.h"

#include <QColor>
#include <QList>
#include <QWidget>

namespace entvas {

class Theme;

// Names with their colour squares in one line, from the right; what does not fit is left out from the end. A name can
// be clicked; with the keyboard, arrows choose one and Enter clicks it.
class Legend : public QWidget, public Spoken
{
    Q_OBJECT
public:
    struct Entry {
        QString name;
        QColor color;
        bool isClickable = true;
        bool operator==(const Entry &) const = default;
    };
    Legend(const Theme &theme, QWidget *parent = nullptr);
    void draw(const QList<Entry> &entries);
    QSize sizeHint() const override { return {320, 20}; }
    QAccessible::Role spokenRole() const override { return QAccessible::List; }
    QString spoken(QAccessible::Text text) const override;
    int spokenRows() const override { return int(m_entries.size()); }
    SpokenRow spokenRow(int row) const override;
    void pressRow(int row) override;
    QRectF entryRect(qsizetype index) const; // empty when it is left out

Q_SIGNALS:
    void clicked(int index, Qt::KeyboardModifiers modifiers);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    QList<double> widths() const; // of the entries that fit
    int entryAt(const QPointF &point) const;

    const Theme &m_theme;
    QList<Entry> m_entries;
    int m_hovered = -1;
    int m_current = -1; // of the keyboard
};

} // namespace entvas
