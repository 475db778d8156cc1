#pragma once

#include <QFrame>
#include <QJsonObject>

class QLabel;
class QLineEdit;
class QPushButton;

namespace entvas {

// A new key, the one time that it is shown. Hidden, and without any text, before and after.
class NewKeyBox : public QFrame
{
    Q_OBJECT
public:
    explicit NewKeyBox(QWidget *parent = nullptr);

    void showKey(const QJsonObject &key); // as the server answers
    // Nothing would be lost if the box went now.
    bool isCopied() const { return m_isCopied; }

Q_SIGNALS:
    void done(); // it has been put away

private:
    void putAway();

    QLabel *m_title;
    QLineEdit *m_text;
    QPushButton *m_copy;
    bool m_isCopied = true;
};

} // namespace entvas
