#include "app/widgets/connectdialog.h"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace entvas {

ConnectDialog::ConnectDialog(const QList<QUrl> &recent, Check check, QWidget *parent)
    : QDialog(parent),
      m_check(std::move(check)),
      m_address(new QLineEdit),
      m_token(new QLineEdit),
      m_recent(new QListWidget),
      m_failure(new QLabel)
{
    setWindowTitle(tr("Connect to a server"));
    setMinimumWidth(440);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);

    auto *addressLabel = new QLabel(tr("&Server"));
    addressLabel->setBuddy(m_address);
    m_address->setPlaceholderText(QStringLiteral("https://events.example.org"));
    column->addWidget(addressLabel);
    column->addWidget(m_address);
    auto *tokenLabel = new QLabel(tr("Viewer &token (only if the server asks for one)"));
    tokenLabel->setBuddy(m_token);
    m_token->setEchoMode(QLineEdit::Password);
    column->addWidget(tokenLabel);
    column->addWidget(m_token);
    m_failure->setObjectName(QStringLiteral("failure"));
    m_failure->setTextFormat(Qt::PlainText);
    m_failure->setWordWrap(true);
    m_failure->hide();
    column->addWidget(m_failure);

    if (!recent.isEmpty()) {
        column->addSpacing(8);
        auto *label = new QLabel(tr("&Recent servers (Del forgets one)"));
        label->setBuddy(m_recent);
        column->addWidget(label);
        m_recent->setAccessibleName(tr("Recent servers"));
        m_recent->ensurePolished(); // a list that is filled before it has its style keeps rows too low for it
        for (const QUrl &url : recent)
            m_recent->addItem(url.toString());
        m_recent->setMaximumHeight(150);
        column->addWidget(m_recent);
        connect(m_recent, &QListWidget::currentTextChanged, m_address, &QLineEdit::setText);
        connect(m_recent, &QListWidget::itemActivated, this, &ConnectDialog::accept);
    } else {
        m_recent->setParent(this);
        m_recent->hide();
    }
    column->addSpacing(8);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    auto *connectButton = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    connectButton->setObjectName(QStringLiteral("primary"));
    connectButton->setDefault(true);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_address->setFocus();
}

QString ConnectDialog::token() const
{
    return m_token->text().trimmed();
}

void ConnectDialog::setServer(const QUrl &server, const QString &why)
{
    m_address->setText(server.toString());
    m_failure->setText(why);
    m_failure->setVisible(!why.isEmpty());
    if (!why.isEmpty())
        m_token->setFocus();
}

void ConnectDialog::accept()
{
    const QString wrong = m_check(m_address->text().trimmed(), &m_url);
    m_failure->setText(wrong);
    m_failure->setVisible(!wrong.isEmpty());
    if (wrong.isEmpty())
        QDialog::accept();
    else
        m_address->setFocus();
}

void ConnectDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete && m_recent->hasFocus() && m_recent->currentItem()) {
        const QUrl url(m_recent->currentItem()->text());
        delete m_recent->takeItem(m_recent->currentRow());
        Q_EMIT forgotten(url);
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace entvas
