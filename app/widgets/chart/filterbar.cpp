#include "app/widgets/chart/filterbar.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/timelinechart.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLongestChip = 48; // characters

} // namespace

QString filterText(const QString &dimension, const ValueFilter &rule)
{
    QStringList values;
    for (const QString &value : rule.values)
        values << paint::oneLine(shownName(value));
    std::sort(values.begin(), values.end());
    QString text = values.join(u", "_s);
    if (text.size() > kLongestChip)
        text = text.left(kLongestChip) + u'…';
    return u"%1%2 %3"_s.arg(dimensionName(dimension), rule.isExcluding ? u" ≠"_s : u":"_s, text);
}

QString dimensionName(const QString &dimension)
{
    return dimension == u"eventType"_s ? FilterBar::tr("type") : dimension;
}

FilterBar::FilterBar(Board &board, QWidget *parent)
    : QWidget(parent),
      m_board(board),
      m_chipRow(new QHBoxLayout),
      m_place(new ElidedLabel),
      m_span(new ElidedLabel),
      m_add(new QToolButton),
      m_live(new QToolButton),
      m_addMenu(new QMenu(m_add))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(20, 0, 20, 0);
    row->setSpacing(8);
    setFixedHeight(44);
    for (QLabel *label : {m_place, m_span}) {
        label->setObjectName(u"hint"_s);
        label->setTextFormat(Qt::PlainText);
    }
    m_span->setAccessibleName(tr("Time shown"));
    m_chipRow->setSpacing(6);
    row->addWidget(m_place);
    row->addLayout(m_chipRow);
    m_add->setObjectName(u"quiet"_s);
    m_add->setText(tr("+ Add filter"));
    m_add->setToolTip(tr("Filter events (F)"));
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setCursor(Qt::PointingHandCursor);
    m_add->setMenu(m_addMenu);
    row->addWidget(m_add);
    row->addStretch(1);
    m_live->setObjectName(u"quiet"_s);
    m_live->setText(tr("Back to live"));
    m_live->setToolTip(tr("Follow live time again (L)"));
    m_live->setCursor(Qt::PointingHandCursor);
    row->addWidget(m_live);
    row->addWidget(m_span);
    connect(m_live, &QToolButton::clicked, &m_board, &Board::goLive);
    connect(m_addMenu, &QMenu::aboutToShow, this, &FilterBar::fillAddMenu);
    connect(&m_board, &Board::framed, this, &FilterBar::draw);
    draw(m_board.frame());
}

void FilterBar::setPlace(const QString &text)
{
    m_place->setText(text);
}

void FilterBar::openAddMenu()
{
    m_add->showMenu();
}

void FilterBar::setQuiet(bool quiet)
{
    m_quiet = quiet;
    m_add->setVisible(!quiet);
    draw(m_board.frame());
}

QString FilterBar::span() const
{
    return m_span->text();
}

QStringList FilterBar::chips() const
{
    QStringList texts;
    for (const QToolButton *chip : m_chips)
        texts << chip->accessibleName();
    return texts;
}

void FilterBar::draw(const BoardFrame &frame)
{
    const bool live = frame.choice.view.isLive();
    m_span->setText(format::spanName(frame.grid, live, frame.isCutInUtc ? QTimeZone::utc() : frame.zone));
    m_span->setToolTip(frame.isCutInUtc ? tr("Counts older than 92 days are kept by UTC day") : QString());
    m_live->setVisible(!live && !m_quiet);
    if (frame.choice.filter != m_shown || (m_chips.isEmpty() && !m_shown.isEmpty()))
        makeChips(frame);
    m_place->setVisible(m_shown.isEmpty() || m_quiet);
}

void FilterBar::makeChips(const BoardFrame &frame)
{
    m_shown = frame.choice.filter;
    for (QToolButton *chip : std::as_const(m_chips)) {
        chip->hide();
        chip->deleteLater(); // the click that removes it may come from itself
    }
    m_chips.clear();
    for (auto rule = m_shown.cbegin(); rule != m_shown.cend(); ++rule) {
        auto *chip = new ElidedButton(this);
        const QString text = filterText(rule.key(), rule.value());
        chip->setObjectName(u"chip"_s);
        chip->setText(QString(text).replace(u'&', u"&&"_s) + u"  ×"_s);
        chip->setAccessibleName(text);
        chip->setToolTip(tr("Remove this filter"));
        chip->setCursor(Qt::PointingHandCursor);
        connect(chip, &QToolButton::clicked, this, [this, dimension = rule.key()] {
            QMap<QString, ValueFilter> filter = m_board.choice().filter;
            filter.remove(dimension);
            m_board.setFilter(filter);
        });
        m_chipRow->addWidget(chip);
        m_chips.append(chip);
    }
}

// The most common values of the time that is shown, by dimension.
void FilterBar::fillAddMenu()
{
    m_addMenu->clear();
    qDeleteAll(m_addMenu->findChildren<QMenu *>(QString(), Qt::FindDirectChildrenOnly)); // clear() leaves them alive
    const BoardFrame &frame = m_board.frame();
    for (int d = 0; d < frame.dimensions.size(); ++d) {
        const QString &dimension = frame.dimensions[d];
        QMenu *values = m_addMenu->addMenu(dimensionName(dimension).replace(u'&', u"&&"_s));
        const TimeGrid whole{frame.grid.step, {frame.grid.edgesMs.first(), frame.grid.edgesMs.last()}};
        const ValueFilter rule = frame.choice.filter.value(dimension);
        QStringList chosen(rule.values.cbegin(), rule.values.cend()); // to be let go again, however rare they are
        chosen.sort();
        const CubeAnswer answer = query(m_board.cube(), {whole, d, kMenuValues, {}, chosen});
        for (const CubeGroup &group : answer.groups) {
            if (group.isRest)
                continue;
            QAction *action = values->addAction(u"%1\t%2"_s.arg(
                paint::oneLine(shownName(group.name)).left(60).replace(u'&', u"&&"_s), format::count(group.total)));
            action->setCheckable(true);
            action->setChecked(!rule.values.isEmpty() && rule.passes(group.name));
            connect(action, &QAction::triggered, this, [this, dimension, name = group.name] {
                BoardChoice choice = m_board.choice();
                choice.toggleAlso(dimension, name);
                m_board.choose(choice);
            });
        }
        values->setEnabled(!values->isEmpty());
    }
    if (!frame.choice.filter.isEmpty()) {
        m_addMenu->addSeparator();
        connect(m_addMenu->addAction(tr("Remove all filters")), &QAction::triggered, this,
                [this] { m_board.setFilter({}); });
    }
}

} // namespace entvas
