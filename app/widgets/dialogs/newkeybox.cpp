#include "app/widgets/dialogs/newkeybox.h"

#include "app/widgets/base/plainlabel.h"
#include "app/widgets/dialogs/accesswords.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

NewKeyBox::NewKeyBox(QWidget *parent)
    : QFrame(parent), m_title(plainLabel(u"title"_s)), m_text(new QLineEdit), m_copy(access::quietButton(tr("C&opy")))
{
    setObjectName(u"banner"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(m_title);
    auto *row = new QHBoxLayout;
    m_text->setObjectName(u"code"_s);
    m_text->setReadOnly(true);
    m_text->setAccessibleName(tr("The new key"));
    m_copy->setObjectName(u"primary"_s);
    auto *away = access::quietButton(tr("&Done"));
    row->addWidget(m_text, 1);
    row->addWidget(m_copy);
    row->addWidget(away);
    column->addLayout(row);
    auto *hint = plainLabel(u"hint"_s);
    hint->setText(tr("This key is shown once. Copy it now to where it is needed: it cannot be recovered."));
    column->addWidget(hint);
    hide();
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text->text());
        m_isCopied = true;
        m_copy->setText(tr("Copied"));
    });
    connect(away, &QPushButton::clicked, this, &NewKeyBox::putAway);
}

void NewKeyBox::showKey(const QJsonObject &key)
{
    const QString name = key.value("name"_L1).toString();
    m_title->setText(tr("The new key: %1, %2")
                         .arg(name.isEmpty() ? key.value("id"_L1).toString() : name,
                              access::roleName(key.value("role"_L1).toString())));
    m_text->setText(key.value("key"_L1).toString());
    m_text->setCursorPosition(0);
    m_copy->setText(tr("C&opy"));
    m_isCopied = false;
    show();
    m_copy->setFocus();
}

void NewKeyBox::putAway()
{
    m_isCopied = true;
    m_text->clear();
    hide();
    Q_EMIT done();
}

} // namespace entvas
