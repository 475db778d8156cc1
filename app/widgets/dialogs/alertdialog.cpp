#include "app/widgets/dialogs/alertdialog.h"

#include "app/board/alertkinds.h"
#include "app/board/text/format.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/screenroom.h"
#include "app/widgets/chart/filterbar.h"

#include <algorithm>
#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

AlertDialog::AlertDialog(const QList<AlertRule> &rules, const QList<AlertNotice> &log,
                         const QMap<QString, ValueFilter> &filter, const QTimeZone &zone, QWidget *parent)
    : QDialog(parent), m_rules(rules), m_windowFilter(filter), m_list(new QListWidget), m_remove(new QPushButton)
{
    setWindowTitle(tr("Alerts"));
    fitScreen(this, {760, 560});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);

    auto *row = new QHBoxLayout;
    row->setSpacing(20);
    auto *left = new QVBoxLayout;
    m_list->setAccessibleName(tr("Alerts"));
    m_list->setMinimumWidth(260);
    left->addWidget(m_list, 1);
    auto *buttons = new QHBoxLayout;
    auto *addButton = new QPushButton(tr("&Add"));
    m_remove->setText(tr("&Remove"));
    for (QPushButton *button : {addButton, m_remove})
        button->setAutoDefault(false); // Enter saves
    buttons->addWidget(addButton);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    left->addLayout(buttons);
    row->addLayout(left, 1);
    m_editor = makeEditor();
    row->addWidget(m_editor, 1);
    column->addLayout(row, 3);

    addLog(*column, log, zone);
    addButtons(*column);
    connect(addButton, &QPushButton::clicked, this, &AlertDialog::add);
    connect(m_remove, &QPushButton::clicked, this, &AlertDialog::remove);

    for (const AlertRule &rule : std::as_const(m_rules)) {
        auto *item = new QListWidgetItem(paint::oneLine(rule.name), m_list);
        item->setCheckState(rule.isOn ? Qt::Checked : Qt::Unchecked);
    }
    connect(m_list, &QListWidget::currentRowChanged, this, &AlertDialog::show);
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) {
        if (const int at = m_list->row(item); at >= 0 && at < m_rules.size())
            m_rules[at].isOn = item->checkState() == Qt::Checked;
    });
    m_list->setCurrentRow(m_rules.isEmpty() ? -1 : 0);
    show(m_list->currentRow());
}

void AlertDialog::addLog(QVBoxLayout &column, const QList<AlertNotice> &log, const QTimeZone &zone)
{
    auto *logLabel = new QLabel(tr("Recent notifications"));
    logLabel->setObjectName(u"title"_s);
    column.addWidget(logLabel);
    auto *logList = new QListWidget;
    logList->setAccessibleName(logLabel->text());
    logList->ensurePolished(); // a list that is filled before it has its style keeps rows too low for it
    logList->setSelectionMode(QAbstractItemView::NoSelection);
    for (auto notice = log.crbegin(); notice != log.crend(); ++notice) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(notice->atMs, zone);
        logList->addItem(u"%1   %2: %3"_s.arg(format::dateName(at.date(), false) + at.time().toString(u" HH:mm:ss"_s),
                                              paint::oneLine(notice->rule), paint::oneLine(notice->text)));
    }
    if (log.isEmpty())
        logList->addItem(tr("None yet"));
    column.addWidget(logList, 2);
}

void AlertDialog::addButtons(QVBoxLayout &column)
{
    auto *ends = new QDialogButtonBox(QDialogButtonBox::Cancel);
    ends->button(QDialogButtonBox::Cancel)->setIcon({});
    auto *save = ends->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    save->setObjectName(u"primary"_s);
    column.addWidget(ends);
    save->setDefault(true); // before it belongs to the dialog this would be forgotten
    connect(ends, &QDialogButtonBox::accepted, this, &AlertDialog::accept);
    connect(ends, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QWidget *AlertDialog::makeEditor()
{
    auto *editor = new QWidget;
    auto *form = new QFormLayout(editor);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(10);
    m_name = new QLineEdit;
    m_name->setMaxLength(120);
    m_kind = new QComboBox;
    for (const AlertKind &kind : alertKinds())
        m_kind->addItem(kind.title, kind.id);
    m_threshold = new QDoubleSpinBox;
    m_threshold->setRange(0, 1e12);
    m_threshold->setDecimals(0);
    m_threshold->setGroupSeparatorShown(true);
    m_minutes = new QSpinBox;
    m_minutes->setRange(1, kMostAlertMinutes);
    m_repeat = new QComboBox;
    m_repeat->addItems({tr("once per incident"), tr("every hour while active"), tr("once, then disable")});
    m_thresholdLabel = new QLabel;
    m_thresholdLabel->setBuddy(m_threshold);
    m_minutesLabel = new QLabel;
    m_minutesLabel->setBuddy(m_minutes);
    m_filter = new QLabel;
    m_filter->setTextFormat(Qt::PlainText);
    m_filter->setWordWrap(true);
    m_filter->setObjectName(u"hint"_s);
    m_filterButton = new QPushButton;
    m_filterButton->setAutoDefault(false);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&When"), m_kind);
    form->addRow(m_thresholdLabel, m_threshold);
    form->addRow(m_minutesLabel, m_minutes);
    form->addRow(tr("&Notify"), m_repeat);
    form->addRow(tr("Applies to"), m_filter);
    form->addRow(QString(), m_filterButton);
    connect(m_name, &QLineEdit::textEdited, this, &AlertDialog::take);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AlertDialog::take);
    connect(m_repeat, &QComboBox::currentIndexChanged, this, &AlertDialog::take);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &AlertDialog::take);
    connect(m_minutes, &QSpinBox::valueChanged, this, &AlertDialog::take);
    connect(m_filterButton, &QPushButton::clicked, this, [this] {
        if (m_row < 0)
            return;
        QMap<QString, ValueFilter> &filter = m_rules[m_row].filter;
        filter = filter.isEmpty() ? m_windowFilter : QMap<QString, ValueFilter>();
        refreshFilter();
    });
    return editor;
}

