#include "app/widgets/dialogs/keysdialog.h"

#include "app/widgets/base/actions.h"
#include "app/widgets/base/screenroom.h"

#include <algorithm>
#include <array>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kColumns = 2;

QLabel *label(const QString &text, const QString &look)
{
    auto *label = new QLabel(text);
    label->setObjectName(look);
    label->setTextFormat(Qt::PlainText);
    return label;
}

using Rows = QList<std::pair<QString, QString>>; // what is done, and the keys for it
using Group = std::pair<QString, Rows>;

// One group: its title, then its rows.
QWidget *groupOf(const QString &title, const Rows &rows)
{
    auto *box = new QWidget;
    box->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto *lines = new QVBoxLayout(box);
    lines->setContentsMargins(0, 0, 0, 18);
    lines->setSpacing(6);
    lines->addWidget(label(title, u"title"_s));
    for (const auto &[text, keys] : rows) {
        auto *line = new QHBoxLayout;
        line->setSpacing(16);
        QLabel *what = label(text, {});
        what->setWordWrap(true); // two columns fit in any window
        line->addWidget(what, 1);
        line->addWidget(label(keys, u"keycap"_s), 0, Qt::AlignTop);
        lines->addLayout(line);
    }
    return box;
}

QList<Group> groupsOf(const Actions &actions)
{
    QList<Group> all;
    for (const Actions::Group &group : actions.groups()) {
        Rows rows;
        for (const QAction *action : group.actions)
            if (const QString keys = Actions::keysOf(action); !keys.isEmpty())
                rows.append({Actions::textOf(action), keys});
        for (const Actions::Key &key : actions.keys())
            if (key.group == group.title)
                rows.append({key.text, key.keys});
        if (!rows.isEmpty())
            all.append({group.title, rows});
    }
    return all;
}

// Puts the rows that hold `wanted` into the columns, each group into the shortest one. False: there is none.
bool showMatches(const QList<Group> &all, const QList<QVBoxLayout *> &sides, const QString &wanted)
{
    for (QVBoxLayout *side : sides) {
        while (QLayoutItem *item = side->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }
    std::array<qsizetype, kColumns> heights{};
    for (const auto &[title, rows] : all) {
        Rows left;
        for (const auto &row : rows)
            if (title.contains(wanted, Qt::CaseInsensitive) || row.first.contains(wanted, Qt::CaseInsensitive) ||
                row.second.contains(wanted, Qt::CaseInsensitive))
                left.append(row);
        if (left.isEmpty())
            continue;
        const auto shortest = std::min_element(heights.begin(), heights.end()) - heights.begin();
        sides[shortest]->addWidget(groupOf(title, left));
        heights[std::size_t(shortest)] += left.size() + 2;
    }
    for (QVBoxLayout *side : sides)
        side->addStretch(1);
    return heights != std::array<qsizetype, kColumns>{};
}

} // namespace

KeysDialog::KeysDialog(const Actions &actions, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys and mouse"));
    fitScreen(this, {1040, 680});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(14);
    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search keys"));
    search->setClearButtonEnabled(true);
    column->addWidget(search);

    auto *page = new QWidget;
    page->setObjectName(u"page"_s);
    auto *columns = new QHBoxLayout(page);
    columns->setContentsMargins(0, 0, 12, 0);
    columns->setSpacing(48);
    QList<QVBoxLayout *> sides;
    for (int i = 0; i < kColumns; ++i) {
        sides.append(new QVBoxLayout);
        columns->addLayout(sides.last(), 1);
    }
    auto *scroll = new QScrollArea;
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Keys"));
    column->addWidget(scroll, 1);
    auto *none = label(tr("No matches. Ctrl+K also finds commands without a shortcut."), u"hint"_s);
    column->addWidget(none);
    auto *close = new QPushButton(tr("Close"));
    column->addWidget(close, 0, Qt::AlignRight);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);

    const QList<Group> all = groupsOf(actions);
    const auto fill = [all, sides, none](const QString &wanted) { none->setVisible(!showMatches(all, sides, wanted)); };
    connect(search, &QLineEdit::textChanged, this, fill);
    fill({});
    search->setFocus();
}

} // namespace entvas
