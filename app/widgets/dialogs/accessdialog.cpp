#include "app/widgets/dialogs/accessdialog.h"

#include "app/widgets/base/messagebox.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/screenroom.h"
#include "app/widgets/dialogs/accesswords.h"

#include <algorithm>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kAuditPage = 100;
constexpr int kMostAuditRows = 5'000; // older ones are read with the command

enum Page { Keys, Members, Audit };

QLabel *plainLabel(const QString &look)
{
    auto *label = new QLabel;
    label->setObjectName(look);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QPushButton *quietButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setAutoDefault(false);
    return button;
}

QUrlQuery queryOf(const QString &project)
{
    QUrlQuery query;
    query.addQueryItem(u"project"_s, QString::fromLatin1(QUrl::toPercentEncoding(project)));
    return query;
}

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

} // namespace

AccessDialog::AccessDialog(AdminClient::Options options, const QTimeZone &zone, const QString &first, QWidget *parent)
    : QDialog(parent),
      m_client(std::move(options)),
      m_zone(zone),
      m_wanted(first),
      m_projects(new QComboBox),
      m_newProject(quietButton(tr("New &project…"))),
      m_tabs(new QTabBar),
      m_pages(new QStackedWidget),
      m_keys(new QTreeWidget),
      m_members(new QTreeWidget),
      m_audit(new QTreeWidget),
      m_create(quietButton(tr("&New key…"))),
      m_rotate(quietButton(tr("&Rotate…"))),
      m_expire(quietButton(tr("Set &end…"))),
      m_revoke(quietButton(tr("Re&voke…"))),
      m_addMember(quietButton(tr("&Add or change…"))),
      m_removeMember(quietButton(tr("Re&move…"))),
      m_older(quietButton(tr("Show &older"))),
      m_openToAll(plainLabel(u"hint"_s)),
      m_failure(plainLabel(u"failure"_s))
{
    setWindowTitle(tr("Keys and access"));
    fitScreen(this, {980, 640});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);

    auto *top = new QHBoxLayout;
    auto *projectLabel = new QLabel(tr("Pro&ject"));
    projectLabel->setBuddy(m_projects);
    m_projects->setMinimumWidth(260);
    m_newProject->hide();
    top->addWidget(projectLabel);
    top->addWidget(m_projects);
    top->addWidget(m_newProject);
    top->addStretch(1);
    column->addLayout(top);
    column->addWidget(makeNewKey());

    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setAccessibleName(tr("Parts of keys and access"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    for (const QString &title : {tr("Keys"), tr("Members"), tr("History")})
        m_tabs->addTab(title);
    column->addWidget(m_tabs);
    m_pages->addWidget(makePage(m_keys, tr("Keys"),
                                {tr("Name"), tr("Role"), tr("State"), tr("Last used"), tr("Ends"), tr("Key")},
                                {m_create, m_rotate, m_expire, m_revoke}));
    m_pages->addWidget(makePage(m_members, tr("Members"), {tr("Person"), tr("Role"), tr("Since")},
                                {m_addMember, m_removeMember}, m_openToAll));
    m_pages->addWidget(
        makePage(m_audit, tr("History"), {tr("When"), tr("Who"), tr("What"), tr("Of"), tr("Details")}, {m_older}));
    column->addWidget(m_pages, 1);

    m_failure->hide();
    column->addWidget(m_failure);
    auto *close = new QPushButton(tr("&Close"));
    column->addWidget(close, 0, Qt::AlignRight);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &AccessDialog::reject);

    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_tabs, &QTabBar::currentChanged, this, &AccessDialog::refresh);
    connect(m_projects, &QComboBox::currentIndexChanged, this, &AccessDialog::refresh);
    for (QTreeWidget *list : {m_keys, m_members})
        connect(list, &QTreeWidget::itemSelectionChanged, this, &AccessDialog::refreshButtons);
    connect(m_newProject, &QPushButton::clicked, this, &AccessDialog::createProject);
    connect(m_create, &QPushButton::clicked, this, &AccessDialog::createKey);
    connect(m_rotate, &QPushButton::clicked, this, &AccessDialog::rotateKey);
    connect(m_expire, &QPushButton::clicked, this, &AccessDialog::expireKey);
    connect(m_revoke, &QPushButton::clicked, this, &AccessDialog::revokeKey);
    connect(m_addMember, &QPushButton::clicked, this, &AccessDialog::addMember);
    connect(m_removeMember, &QPushButton::clicked, this, &AccessDialog::removeMember);
    connect(m_older, &QPushButton::clicked, this, [this] {
        QUrlQuery query = queryOf(project());
        query.addQueryItem(u"limit"_s, QString::number(kAuditPage));
        query.addQueryItem(u"before"_s, m_nextBefore);
        m_client.get(u"/admin/audit"_s, query, [this, page = m_page](const Result<QJsonObject> &answer) {
            if (!answer)
                return tellFailure(answer.failure());
            if (page == m_page)
                fillAudit(answer.value());
        });
    });
    refreshButtons();
    m_client.get(u"/admin/projects"_s, {}, [this](const Result<QJsonObject> &answer) { fillProjects(answer); });
    m_keys->setFocus();
}

