#include "app/commands/parts/serveradmin.h"

#include "core/model/administrationjson.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// The list `name` in the data of an answer.
template <class Read>
void readList(const QJsonObject &answer, const QString &name, Read read)
{
    const QJsonArray list = answer.value("data"_L1)[name].toArray();
    for (const QJsonValue &one : list)
        read(one.toObject());
}

} // namespace

Result<Directory> ServerAdmin::directory()
{
    const Result<QJsonObject> projects = m_server.get(u"/admin/projects"_s);
    const Result<QJsonObject> keys = projects ? m_server.get(u"/admin/keys"_s) : projects;
    const Result<QJsonObject> members = keys ? m_server.get(u"/admin/members"_s) : keys;
    if (!members)
        return members.failure();
    Directory directory;
    readList(*projects, u"projects"_s, [&](const QJsonObject &one) {
        directory.projects << Project{one.value("id"_L1).toString(), one.value("name"_L1).toString()};
    });
    readList(*keys, u"keys"_s, [&](const QJsonObject &one) { directory.keys << keyFromJson(one); });
    readList(*members, u"members"_s, [&](const QJsonObject &one) { directory.members << memberFromJson(one); });
    return directory;
}

Result<AdminAnswer> ServerAdmin::carryOut(const AdminAct &act, const AdminWords &words)
{
    QJsonObject body;
    for (auto word = words.cbegin(); word != words.cend(); ++word)
        body.insert(word.key(), word.value());
    const Result<QJsonObject> answer = m_server.post(act.path, body);
    if (!answer)
        return answer.failure();
    return AdminAnswer{answer->value("data"_L1).toObject(), answer->value("message"_L1).toString()};
}

Result<QList<AuditRecord>> ServerAdmin::audit(const AuditQuery &query)
{
    RunningServer::Parameters parameters{{u"limit"_s, QString::number(query.limit)}};
    if (query.projects && !query.projects->isEmpty())
        parameters.append({u"project"_s, query.projects->first()});
    if (!query.before.isEmpty())
        parameters.append({u"before"_s, query.before});
    const Result<QJsonObject> answer = m_server.get(u"/admin/audit"_s, parameters);
    QList<AuditRecord> records;
    if (!answer && answer.failure().kind == Fault::NotFound) // no such project: the command looks for near ones
        return records;
    if (!answer)
        return answer.failure();
    readList(*answer, u"records"_s, [&](const QJsonObject &one) { records << recordFromJson(one); });
    return records;
}

Result<std::unique_ptr<Administration>> openAdministration(const DatabaseUrl &database, bool mayCreate)
{
    auto admin = std::make_unique<Admin>(database);
    const Result<void> opened = admin->open(mayCreate);
    if (opened)
        return Result<std::unique_ptr<Administration>>(std::move(admin));
    if (!admin->isHeld())
        return opened.failure();
    const Result<RunningServer> server = RunningServer::find(database, opened.failure());
    if (!server)
        return server.failure();
    return Result<std::unique_ptr<Administration>>(std::make_unique<ServerAdmin>(*server));
}

} // namespace entvas
