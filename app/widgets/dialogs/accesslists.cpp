#include "app/widgets/dialogs/accesslists.h"

#include "app/widgets/base/paint.h"
#include "app/widgets/dialogs/accesswords.h"

#include <algorithm>
#include <QCoreApplication>
#include <QJsonArray>
#include <QTimeZone>
#include <QTreeWidget>

namespace entvas::access {

using namespace Qt::StringLiterals;

namespace {

// As wide as what is in them, within reason; the last one takes the rest.
void fitColumns(QTreeWidget *list)
{
    constexpr int kWidest = 260;
    for (int i = 0; i + 1 < list->columnCount(); ++i) {
        list->resizeColumnToContents(i);
        list->setColumnWidth(i, std::min(kWidest, list->columnWidth(i)));
    }
}

// In place of rows: a sentence across all columns that can't be chosen.
void sayEmpty(QTreeWidget *list, const QString &text)
{
    auto *row = new QTreeWidgetItem(list, {text});
    row->setFlags(Qt::NoItemFlags);
    row->setFirstColumnSpanned(true);
}

QTreeWidgetItem *rowOf(const QStringList &columns, const QJsonObject &data)
{
    QStringList lines;
    for (const QString &column : columns)
        lines << paint::oneLine(column);
    auto *row = new QTreeWidgetItem(lines);
    row->setData(0, Qt::UserRole, data);
    for (int i = 0; i < lines.size(); ++i)
        row->setToolTip(i, lines[i].toHtmlEscaped()); // where a column is too narrow; never as markup
    return row;
}

QString orElse(const QString &text, const char *otherwise)
{
    return text.isEmpty() ? QCoreApplication::translate("AccessDialog", otherwise) : text;
}

QTreeWidgetItem *keyRow(const QJsonObject &key, const QTimeZone &zone)
{
    const auto text = [&](const char16_t *name) { return key.value(QString::fromUtf16(name)).toString(); };
    const QString state = text(u"replacedBy").isEmpty() || text(u"state") != "valid"_L1
                              ? stateName(text(u"state"))
                              : QCoreApplication::translate("AccessDialog", "Being replaced");
    return rowOf({orElse(text(u"name"), QT_TRANSLATE_NOOP("AccessDialog", "(without a name)")), roleName(text(u"role")),
                  state, orElse(timeText(text(u"lastUsedAt"), zone), QT_TRANSLATE_NOOP("AccessDialog", "Never used")),
                  orElse(timeText(text(u"expiresAt"), zone), QT_TRANSLATE_NOOP("AccessDialog", "Never")), text(u"id")},
                 key);
}

} // namespace

QString selected(const QTreeWidget *list, const QString &what)
{
    const QList<QTreeWidgetItem *> items = list->selectedItems();
    return items.isEmpty() ? QString() : items.first()->data(0, Qt::UserRole).toJsonObject().value(what).toString();
}

void showKeys(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone)
{
    const QString had = selected(list, u"id"_s);
    list->clear();
    QList<QJsonObject> keys;
    for (const QJsonValue &one : answer.value("keys"_L1).toArray())
        keys << one.toObject();
    // Valid ones come first.
    std::stable_partition(keys.begin(), keys.end(),
                          [](const QJsonObject &key) { return key.value("state"_L1).toString() == "valid"_L1; });
    for (const QJsonObject &key : std::as_const(keys)) {
        auto *row = keyRow(key, zone);
        if (key.value("state"_L1).toString() != "valid"_L1)
            for (int i = 0; i < list->columnCount(); ++i)
                row->setForeground(i, list->palette().brush(QPalette::Disabled, QPalette::Text));
        list->addTopLevelItem(row);
        if (key.value("id"_L1).toString() == had)
            list->setCurrentItem(row);
    }
    if (keys.isEmpty())
        sayEmpty(list, QCoreApplication::translate("AccessDialog",
                                                   "No keys yet. Create one for each program that sends or reads."));
    fitColumns(list);
}

void showMembers(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone)
{
    list->clear();
    for (const QJsonValue &one : answer.value("members"_L1).toArray()) {
        const QJsonObject member = one.toObject();
        list->addTopLevelItem(
            rowOf({member.value("subject"_L1).toString(), roleName(member.value("role"_L1).toString()),
                   timeText(member.value("createdAt"_L1).toString(), zone)},
                  member));
    }
    fitColumns(list);
}

void addRecords(QTreeWidget *list, const QJsonObject &answer, const QTimeZone &zone)
{
    for (const QJsonValue &one : answer.value("records"_L1).toArray()) {
        const QJsonObject record = one.toObject();
        const auto text = [&](const char16_t *name) { return record.value(QString::fromUtf16(name)).toString(); };
        list->addTopLevelItem(rowOf({timeText(text(u"at"), zone), text(u"subject"), actionName(text(u"action")),
                                     text(u"target"), detailText(record.value("detail"_L1).toObject(), zone)},
                                    record));
    }
    fitColumns(list);
}

} // namespace entvas::access
