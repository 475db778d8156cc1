#include "app/widgets/dialogs/zonedialog.h"

#include "app/board/text/format.h"
#include "app/widgets/base/screenroom.h"
#include "core/base/zone.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

ZoneDialog::ZoneDialog(const QTimeZone &current, qint64 nowMs, QWidget *parent)
    : QDialog(parent), m_current(current), m_search(new QLineEdit), m_list(new QListWidget)
{
    setWindowTitle(tr("Time zone of this window"));
    fitScreen(this, {420, 460});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    m_search->setPlaceholderText(tr("City, region or offset"));
    m_search->setAccessibleName(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    column->addWidget(m_search);
    m_list->setAccessibleName(tr("Time zones"));
    m_list->ensurePolished(); // a list that is filled before it has its style keeps rows too low for it
    column->addWidget(m_list, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    auto *use = buttons->addButton(tr("Use"), QDialogButtonBox::AcceptRole);
    use->setObjectName(u"primary"_s);
    column->addWidget(buttons);
    use->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListWidget::itemActivated, this, &QDialog::accept);
    connect(m_search, &QLineEdit::textChanged, this, &ZoneDialog::fill);
    connect(m_list, &QListWidget::currentRowChanged, use, [use](int row) { use->setEnabled(row >= 0); });

    const QByteArray system = systemZone().zone.id();
    const auto add = [&](const QByteArray &id, const QString &note) {
        const QTimeZone zone(id);
        if (!zone.isValid())
            return;
        const QString name = format::zoneName(zone, nowMs);
        const QString spaced = QString::fromLatin1(id).replace(u'_', u' ');
        m_entries.append({id, note.isEmpty() ? name : u"%1 · %2"_s.arg(name, note),
                          (spaced + u' ' + name).toLower().replace(u'−', u'-')});
    };
    add(system, tr("this computer"));
    add("UTC"_ba, {});
    // Old names of the same zones would only be in the way.
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds())
        if (id.contains('/') && !id.startsWith("Etc/") && !id.startsWith("posix/") && !id.startsWith("right/") &&
            !id.startsWith("SystemV/") && !id.startsWith("US/") && id != system)
            add(id, {});
    fill({});
    m_search->setFocus();
}

void ZoneDialog::fill(const QString &wanted)
{
    const QStringList words = wanted.toLower().replace(u'_', u' ').replace(u'−', u'-').split(u' ', Qt::SkipEmptyParts);
    m_list->clear();
    int current = 0;
    for (const Entry &entry : std::as_const(m_entries)) {
        const bool fits =
            std::all_of(words.cbegin(), words.cend(), [&](const QString &word) { return entry.search.contains(word); });
        if (!fits)
            continue;
        auto *item = new QListWidgetItem(entry.text, m_list);
        item->setData(Qt::UserRole, entry.id);
        if (words.isEmpty() && entry.id == m_current.id())
            current = m_list->count() - 1;
    }
    m_list->setCurrentRow(m_list->count() > 0 ? current : -1);
    if (m_list->currentItem())
        m_list->scrollToItem(m_list->currentItem(), QAbstractItemView::PositionAtCenter);
}

QTimeZone ZoneDialog::zone() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? QTimeZone(item->data(Qt::UserRole).toByteArray()) : m_current;
}

// The list follows the arrow keys while one types.
bool ZoneDialog::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(object, event);
}

} // namespace entvas