QWidget *AccessDialog::makeNewKey()
{
    m_newKeyBox = new QFrame;
    m_newKeyBox->setObjectName(u"banner"_s);
    auto *column = new QVBoxLayout(m_newKeyBox);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    m_newKeyTitle = plainLabel(u"title"_s);
    column->addWidget(m_newKeyTitle);
    auto *row = new QHBoxLayout;
    m_newKeyText = new QLineEdit;
    m_newKeyText->setObjectName(u"code"_s);
    m_newKeyText->setReadOnly(true);
    m_newKeyText->setAccessibleName(tr("The new key"));
    m_copy = quietButton(tr("C&opy"));
    m_copy->setObjectName(u"primary"_s);
    auto *away = quietButton(tr("&Put away"));
    row->addWidget(m_newKeyText, 1);
    row->addWidget(m_copy);
    row->addWidget(away);
    column->addLayout(row);
    auto *hint = plainLabel(u"hint"_s);
    hint->setText(
        tr("This is shown once. Copy it now to where it is needed: Entvas keeps nothing that it could be made "
           "from again."));
    column->addWidget(hint);
    m_newKeyBox->hide();
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_newKeyText->text());
        m_isCopied = true;
        m_copy->setText(tr("Copied"));
    });
    connect(away, &QPushButton::clicked, this, &AccessDialog::putKeyAway);
    return m_newKeyBox;
}

QWidget *AccessDialog::makePage(QTreeWidget *list, const QString &name, const QStringList &columns,
                                const QList<QPushButton *> &buttons, QLabel *hint)
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    list->setObjectName(u"framed"_s);
    list->setHeaderLabels(columns);
    list->setAccessibleName(name);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setAllColumnsShowFocus(true);
    list->setTextElideMode(Qt::ElideRight);
    list->header()->setStretchLastSection(true);
    column->addWidget(list, 1);
    if (hint)
        column->addWidget(hint);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    for (QPushButton *button : buttons)
        row->addWidget(button);
    row->addStretch(1);
    column->addLayout(row);
    return page;
}

QString AccessDialog::project() const
{
    return m_projects->currentData().toString();
}

QString AccessDialog::selected(const QTreeWidget *list, const QString &what) const
{
    const QList<QTreeWidgetItem *> items = list->selectedItems();
    return items.isEmpty() ? QString() : items.first()->data(0, Qt::UserRole).toJsonObject().value(what).toString();
}

void AccessDialog::fillProjects(const Result<QJsonObject> &answer)
{
    if (!answer)
        return tellFailure(answer.failure());
    m_newProject->setVisible(answer.value().value("mayCreate"_L1).toBool());
    {
        const QSignalBlocker blocker(m_projects);
        m_projects->clear();
        for (const QJsonValue &one : answer.value().value("projects"_L1).toArray()) {
            const QString id = one[u"id"_s].toString();
            const QString name = one[u"name"_s].toString();
            m_projects->addItem(paint::oneLine(name.isEmpty() || name == id ? id : u"%1 (%2)"_s.arg(name, id)), id);
        }
        m_projects->setCurrentIndex(std::max(0, m_projects->findData(m_wanted)));
    }
    refresh();
}

void AccessDialog::refresh()
{
    ++m_page;
    refreshButtons();
    const QString id = project();
    if (id.isEmpty())
        return;
    static constexpr const char16_t *kPaths[]{u"/admin/keys", u"/admin/members", u"/admin/audit"};
    const int shown = m_tabs->currentIndex();
    QUrlQuery query = queryOf(id);
    if (shown == Audit)
        query.addQueryItem(u"limit"_s, QString::number(kAuditPage));
    m_client.get(QString::fromUtf16(kPaths[shown]), query,
                 [this, shown, page = m_page](const Result<QJsonObject> &answer) {
                     if (page != m_page)
                         return;
                     if (!answer)
                         return tellFailure(answer.failure());
                     switch (shown) {
                     case Keys: return fillKeys(answer.value());
                     case Members: return fillMembers(answer.value());
                     default: m_audit->clear(); return fillAudit(answer.value());
                     }
                 });
}

