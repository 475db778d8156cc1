#pragma once

#include <QLabel>
#include <QToolButton>

// Texts that give way: cut with an ellipsis where there is less room than they need, and then whole in the tool tip.
namespace entvas {

// One line of plain text.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(const QString &text = {}, QWidget *parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
};

class ElidedButton : public QToolButton
{
    Q_OBJECT
public:
    explicit ElidedButton(QWidget *parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QString shown() const; // as much of the text as there is room for
};

} // namespace entvas
