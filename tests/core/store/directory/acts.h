#pragma once

#include "core/store/directory/sqldirectory.h"

namespace entvas::test {

// The acts of adminActs() as a test writes them: CreateProject{{"shop", "Shop"}}.
struct CreateProject {
    Project project;
    operator AdminCommand() const { return {QStringLiteral("project.create"), texts(project)}; }
    static QMap<QString, QString> texts(const Project &project)
    {
        return {{QStringLiteral("id"), project.id}, {QStringLiteral("name"), project.name}};
    }
};
struct RenameProject {
    Project project;
    operator AdminCommand() const { return {QStringLiteral("project.rename"), CreateProject::texts(project)}; }
};
struct CreateKey {
    QString project;
    KeyRole role = KeyRole::Sender;
    QString name = {};
    qint64 expiresAtMs = 0;
    operator AdminCommand() const
    {
        AdminCommand command{QStringLiteral("key.create"),
                             {{QStringLiteral("project"), project},
                              {QStringLiteral("role"), roleName(role)},
                              {QStringLiteral("name"), name}}};
        if (expiresAtMs != 0)
            command.times.insert(QStringLiteral("expires"), expiresAtMs);
        return command;
    }
};
struct RevokeKey {
    QString id;
    operator AdminCommand() const { return {QStringLiteral("key.revoke"), {{QStringLiteral("id"), id}}}; }
};
struct ExpireKey {
    QString id;
    qint64 atMs = 0;
    operator AdminCommand() const
    {
        return {QStringLiteral("key.expire"), {{QStringLiteral("id"), id}}, {{QStringLiteral("in"), atMs}}};
    }
};
struct RotateKey {
    QString id;
    qint64 untilMs = 0;
    operator AdminCommand() const
    {
        return {QStringLiteral("key.rotate"), {{QStringLiteral("id"), id}}, {{QStringLiteral("overlap"), untilMs}}};
    }
};
struct AddMember {
    Member member;
    operator AdminCommand() const
    {
        return {QStringLiteral("member.add"),
                {{QStringLiteral("project"), member.project},
                 {QStringLiteral("subject"), member.subject},
                 {QStringLiteral("role"), roleName(member.role)}}};
    }
};
struct RemoveMember {
    QString project;
    QString subject;
    operator AdminCommand() const
    {
        return {QStringLiteral("member.remove"),
                {{QStringLiteral("project"), project}, {QStringLiteral("subject"), subject}}};
    }
};

} // namespace entvas::test
