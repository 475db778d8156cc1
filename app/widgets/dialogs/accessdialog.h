#pragma once

#include "app/feed/adminclient.h"

#include <QDialog>
#include <QTimeZone>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTreeWidget;

namespace entvas {

class NewKeyBox;

// Keys and access of the server that is shown, for its administrators: keys of a project, who may see it, and what was
// done. Everything is done at the server at once; nothing is kept here, and a new key only until it is put away.
class AccessDialog : public QDialog
{
    Q_OBJECT
public:
    // `first`: the project to begin with, by its id.
    AccessDialog(AdminClient::Options options, const QTimeZone &zone, const QString &first, QWidget *parent = nullptr);

    void reject() override; // asks first while a new key has not been copied

private:
    QLayout *makeTop();
    void makePages();
    void connectButtons();
    QWidget *makePage(QTreeWidget *list, const QString &name, const QStringList &columns,
                      const QList<QPushButton *> &buttons, QLabel *hint = nullptr);
    void fillProjects(const Result<QJsonObject> &answer);
    void refresh(); // the page that is shown
    void showPage(int page, const QJsonObject &answer);
    void addOlder();
    void refreshButtons();

    void createKey();
    void rotateKey();
    void expireKey();
    void revokeKey();
    void addMember();
    void removeMember();
    void createProject();
    // Posts the act of this name, then shows what came of it: the failure, a new key, the page anew.
    void act(const QString &name, const QJsonObject &body);
    void showFailure(const Failure &failure);
    bool confirm(const QString &headline, const QString &text, const QString &act);
    QString project() const;

    AdminClient m_client;
    QTimeZone m_zone;
    QString m_wanted; // the project to begin with
    int m_page = 0;   // answers for another one, or of another project, come too late
    QComboBox *m_projects;
    QPushButton *m_newProject;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    NewKeyBox *m_newKey;
    QTreeWidget *m_keys, *m_members, *m_audit;
    QPushButton *m_create, *m_rotate, *m_expire, *m_revoke, *m_addMember, *m_removeMember, *m_older;
    QLabel *m_openToAll;
    QLabel *m_failure;
    QString m_nextBefore; // of the audit log's next page; empty = that was all
};

} // namespace entvas
