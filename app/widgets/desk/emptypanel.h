#pragma once

#include <QFrame>
#include <QUrl>

class QLabel;
class QLineEdit;
class QPushButton;

namespace entvas {

// What to do while no event has ever come: the curl line to copy, and a button that starts sample traffic.
class EmptyPanel : public QFrame
{
    Q_OBJECT
public:
    explicit EmptyPanel(QWidget *parent = nullptr);
    void setWebhook(const QUrl &webhook, const QString &key);
    void setSampleOffered(bool offered); // false: no key is known that the server would take
    void setSampling(bool sampling);
    QString curlLine() const;

Q_SIGNALS:
    void sampleTrafficWanted();

private:
    void copy();
    QLineEdit *m_curl;
    QPushButton *m_copy, *m_sample;
    QLabel *m_note;
};

} // namespace entvas
