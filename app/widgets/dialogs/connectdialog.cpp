#include "app/widgets/dialogs/connectdialog.h"

#include "app/feed/serveraddress.h"

#include <QCheckBox>
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
      m_remember(new QCheckBox(tr("Re&member the token in this computer's keyring"))),
      m_plain(new QCheckBox(tr("Allow unencrypted &http for this server"))),
      m_plainWhy(new QLabel(tr("Anyone on the network path can read the data, steal your token and alter what you see. "
                               "Allow this only on a network you trust."))),
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
    column->addWidget(m_plain);
    m_plainWhy->setObjectName(QStringLiteral("hint"));
    m_plainWhy->setWordWrap(true);
    m_plainWhy->setIndent(21); // below the words of the box
    column->addWidget(m_plainWhy);
    auto *tokenLabel = new QLabel(tr("Viewer &token (only if the server asks for one)"));
    tokenLabel->setBuddy(m_token);
    m_token->setEchoMode(QLineEdit::Password);
    column->addWidget(tokenLabel);
    column->addWidget(m_token);
    column->addWidget(m_remember);
    m_failure->setObjectName(QStringLiteral("failure"));
    m_failure->setTextFormat(Qt::PlainText);
    m_failure->setWordWrap(true);
    m_failure->hide();
    column->addWidget(m_failure);

    addRecent(*column, recent);
    column->addSpacing(8);
    addButtons(*column);
    m_address->setFocus();
    setKeyring(false); // until it is known
    connect(m_address, &QLineEdit::textChanged, this, &ConnectDialog::follow);
    connect(m_token, &QLineEdit::textChanged, this, [this] {
        m_remember->setVisible(!m_token->text().isEmpty());
        fit();
    });
    connect(m_plain, &QCheckBox::toggled, this, [this] {
        m_failure->hide();
        fit();
    });
    m_remember->hide(); // until there is something to remember
    follow();
}

void ConnectDialog::addRecent(QVBoxLayout &column, const QList<QUrl> &recent)
{
    if (recent.isEmpty()) {
        m_recent->setParent(this);
        m_recent->hide();
        return;
    }
    column.addSpacing(8);
    auto *label = new QLabel(tr("&Recent servers (Del forgets one)"));
    label->setBuddy(m_recent);
    column.addWidget(label);
    m_recent->setAccessibleName(tr("Recent servers"));
    m_recent->ensurePolished(); // a list that is filled before it has its style keeps rows too low for it
    for (const QUrl &url : recent)
        m_recent->addItem(url.toString());
    m_recent->setMaximumHeight(150);
    column.addWidget(m_recent);
    connect(m_recent, &QListWidget::currentTextChanged, m_address, &QLineEdit::setText);
    connect(m_recent, &QListWidget::itemActivated, this, &ConnectDialog::accept);
}

void ConnectDialog::addButtons(QVBoxLayout &column)
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    auto *connectButton = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    connectButton->setObjectName(QStringLiteral("primary"));
    column.addWidget(buttons);
    connectButton->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ConnectDialog::setAllowed(Allowed allowed)
{
    m_allowed = std::move(allowed);
    follow();
}

void ConnectDialog::setKeyring(bool works)
{
    m_remember->setEnabled(works);
    m_remember->setChecked(works);
    m_remember->setToolTip(works ? QString()
                                 : tr("No keyring could be opened: the token is kept until Entvas is closed."));
}

bool ConnectDialog::isPlain() const
{
    QUrl url;
    return m_check(m_address->text().trimmed(), &url).isEmpty() && !isPrivateWay(url);
}

void ConnectDialog::follow()
{
    const bool isNeeded = isPlain();
    const bool wasShown = !m_plain->isHidden();
    m_plain->setVisible(isNeeded);
    m_plainWhy->setVisible(isNeeded);
    QUrl url;
    if (isNeeded && m_check(m_address->text().trimmed(), &url).isEmpty())
        m_plain->setChecked(m_allowed && m_allowed(url)); // each server has its own word
    if (wasShown != isNeeded)
        fit();
}

// Words that are broken into lines have no height of their own before they have a width.
void ConnectDialog::fit()
{
    layout()->activate();
    if (isVisible())
        resize(width(), layout()->totalHeightForWidth(width()));
}

void ConnectDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    fit();
}

bool ConnectDialog::remembersToken() const
{
    return m_remember->isEnabled() && m_remember->isChecked();
}

bool ConnectDialog::allowsHttp() const
{
    return m_plain->isChecked() && isPlain();
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
    QString wrong = m_check(m_address->text().trimmed(), &m_url);
    const bool needsWord = wrong.isEmpty() && isPlain() && !m_plain->isChecked();
    if (needsWord)
        wrong = tr("This address is not encrypted. Use https, or allow it for this server.");
    m_failure->setText(wrong);
    m_failure->setVisible(!wrong.isEmpty());
    if (wrong.isEmpty())
        return QDialog::accept();
    fit();
    if (needsWord)
        m_plain->setFocus();
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
