#pragma once

#include <QFrame>

class QBoxLayout;
class QLabel;
class QPushButton;

namespace entvas {

// One sentence about what is wrong and the buttons that lead on. Hidden when all is well.
class Banner : public QFrame
{
    Q_OBJECT
public:
    explicit Banner(QWidget *parent = nullptr);
    // An empty action hides its button.
    void draw(const QString &headline, const QString &text, const QString &action, const QString &otherAction = {});
    QString headline() const;
    // With the room around it, for a column: what setShown() shows and hides. Owned by who takes it.
    QWidget *makeRow();
    void setShown(bool shown);

Q_SIGNALS:
    void actionChosen();
    void otherActionChosen();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange(); // words in one line, or below each other where it is narrow

    QBoxLayout *m_words;
    QLabel *m_headline, *m_text;
    QPushButton *m_action, *m_other;
};

} // namespace entvas
