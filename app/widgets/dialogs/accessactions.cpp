// What the dialog of keys and access does at the server: questions first, then an act of adminActs().
#include "app/widgets/base/messagebox.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/accessform.h"
#include "app/widgets/dialogs/accesslists.h"
#include "app/widgets/dialogs/accesswords.h"
#include "app/widgets/dialogs/newkeybox.h"
#include "core/model/adminacts.h"

#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDayHours = 24;

} // namespace

void AccessDialog::createKey()
{
    AccessForm form(tr("New key"), tr("Create key"), this);
    const auto name = form.addText(tr("&Name"), tr("Who or what uses the key"), kMaxNameChars, false);
    const auto role = form.addChoice(tr("&Role"), {{tr("Sender: may send events"), u"sender"_s},
                                                   {tr("Viewer: may read"), u"viewer"_s},
                                                   {tr("Administrator: both, and this page"), u"admin"_s}});
    const auto days = form.addChoice(
        tr("&Expires"), {{tr("Never"), 0}, {tr("In 30 days"), 30}, {tr("In 90 days"), 90}, {tr("In a year"), 365}}, 2);
    form.explain(tr("The key is shown once, when it has been created."));
    if (form.exec() != QDialog::Accepted)
        return;
    QJsonObject body{{u"project"_s, project()}, {u"role"_s, role().toString()}, {u"name"_s, name()}};
    if (const int ends = days().toInt())
        body.insert(u"expiresInDays"_s, ends);
    act(u"key.create"_s, body);
}

void AccessDialog::rotateKey()
{
    AccessForm form(tr("Rotate key"), tr("Create new key"), this);
    const auto hours = form.addChoice(tr("The &old key stays valid"),
                                      {{tr("Not at all"), 0},
                                       {tr("For an hour"), 1},
                                       {tr("For a day"), kDayHours},
                                       {tr("For a week"), 7 * kDayHours},
                                       {tr("For 30 days"), 30 * kDayHours}},
                                      2);
    form.explain(
        tr("A new key with the same name and role replaces this one. Until the old one expires both are valid, so that "
           "there is time to exchange it."));
    if (form.exec() == QDialog::Accepted)
        act(u"key.rotate"_s, {{u"id"_s, access::selected(m_keys, u"id"_s)}, {u"overlapHours"_s, hours().toInt()}});
}

void AccessDialog::expireKey()
{
    AccessForm form(tr("Expiry of a key"), tr("Set expiry"), this);
    const auto hours = form.addChoice(tr("&Expires"),
                                      {{tr("Now"), 0},
                                       {tr("In an hour"), 1},
                                       {tr("In a day"), kDayHours},
                                       {tr("In a week"), 7 * kDayHours},
                                       {tr("In 30 days"), 30 * kDayHours},
                                       {tr("In 90 days"), 90 * kDayHours},
                                       {tr("In a year"), 365 * kDayHours}},
                                      3);
    form.explain(tr("Sooner or later than before. An expired key cannot be made valid again."));
    if (form.exec() == QDialog::Accepted)
        act(u"key.expire"_s, {{u"id"_s, access::selected(m_keys, u"id"_s)}, {u"inHours"_s, hours().toInt()}});
}

void AccessDialog::revokeKey()
{
    const QString id = access::selected(m_keys, u"id"_s);
    const QString name = access::selected(m_keys, u"name"_s);
    if (confirm(tr("Revoke the key %1?").arg(name.isEmpty() ? id : u"%1 (%2)"_s.arg(name, id)),
                tr("It becomes invalid at once, on every server of this database, and cannot be made valid again."),
                tr("Revoke")))
        act(u"key.revoke"_s, {{u"id"_s, id}});
}

void AccessDialog::addMember()
{
    AccessForm form(tr("Add or change a member"), tr("Save"), this);
    const auto subject = form.addText(tr("&Member"), tr("the sub claim of their tokens, for example auth0|5f7c8ec7"),
                                      kMaxSubjectChars, true);
    const auto role = form.addChoice(
        tr("&Role"), {{access::roleName(u"viewer"_s), u"viewer"_s}, {access::roleName(u"admin"_s), u"admin"_s}});
    form.explain(m_openToAll->text());
    if (form.exec() == QDialog::Accepted)
        act(u"member.add"_s, {{u"project"_s, project()}, {u"subject"_s, subject()}, {u"role"_s, role().toString()}});
}

void AccessDialog::removeMember()
{
    const QString subject = access::selected(m_members, u"subject"_s);
    if (confirm(tr("Remove the member %1?").arg(subject), tr("Within seconds it no longer sees this project."),
                tr("Remove")))
        act(u"member.remove"_s, {{u"project"_s, project()}, {u"subject"_s, subject}});
}

void AccessDialog::createProject()
{
    AccessForm form(tr("New project"), tr("Create project"), this);
    const auto id = form.addText(tr("&Id"), tr("a–z, 0–9, - and _; cannot be changed"), 64, true);
    const auto name = form.addText(tr("&Name"), tr("The name people see"), kMaxNameChars, false);
    form.explain(tr("Each project has its own events, keys and members."));
    if (form.exec() != QDialog::Accepted)
        return;
    m_wanted = id();
    QJsonObject body{{u"id"_s, id()}};
    if (!name().isEmpty())
        body.insert(u"name"_s, name());
    act(u"project.create"_s, body);
}

void AccessDialog::act(const QString &name, const QJsonObject &body)
{
    m_failure->hide();
    m_client.post(adminAct(name)->path, body, [this, name](const Result<QJsonObject> &answer) {
        if (!answer)
            return showFailure(answer.failure());
        if (answer.value().contains("key"_L1))
            m_newKey->showKey(answer.value());
        if (name.startsWith("project."_L1))
            m_client.get(u"/admin/projects"_s, {},
                         [this](const Result<QJsonObject> &projects) { fillProjects(projects); });
        else
            refresh();
    });
}

void AccessDialog::reject()
{
    if (m_newKey->isCopied() ||
        confirm(tr("Close without copying the new key?"),
                tr("It is not shown again. A lost key can be revoked and replaced by a new one."), tr("Close anyway")))
        QDialog::reject();
}

bool AccessDialog::confirm(const QString &headline, const QString &text, const QString &act)
{
    QMessageBox box(this);
    box.setWindowTitle(windowTitle());
    setPlainTexts(box, headline, text);
    QPushButton *yes = box.addButton(act, QMessageBox::AcceptRole);
    QPushButton *no = box.addButton(QMessageBox::Cancel);
    no->setIcon({});
    box.setDefaultButton(no);
    box.setEscapeButton(no);
    box.exec();
    return box.clickedButton() == yes;
}

} // namespace entvas