void AccessDialog::fillKeys(const QJsonObject &told)
{
    const bool isEmpty = told.value("keys"_L1).toArray().isEmpty();
    const QString had = selected(m_keys, u"id"_s);
    m_keys->clear();
    QList<QJsonObject> keys;
    for (const QJsonValue &one : told.value("keys"_L1).toArray())
        keys << one.toObject();
    // Those that open come first.
    std::stable_partition(keys.begin(), keys.end(),
                          [](const QJsonObject &key) { return key.value("state"_L1).toString() == "valid"_L1; });
    for (const QJsonObject &key : std::as_const(keys)) {
        const auto text = [&](const char16_t *name) { return key.value(QString::fromUtf16(name)).toString(); };
        const QString name = text(u"name").isEmpty() ? tr("(without a name)") : text(u"name");
        const QString ends = access::timeText(text(u"expiresAt"), m_zone);
        const QString used = access::timeText(text(u"lastUsedAt"), m_zone);
        const QString state = text(u"replacedBy").isEmpty() || text(u"state") != "valid"_L1
                                  ? access::stateName(text(u"state"))
                                  : tr("Being replaced");
        auto *row = rowOf({name, access::roleName(text(u"role")), state, used.isEmpty() ? tr("not yet") : used,
                           ends.isEmpty() ? tr("never") : ends, text(u"id")},
                          key);
        if (text(u"state") != "valid"_L1)
            for (int i = 0; i < m_keys->columnCount(); ++i)
                row->setForeground(i, palette().brush(QPalette::Disabled, QPalette::Text));
        m_keys->addTopLevelItem(row);
        if (text(u"id") == had)
            m_keys->setCurrentItem(row);
    }
    if (isEmpty)
        sayEmpty(m_keys, tr("No program has a key for this project yet. Make one for each that sends or reads."));
    fitColumns(m_keys);
    refreshButtons();
}

void AccessDialog::fillMembers(const QJsonObject &told)
{
    m_members->clear();
    for (const QJsonValue &one : told.value("members"_L1).toArray()) {
        const QJsonObject member = one.toObject();
        m_members->addTopLevelItem(
            rowOf({member.value("subject"_L1).toString(), access::roleName(member.value("role"_L1).toString()),
                   access::timeText(member.value("createdAt"_L1).toString(), m_zone)},
                  member));
    }
    fitColumns(m_members);
    m_openToAll->setText(
        told.value("openToAll"_L1).toBool()
            ? tr("No project has a member: every login sees every project. The first member closes them to all others.")
            : tr("Logins see the projects that they are members of, or that their tokens name."));
    refreshButtons();
}

void AccessDialog::fillAudit(const QJsonObject &told)
{
    for (const QJsonValue &one : told.value("records"_L1).toArray()) {
        const QJsonObject record = one.toObject();
        const auto text = [&](const char16_t *name) { return record.value(QString::fromUtf16(name)).toString(); };
        m_audit->addTopLevelItem(
            rowOf({access::timeText(text(u"at"), m_zone), text(u"subject"), access::actionName(text(u"action")),
                   text(u"target"), access::detailText(record.value("detail"_L1).toObject(), m_zone)},
                  record));
    }
    m_nextBefore = told.value("nextBefore"_L1).toString();
    fitColumns(m_audit);
    refreshButtons();
}

void AccessDialog::refreshButtons()
{
    const bool isValid = selected(m_keys, u"state"_s) == "valid"_L1;
    const bool isReplaced = !selected(m_keys, u"replacedBy"_s).isEmpty();
    const bool hasProject = !project().isEmpty();
    m_create->setEnabled(hasProject);
    m_addMember->setEnabled(hasProject);
    m_rotate->setEnabled(isValid && !isReplaced);
    m_expire->setEnabled(isValid);
    m_revoke->setEnabled(isValid);
    m_removeMember->setEnabled(!selected(m_members, u"subject"_s).isEmpty());
    m_older->setEnabled(!m_nextBefore.isEmpty() && m_audit->topLevelItemCount() < kMostAuditRows);
}

void AccessDialog::tellFailure(const Failure &failure)
{
    m_failure->setText(failure.text);
    m_failure->show();
}

} // namespace entvas
