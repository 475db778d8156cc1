// What the dialog of keys and access does at the server: questions first, then the act.
#include "app/widgets/base/messagebox.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/accessform.h"
#include "app/widgets/dialogs/accesswords.h"
#include "core/model/directory.h"

#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
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
    AccessForm form(tr("New key"), tr("Make the key"), this);
    const auto name = form.addText(tr("&Name"), tr("Who or what uses it"), kMaxNameChars, false);
    const auto role = form.addChoice(tr("&Role"), {{tr("Sender: may send events"), u"sender"_s},
                                                   {tr("Viewer: may read"), u"viewer"_s},
                                                   {tr("Administrator: both, and this page"), u"admin"_s}});
    const auto days = form.addChoice(
        tr("&Ends"), {{tr("Never"), 0}, {tr("In 30 days"), 30}, {tr("In 90 days"), 90}, {tr("In a year"), 365}}, 2);
    form.explain(tr("The key is shown once, after this."));
    if (form.exec() != QDialog::Accepted)
        return;
    QJsonObject body{{u"project"_s, project()}, {u"role"_s, role().toString()}, {u"name"_s, name()}};
    if (const int ends = days().toInt())
        body.insert(u"expiresInDays"_s, ends);
    act(u"/admin/keys"_s, body);
}

void AccessDialog::rotateKey()
{
    AccessForm form(tr("Rotate a key"), tr("Make the new key"), this);
    const auto hours = form.addChoice(tr("The &old one still opens"),
                                      {{tr("Not any more"), 0},
                                       {tr("For an hour"), 1},
                                       {tr("For a day"), kDayHours},
                                       {tr("For a week"), 7 * kDayHours},
                                       {tr("For 30 days"), 30 * kDayHours}},
                                      2);
    form.explain(
        tr("A new key of the same name and role takes the place of this one. Until the old one ends both open, "
           "so that whoever uses it has time to change it."));
    if (form.exec() == QDialog::Accepted)
        act(u"/admin/keys/rotate"_s, {{u"id"_s, selected(m_keys, u"id"_s)}, {u"overlapHours"_s, hours().toInt()}});
}

void AccessDialog::expireKey()
{
    AccessForm form(tr("When a key ends"), tr("Set the end"), this);
    const auto hours = form.addChoice(tr("It &ends"),
                                      {{tr("Now"), 0},
                                       {tr("In an hour"), 1},
                                       {tr("In a day"), kDayHours},
                                       {tr("In a week"), 7 * kDayHours},
                                       {tr("In 30 days"), 30 * kDayHours},
                                       {tr("In 90 days"), 90 * kDayHours},
                                       {tr("In a year"), 365 * kDayHours}},
                                      3);
    form.explain(tr("Sooner or later than it would have. A key that has ended does not come back."));
    if (form.exec() == QDialog::Accepted)
        act(u"/admin/keys/expire"_s, {{u"id"_s, selected(m_keys, u"id"_s)}, {u"inHours"_s, hours().toInt()}});
}

void AccessDialog::revokeKey()
{
    const QString id = selected(m_keys, u"id"_s);
    const QString name = selected(m_keys, u"name"_s);
    if (confirm(tr("Revoke the key %1?").arg(name.isEmpty() ? id : u"%1 (%2)"_s.arg(name, id)),
                tr("It opens nothing any more, on every server of this database, and does not come back. Whoever uses "
                   "it is refused at once."),
                tr("Revoke")))
        act(u"/admin/keys/revoke"_s, {{u"id"_s, id}});
}

void AccessDialog::addMember()
{
    AccessForm form(tr("Add or change a member"), tr("Save"), this);
    const auto subject =
        form.addText(tr("&Person"), tr("the sub of its tokens, for example auth0|5f7c8ec7"), kMaxSubjectChars, true);
    const auto role = form.addChoice(
        tr("&Role"), {{access::roleName(u"viewer"_s), u"viewer"_s}, {access::roleName(u"admin"_s), u"admin"_s}});
    form.explain(m_openToAll->text());
    if (form.exec() == QDialog::Accepted)
        act(u"/admin/members"_s,
            {{u"project"_s, project()}, {u"subject"_s, subject()}, {u"role"_s, role().toString()}});
}

void AccessDialog::removeMember()
{
    const QString subject = selected(m_members, u"subject"_s);
    if (confirm(tr("Remove the member %1?").arg(subject), tr("It does not see this project any more, within seconds."),
                tr("Remove")))
        act(u"/admin/members/remove"_s, {{u"project"_s, project()}, {u"subject"_s, subject}});
}

void AccessDialog::createProject()
{
    AccessForm form(tr("New project"), tr("Make the project"), this);
    const auto id = form.addText(tr("&Id"), tr("a–z, 0–9, - and _; it stays"), 64, true);
    const auto name = form.addText(tr("&Name"), tr("What people read"), kMaxNameChars, false);
    form.explain(tr("Projects share nothing: each has its own counts, keys and members."));
    if (form.exec() != QDialog::Accepted)
        return;
    m_wanted = id();
    QJsonObject body{{u"id"_s, id()}};
    if (!name().isEmpty())
        body.insert(u"name"_s, name());
    act(u"/admin/projects"_s, body);
}

void AccessDialog::act(const QString &path, const QJsonObject &body)
{
    m_failure->hide();
    m_client.post(path, body, [this, path](const Result<QJsonObject> &answer) {
        if (!answer)
            return tellFailure(answer.failure());
        if (answer.value().contains("key"_L1))
            showNewKey(answer.value());
        if (path == "/admin/projects"_L1)
            m_client.get(path, {}, [this](const Result<QJsonObject> &projects) { fillProjects(projects); });
        else
            refresh();
    });
}

void AccessDialog::showNewKey(const QJsonObject &key)
{
    const QString name = key.value("name"_L1).toString();
    m_newKeyTitle->setText(tr("The new key: %1, %2")
                               .arg(name.isEmpty() ? key.value("id"_L1).toString() : name,
                                    access::roleName(key.value("role"_L1).toString())));
    m_newKeyText->setText(key.value("key"_L1).toString());
    m_newKeyText->setCursorPosition(0);
    m_copy->setText(tr("C&opy"));
    m_isCopied = false;
    m_newKeyBox->show();
    m_copy->setFocus();
}

void AccessDialog::putKeyAway()
{
    m_isCopied = true;
    m_newKeyText->clear();
    m_newKeyBox->hide();
    m_keys->setFocus();
}

void AccessDialog::reject()
{
    if (m_isCopied || confirm(tr("Close without copying the new key?"),
                              tr("It is not shown again. A key that nobody has can be revoked, and a new one made."),
                              tr("Close without it")))
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
