#include "app/widgets/stream/eventpane.h"

#include "app/board/eventstream.h"
#include "app/board/text/format.h"
#include "app/widgets/base/paint.h"
#include "core/base/jsonvalue.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTermRole = Qt::UserRole;
constexpr int kMostItems = 2'000; // of a tree: 16 KiB hold no more that anyone would read
constexpr qsizetype kLongestText = 2'000;

QString shownText(const json::Value &value)
{
    return value.kind == json::Value::Kind::String ? paint::oneLine(value.text.left(kLongestText)) : value.text;
}

// A term of the stream's filter: quoted where it would fall apart.
QString termFor(const QString &path, const QString &text)
{
    if (text.contains(u'"') || path.contains(u'"') || path.contains(u' ') || path.contains(u':') || path.contains(u'='))
        return {};
    return text.contains(u' ') || text.isEmpty() ? u"%1=\"%2\""_s.arg(path, text) : u"%1=%2"_s.arg(path, text);
}

void fill(QTreeWidgetItem *parent, const QString &name, const QString &path, const json::Value &value, int &left)
{
    if (--left < 0)
        return;
    auto *item = new QTreeWidgetItem(parent, {paint::oneLine(name), QString()});
    if (value.isScalar()) {
        item->setText(1, shownText(value));
        item->setToolTip(1, u"<span>%1</span>"_s.arg(item->text(1).toHtmlEscaped()));
        if (!path.isEmpty())
            item->setData(0, kTermRole, termFor(path, value.text));
        return;
    }
    const bool isObject = value.kind == json::Value::Kind::Object;
    item->setText(1, !value.values.empty() ? QString() : isObject ? u"{}"_s : u"[]"_s);
    for (std::size_t i = 0; i < value.values.size(); ++i) {
        const QString key = isObject ? value.names[qsizetype(i)] : u"[%1]"_s.arg(i);
        fill(item, key, isObject && !path.isEmpty() ? path + u'.' + key : QString(), value.values[i], left);
    }
}

} // namespace

EventPane::EventPane(QWidget *parent) : QFrame(parent), m_title(new QLabel), m_tree(new QTreeWidget)
{
    setObjectName(u"drawer"_s);
    setAccessibleName(tr("Event"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 14);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    m_title->setObjectName(u"title"_s);
    m_title->setTextFormat(Qt::PlainText);
    head->addWidget(m_title, 1);
    auto *close = new QToolButton;
    close->setObjectName(u"close"_s);
    close->setText(u"×"_s);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close"));
    close->setCursor(Qt::PointingHandCursor);
    head->addWidget(close);
    column->addLayout(head);

    m_tree->setColumnCount(2);
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setTextElideMode(Qt::ElideRight);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_tree->setAccessibleName(tr("Fields"));
    m_tree->setToolTip(tr("Double-click a value to see only events that have it"));
    column->addWidget(m_tree, 1);

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    auto *json = new QPushButton(tr("Copy as JSON"));
    auto *curl = new QPushButton(tr("Copy as curl"));
    for (QPushButton *button : {json, curl}) {
        button->setCursor(Qt::PointingHandCursor);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);

    connect(close, &QToolButton::clicked, this, &EventPane::closed);
    connect(json, &QPushButton::clicked, this,
            [this, json] { copy(json, QString::fromUtf8(eventAsJson(m_event)).trimmed()); });
    connect(curl, &QPushButton::clicked, this,
            [this, curl] { copy(curl, eventAsCurl(m_event, m_webhook.toString(), m_key)); });
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        if (const QString term = item->data(0, kTermRole).toString(); !term.isEmpty())
            Q_EMIT filterWanted(term);
    });
    hide();
}

void EventPane::setWebhook(const QUrl &webhook, const QString &key)
{
    m_webhook = webhook;
    m_key = key;
}

void EventPane::addField(const QString &name, const QString &value, const QString &term)
{
    auto *item = new QTreeWidgetItem(m_tree, {name, paint::oneLine(value)});
    item->setToolTip(1, u"<span>%1</span>"_s.arg(item->text(1).toHtmlEscaped()));
    item->setData(0, kTermRole, term);
}

void EventPane::draw(const wire::TailEvent &event, const QTimeZone &zone)
{
    m_event = event;
    m_title->setText(paint::oneLine(event.eventType.left(60)));
    m_tree->clear();
    const auto time = [&](qint64 ms) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(ms, zone);
        return format::dateName(at.date(), true) + at.time().toString(u"  HH:mm:ss.zzz"_s);
    };
    addField(tr("Type"), event.eventType, termFor(u"type"_s, event.eventType));
    addField(tr("User"), event.userId, termFor(u"user"_s, event.userId));
    addField(tr("Received"), time(event.receivedAtMs), {});
    addField(tr("Sent with"), time(event.timestampMs), {});
    addField(tr("Id"), event.eventId, termFor(u"id"_s, event.eventId));
    const json::Value metadata = json::parse(event.metadata);
    int left = kMostItems;
    for (qsizetype i = 0; i < metadata.names.size(); ++i)
        fill(m_tree->invisibleRootItem(), metadata.names[i], metadata.names[i], metadata.values[std::size_t(i)], left);
    bool isNested = false;
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i)
        isNested = isNested || m_tree->topLevelItem(i)->childCount() > 0;
    m_tree->setRootIsDecorated(isNested); // else the names stand below the title
    m_tree->expandAll();
}

void EventPane::copy(QPushButton *button, const QString &text)
{
    QApplication::clipboard()->setText(text);
    const QString before = button->text();
    button->setText(tr("Copied"));
    button->setEnabled(false);
    QTimer::singleShot(1'200, button, [button, before] {
        button->setText(before);
        button->setEnabled(true);
    });
}

void EventPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QFrame::keyPressEvent(event);
}

} // namespace entvas
