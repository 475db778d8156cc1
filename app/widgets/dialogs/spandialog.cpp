#include "app/widgets/dialogs/spandialog.h"

#include "app/board/text/format.h"
#include "core/base/qtcompat.h"

#include <array>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr std::array<qint64, 5> kUnitMs{1'000, 60'000, 3'600'000, 86'400'000, 604'800'000};

// The field inside; the calendar that comes up has fields of its own.
QLineEdit *lineOf(const QDateTimeEdit *edit)
{
    return edit->findChild<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly);
}

} // namespace

SpanDialog::SpanDialog(const TimeView &view, const TimeSpan &shown, const QTimeZone &zone, QWidget *parent)
    : QDialog(parent),
      m_zone(zone),
      m_last(new QRadioButton(tr("The &last"))),
      m_between(new QRadioButton(tr("&Between"))),
      m_count(new QSpinBox),
      m_unit(new QComboBox),
      m_from(new QDateTimeEdit),
      m_to(new QDateTimeEdit),
      m_failure(new QLabel)
{
    setWindowTitle(tr("Custom range"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(10);

    addLast(*column);
    addBetween(*column);
    auto *note = new QLabel(tr("All times in %1.").arg(format::zoneName(zone, shown.toMs)));
    note->setObjectName(u"hint"_s);
    note->setTextFormat(Qt::PlainText);
    column->addWidget(note);
    m_failure->setObjectName(u"failure"_s);
    m_failure->setTextFormat(Qt::PlainText);
    m_failure->hide();
    column->addWidget(m_failure);

    column->addSpacing(6);
    addButtons(*column);
    fill(view, shown);

    // A change in a field chooses its line.
    connect(m_count, &QSpinBox::valueChanged, this, [this] { m_last->setChecked(true); });
    connect(m_unit, &QComboBox::currentIndexChanged, this, [this] { m_last->setChecked(true); });
    for (QDateTimeEdit *edit : {m_from, m_to})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, [this] {
            m_between->setChecked(true);
            m_failure->hide();
        });
    if (view.isLive())
        m_count->setFocus();
    else
        m_from->setFocus();
}

void SpanDialog::addLast(QVBoxLayout &column)
{
    auto *last = new QHBoxLayout;
    last->setSpacing(8);
    m_last->setMinimumWidth(90);
    m_count->setRange(1, 9'999);
    m_count->setMinimumWidth(80);
    m_count->setAccessibleName(tr("How many"));
    m_unit->setAccessibleName(tr("Unit"));
    m_unit->addItems({tr("seconds"), tr("minutes"), tr("hours"), tr("days"), tr("weeks")});
    last->addWidget(m_last);
    last->addWidget(m_count);
    last->addWidget(m_unit);
    last->addStretch(1);
    column.addLayout(last);
}

void SpanDialog::addBetween(QVBoxLayout &column)
{
    auto *between = new QHBoxLayout;
    between->setSpacing(8);
    m_between->setMinimumWidth(90);
    for (QDateTimeEdit *edit : {m_from, m_to}) {
        edit->setCalendarPopup(true);
        edit->setDisplayFormat(format::datePattern() + u"  HH:mm:ss"_s);
        edit->setMinimumWidth(250); // the longest date of every language
        lineOf(edit)->installEventFilter(this);
        qtcompat::setUtc(edit); // the fields hold what the clock of the zone shows, whatever this computer's zone is
    }
    m_from->setAccessibleName(tr("From"));
    m_to->setAccessibleName(tr("To"));
    between->addWidget(m_between);
    between->addWidget(m_from);
    between->addWidget(new QLabel(tr("and")));
    between->addWidget(m_to);
    column.addLayout(between);
}

void SpanDialog::addButtons(QVBoxLayout &column)
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    auto *show = buttons->addButton(tr("Show"), QDialogButtonBox::AcceptRole);
    show->setObjectName(u"primary"_s);
    column.addWidget(buttons);
    show->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &SpanDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

// With what the window shows.
void SpanDialog::fill(const TimeView &view, const TimeSpan &shown)
{
    const auto wall = [&](qint64 ms) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(ms, m_zone);
        return QDateTime(at.date(), at.time(), QTimeZone::utc());
    };
    m_from->setDateTime(wall(shown.fromMs));
    m_to->setDateTime(wall(shown.toMs));
    const qint64 length = view.kind == TimeView::Kind::Last    ? view.lengthMs
                          : view.kind == TimeView::Kind::Named ? std::max(lengthOf(view.named), qint64(3'600'000))
                                                               : shown.lengthMs();
    std::size_t unit = kUnitMs.size() - 1;
    while (unit > 0 && (length % kUnitMs[unit] != 0 || length / kUnitMs[unit] < 1))
        --unit;
    m_unit->setCurrentIndex(int(unit));
    m_count->setValue(int(std::clamp<qint64>(length / kUnitMs[unit], 1, 9'999)));
    (view.isLive() ? m_last : m_between)->setChecked(true);
}

// A click chooses the part of the time that it hits, so that what is typed next takes its place: beside two digits
// there is no room for a third one.
bool SpanDialog::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonRelease)
        for (QDateTimeEdit *edit : {m_from, m_to}) {
            const QLineEdit *line = lineOf(edit);
            if (object == line && !line->hasSelectedText())
                edit->setSelectedSection(edit->currentSection());
        }
    return QDialog::eventFilter(object, event);
}

qint64 SpanDialog::msOf(const QDateTimeEdit *edit) const
{
    return QDateTime(edit->date(), edit->time(), m_zone).toMSecsSinceEpoch();
}

TimeView SpanDialog::view() const
{
    if (m_last->isChecked())
        return TimeView::last(
            std::max(qint64(m_count->value()) * kUnitMs[std::size_t(m_unit->currentIndex())], kShortestViewMs));
    return TimeView::fixed({msOf(m_from), msOf(m_to)});
}

void SpanDialog::accept()
{
    const TimeView chosen = view();
    if (chosen.kind == TimeView::Kind::Fixed && chosen.span.lengthMs() < kShortestViewMs) {
        m_failure->setText(chosen.span.isEmpty()
                               ? tr("The end must be after the start.")
                               : tr("The range must be at least %1.").arg(format::length(kShortestViewMs)));
        m_failure->show();
        m_to->setFocus();
        return;
    }
    QDialog::accept();
}

} // namespace entvas
