#pragma once

#include "app/widgets/base/spoken.h"

#include <QFrame>
#include <QList>

namespace entvas {

class Theme;

// One big number with its label, a line of context and, where it tells something, its recent course.
class StatCard : public QFrame, public Spoken
{
    Q_OBJECT
public:
    StatCard(const QString &label, const Theme &theme, QWidget *parent = nullptr);
    void draw(const QString &number, const QString &context, const QList<qint64> &trend = {});
    // The same with a change in front of the context, in the colour of its sign: "+12.4 %".
    void drawChange(const QString &number, const QString &change, const QString &context);
    void setLabel(const QString &label);
    QString label() const { return m_label; }
    QString change() const { return m_change; }
    // Before the first data: a quiet placeholder instead of a zero that was not counted.
    void showNothing();
    QString number() const { return m_number; }
    QString context() const { return m_context; }
    // A click on it leads somewhere: its owner follows it.
    void setClickable(bool clickable);
    bool isClickable() const { return m_isClickable; }
    QAccessible::Role spokenRole() const override
    {
        return m_isClickable ? QAccessible::Button : QAccessible::StaticText;
    }
    QString spoken(QAccessible::Text text) const override;
    QSize sizeHint() const override { return {240, 96}; }
    QSize minimumSizeHint() const override { return {150, 96}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QString m_label;
    QString m_number;
    QString m_change;
    QString m_context;
    QList<qint64> m_trend;
    bool m_isClickable = false;
};

} // namespace entvas
