#include "app/widgets/dialogs/accessdialog.h"

#include "app/widgets/base/paint.h"
#include "app/widgets/base/plainlabel.h"
#include "app/widgets/base/screenroom.h"
#include "app/widgets/dialogs/accesslists.h"
#include "app/widgets/dialogs/accesswords.h"
#include "app/widgets/dialogs/newkeybox.h"

#include <algorithm>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;
using access::quietButton;

namespace {

constexpr int kAuditPage = 100;
constexpr int kMostAuditRows = 5'000; // older ones are read with the command

enum Page { Keys, Members, Audit };

QUrlQuery queryOf(const QString &project)
{
    QUrlQuery query;
    query.addQueryItem(u"project"_s, QString::fromLatin1(QUrl::toPercentEncoding(project)));
    return query;
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
      m_newKey(new NewKeyBox),
      m_keys(new QTreeWidget),
      m_members(new QTreeWidget),
      m_audit(new QTreeWidget),
      m_create(quietButton(tr("&New key…"))),
      m_rotate(quietButton(tr("&Rotate…"))),
      m_expire(quietButton(tr("Set &expiry…"))),
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
    column->addLayout(makeTop());
    column->addWidget(m_newKey);
    column->addWidget(m_tabs);
    column->addWidget(m_pages, 1);
    m_failure->hide();
    column->addWidget(m_failure);
    auto *close = new QPushButton(tr("&Close"));
    column->addWidget(close, 0, Qt::AlignRight);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &AccessDialog::reject);
    makePages();
    connectButtons();
    refreshButtons();
    m_client.get(u"/admin/projects"_s, {}, [this](const Result<QJsonObject> &answer) { fillProjects(answer); });
    m_keys->setFocus();
}

QLayout *AccessDialog::makeTop()
{
    auto *top = new QHBoxLayout;
    auto *label = new QLabel(tr("Pro&ject"));
    label->setBuddy(m_projects);
    m_projects->setMinimumWidth(260);
    m_newProject->hide();
    top->addWidget(label);
    top->addWidget(m_projects);
    top->addWidget(m_newProject);
    top->addStretch(1);
    return top;
}

void AccessDialog::makePages()
{
    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setAccessibleName(tr("Sections of keys and access"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    for (const QString &title : {tr("Keys"), tr("Members"), tr("Audit log")})
        m_tabs->addTab(title);
    m_pages->addWidget(makePage(m_keys, tr("Keys"),
                                {tr("Name"), tr("Role"), tr("State"), tr("Last used"), tr("Expires"), tr("Key")},
                                {m_create, m_rotate, m_expire, m_revoke}));
    m_pages->addWidget(makePage(m_members, tr("Members"), {tr("Member"), tr("Role"), tr("Since")},
                                {m_addMember, m_removeMember}, m_openToAll));
    m_pages->addWidget(makePage(m_audit, tr("Audit log"),
                                {tr("When"), tr("Who"), tr("What"), tr("Target"), tr("Details")}, {m_older}));
}

void AccessDialog::connectButtons()
{
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_tabs, &QTabBar::currentChanged, this, &AccessDialog::refresh);
    connect(m_projects, &QComboBox::currentIndexChanged, this, &AccessDialog::refresh);
    for (QTreeWidget *list : {m_keys, m_members})
        connect(list, &QTreeWidget::itemSelectionChanged, this, &AccessDialog::refreshButtons);
    connect(m_newKey, &NewKeyBox::done, m_keys, qOverload<>(&QWidget::setFocus));
    connect(m_newProject, &QPushButton::clicked, this, &AccessDialog::createProject);
    connect(m_create, &QPushButton::clicked, this, &AccessDialog::createKey);
    connect(m_rotate, &QPushButton::clicked, this, &AccessDialog::rotateKey);
    connect(m_expire, &QPushButton::clicked, this, &AccessDialog::expireKey);
    connect(m_revoke, &QPushButton::clicked, this, &AccessDialog::revokeKey);
    connect(m_addMember, &QPushButton::clicked, this, &AccessDialog::addMember);
    connect(m_removeMember, &QPushButton::clicked, this, &AccessDialog::removeMember);
    connect(m_older, &QPushButton::clicked, this, &AccessDialog::addOlder);
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

void AccessDialog::fillProjects(const Result<QJsonObject> &answer)
{
    if (!answer)
        return showFailure(answer.failure());
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
                         return showFailure(answer.failure());
                     showPage(shown, answer.value());
                 });
}

void AccessDialog::showPage(int page, const QJsonObject &answer)
{
    switch (page) {
    case Keys: access::showKeys(m_keys, answer, m_zone); break;
    case Members:
        access::showMembers(m_members, answer, m_zone);
        m_openToAll->setText(answer.value("openToAll"_L1).toBool()
                                 ? tr("No project has members yet, so every login can see every project. Adding the "
                                      "first member restricts access to members.")
                                 : tr("Logins can see the projects they are members of, or that their tokens name."));
        break;
    default:
        m_audit->clear();
        access::addRecords(m_audit, answer, m_zone);
        m_nextBefore = answer.value("nextBefore"_L1).toString();
    }
    refreshButtons();
}

void AccessDialog::addOlder()
{
    QUrlQuery query = queryOf(project());
    query.addQueryItem(u"limit"_s, QString::number(kAuditPage));
    query.addQueryItem(u"before"_s, m_nextBefore);
    m_client.get(u"/admin/audit"_s, query, [this, page = m_page](const Result<QJsonObject> &answer) {
        if (!answer)
            return showFailure(answer.failure());
        if (page != m_page)
            return;
        access::addRecords(m_audit, answer.value(), m_zone);
        m_nextBefore = answer.value().value("nextBefore"_L1).toString();
        refreshButtons();
    });
}

void AccessDialog::refreshButtons()
{
    const bool isValid = access::selected(m_keys, u"state"_s) == "valid"_L1;
    const bool isReplaced = !access::selected(m_keys, u"replacedBy"_s).isEmpty();
    const bool hasProject = !project().isEmpty();
    m_create->setEnabled(hasProject);
    m_addMember->setEnabled(hasProject);
    m_rotate->setEnabled(isValid && !isReplaced);
    m_expire->setEnabled(isValid);
    m_revoke->setEnabled(isValid);
    m_removeMember->setEnabled(!access::selected(m_members, u"subject"_s).isEmpty());
    m_older->setEnabled(!m_nextBefore.isEmpty() && m_audit->topLevelItemCount() < kMostAuditRows);
}

void AccessDialog::showFailure(const Failure &failure)
{
    m_failure->setText(failure.text);
    m_failure->show();
}

} // namespace entvas
