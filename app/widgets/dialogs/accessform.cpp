#include "app/widgets/dialogs/accessform.h"

#include <algorithm>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

AccessForm::AccessForm(const QString &title, const QString &act, QWidget *parent)
    : QDialog(parent), m_form(new QFormLayout), m_explanation(new QLabel)
{
    setWindowTitle(title);
    setMinimumWidth(460);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(14);
    m_form->setHorizontalSpacing(20);
    m_form->setVerticalSpacing(10);
    m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    column->addLayout(m_form);
    m_explanation->setObjectName(u"hint"_s);
    m_explanation->setTextFormat(Qt::PlainText);
    m_explanation->setWordWrap(true);
    m_explanation->hide();
    column->addWidget(m_explanation);
    auto *ends = new QDialogButtonBox(QDialogButtonBox::Cancel);
    ends->button(QDialogButtonBox::Cancel)->setIcon({});
    m_act = ends->addButton(act, QDialogButtonBox::AcceptRole);
    m_act->setObjectName(u"primary"_s);
    column->addWidget(ends);
    m_act->setDefault(true);
    connect(ends, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(ends, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

std::function<QString()> AccessForm::addText(const QString &label, const QString &hint, int maxChars, bool required)
{
    auto *field = new QLineEdit;
    field->setMaxLength(maxChars);
    field->setPlaceholderText(hint);
    addField(label, field);
    const auto text = [field] { return field->text().trimmed(); };
    if (required)
        m_required << text;
    connect(field, &QLineEdit::textChanged, this, &AccessForm::refresh);
    refresh();
    return text;
}

std::function<QVariant()> AccessForm::addChoice(const QString &label,
                                                const QList<std::pair<QString, QVariant>> &choices, int current)
{
    auto *field = new QComboBox;
    field->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (const auto &[text, value] : choices)
        field->addItem(text, value);
    field->setCurrentIndex(current);
    addField(label, field);
    return [field] { return field->currentData(); };
}

void AccessForm::addField(const QString &label, QWidget *field)
{
    m_form->addRow(label, field);
    if (m_last)
        setTabOrder(m_last, field);
    else
        field->setFocus();
    setTabOrder(field, m_act);
    m_last = field;
}

std::function<int()> AccessForm::addNumber(const QString &label, int least, int most, int current)
{
    auto *field = new QSpinBox;
    field->setRange(least, most);
    field->setValue(current);
    addField(label, field);
    return [field] { return field->value(); };
}

void AccessForm::explain(const QString &text)
{
    m_explanation->setText(text);
    m_explanation->show();
}

void AccessForm::refresh()
{
    m_act->setEnabled(
        std::none_of(m_required.cbegin(), m_required.cend(), [](const auto &text) { return text().isEmpty(); }));
}

} // namespace entvas
