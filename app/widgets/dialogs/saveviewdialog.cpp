#include "app/widgets/dialogs/saveviewdialog.h"

#include "app/board/savedview.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace entvas {

SaveViewDialog::SaveViewDialog(const QString &name, const QStringList &taken, QWidget *parent)
    : QDialog(parent), m_before(name), m_taken(taken), m_name(new QLineEdit(name)), m_note(new QLabel)
{
    setWindowTitle(tr("Save this view"));
    setMinimumWidth(440);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    auto *label = new QLabel(tr("&Name"));
    label->setBuddy(m_name);
    m_name->setMaxLength(int(kMostViewNameChars));
    m_name->selectAll();
    column->addWidget(label);
    column->addWidget(m_name);
    m_note->setObjectName(QStringLiteral("hint"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    column->addSpacing(8);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    m_save = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(QStringLiteral("primary"));
    m_save->setDefault(true);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_name, &QLineEdit::textChanged, this, &SaveViewDialog::follow);
    follow();
    m_name->setFocus();
}

QString SaveViewDialog::name() const
{
    return m_name->text().trimmed();
}

void SaveViewDialog::follow()
{
    const bool replaces = m_taken.contains(name()) && name() != m_before;
    m_note->setText(replaces ? tr("A view with this name exists and will be replaced.")
                             : tr("Saves this window's time range, filters, layout and server."));
    m_save->setText(replaces ? tr("Replace") : tr("Save"));
    m_save->setEnabled(!name().isEmpty());
}

} // namespace entvas
