#pragma once

#include <functional>
#include <QDialog>
#include <QUrl>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace entvas {

// Asks for a server: its address, a token where it wants one, or one of the recent ones.
class ConnectDialog : public QDialog
{
    Q_OBJECT
public:
    // A sentence about what is wrong with an address, or nothing; fills in the address.
    using Check = std::function<QString(const QString &text, QUrl *url)>;

    ConnectDialog(const QList<QUrl> &recent, Check check, QWidget *parent = nullptr);
    QUrl server() const { return m_url; }
    QString token() const;
    void setServer(const QUrl &server, const QString &why = {});

Q_SIGNALS:
    void forgotten(const QUrl &server);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void accept() override;
    Check m_check;
    QLineEdit *m_address, *m_token;
    QListWidget *m_recent;
    QLabel *m_failure;
    QUrl m_url;
};

} // namespace entvas
