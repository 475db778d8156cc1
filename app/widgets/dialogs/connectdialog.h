#pragma once

#include <functional>
#include <QDialog>
#include <QUrl>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace entvas {

// Asks for a server: its address, a token where it wants one and whether to remember it, or one of the recent ones. An
// address without encryption needs a person's word.
class ConnectDialog : public QDialog
{
    Q_OBJECT
public:
    // A sentence about what is wrong with an address, or nothing; fills in the address.
    using Check = std::function<QString(const QString &text, QUrl *url)>;

    // Whether a person allowed plain http there before.
    using Allowed = std::function<bool(const QUrl &server)>;

    ConnectDialog(const QList<QUrl> &recent, Check check, QWidget *parent = nullptr);
    QUrl server() const { return m_url; }
    QString token() const;
    bool remembersToken() const;
    bool allowsHttp() const; // for an address that needs it
    void setServer(const QUrl &server, const QString &why = {});
    void setAllowed(Allowed allowed);
    // Without one a token can't be remembered, and it says so.
    void setKeyring(bool works);

Q_SIGNALS:
    void forgotten(const QUrl &server);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void addRecent(QVBoxLayout &column, const QList<QUrl> &recent);
    void addButtons(QVBoxLayout &column);
    void accept() override;
    void follow(); // the address as it is typed
    void fit();    // to what is shown
    bool isPlain() const;

    Check m_check;
    Allowed m_allowed;
    QLineEdit *m_address, *m_token;
    QCheckBox *m_remember, *m_plain;
    QLabel *m_plainWhy;
    QListWidget *m_recent;
    QLabel *m_failure;
    QUrl m_url;
};

} // namespace entvas