QString AlertDialog::freeName(const QString &wanted, qsizetype before) const
{
    const QString base = wanted.trimmed().isEmpty() ? tr("Alert") : wanted.trimmed();
    const auto isTaken = [&](const QString &name) {
        return std::any_of(m_rules.cbegin(), m_rules.cbegin() + before,
                           [&](const AlertRule &rule) { return rule.name == name; });
    };
    QString name = base;
    for (int n = 2; isTaken(name); ++n)
        name = u"%1 %2"_s.arg(base, QString::number(n));
    return name;
}

void AlertDialog::add()
{
    if (m_rules.size() >= kMostAlertRules)
        return;
    AlertRule rule;
    rule.filter = m_windowFilter;
    rule.name = freeName(tr("New alert"), m_rules.size());
    m_rules.append(rule);
    auto *item = new QListWidgetItem(rule.name);
    item->setCheckState(Qt::Checked);
    m_list->addItem(item);
    m_list->setCurrentRow(int(m_rules.size()) - 1);
    m_name->setFocus();
    m_name->selectAll();
}

void AlertDialog::remove()
{
    const int row = m_row;
    if (row < 0)
        return;
    m_rules.removeAt(row);
    m_row = -1; // the list tells of its new current row while the old one goes
    delete m_list->takeItem(row);
    show(m_list->currentRow());
}

void AlertDialog::show(int row)
{
    m_row = row < m_rules.size() ? row : -1;
    m_editor->setEnabled(m_row >= 0);
    m_remove->setEnabled(m_row >= 0);
    m_filling = true;
    const AlertRule rule = m_row >= 0 ? m_rules[m_row] : AlertRule();
    m_name->setText(rule.name);
    m_kind->setCurrentIndex(m_kind->findData(rule.kind));
    m_repeat->setCurrentIndex(int(rule.repeat));
    m_threshold->setValue(rule.threshold);
    m_minutes->setValue(rule.minutes);
    m_filling = false;
    take();
}

void AlertDialog::take()
{
    if (m_filling)
        return;
    const AlertKind kind = alertKind(m_kind->currentData().toString());
    const auto offer = [](QLabel *label, QWidget *field, const QString &text) {
        label->setText(text);
        label->setVisible(!text.isEmpty());
        field->setVisible(!text.isEmpty());
    };
    offer(m_thresholdLabel, m_threshold, kind.thresholdLabel);
    offer(m_minutesLabel, m_minutes, kind.minutesLabel);
    refreshFilter();
    if (m_row < 0)
        return;
    AlertRule &rule = m_rules[m_row];
    rule.name = m_name->text();
    rule.kind = kind.id;
    rule.repeat = static_cast<AlertRule::Repeat>(m_repeat->currentIndex());
    rule.threshold = m_threshold->value();
    rule.minutes = m_minutes->value();
    m_list->item(m_row)->setText(paint::oneLine(rule.name));
    m_list->item(m_row)->setToolTip(u"<span>%1</span>"_s.arg(describe(rule).toHtmlEscaped()));
}

void AlertDialog::refreshFilter()
{
    const QMap<QString, ValueFilter> filter = m_row >= 0 ? m_rules[m_row].filter : QMap<QString, ValueFilter>();
    QStringList parts;
    for (auto rule = filter.cbegin(); rule != filter.cend(); ++rule)
        parts << filterText(rule.key(), rule.value());
    m_filter->setText(parts.isEmpty() ? tr("all events") : parts.join(u"; "_s));
    m_filterButton->setText(filter.isEmpty() ? tr("Use current &filters") : tr("&All events"));
    m_filterButton->setEnabled(!filter.isEmpty() || !m_windowFilter.isEmpty());
    m_filterButton->setVisible(alertKind(m_kind->currentData().toString()).hasFilter);
}

void AlertDialog::accept()
{
    for (int i = 0; i < m_rules.size(); ++i)
        m_rules[i].name = freeName(m_rules[i].name, i);
    QDialog::accept();
}

} // namespace entvas
