#include "app/commands/parts/retentiontarget.h"

#include "app/commands/parts/runningserver.h"
#include "app/commands/parts/serveradmin.h"
#include "core/base/isotime.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

class DatabaseRetention final : public RetentionTarget
{
public:
    explicit DatabaseRetention(const Settings &settings) : m_store(settings) {}
    Result<void> open(const QString &project) { return m_store.open(project, false); }
    std::optional<Failure> heldBecause() const { return m_store.heldBecause(); }

    QStringList otherProjects() const override { return m_store.otherProjects(); }
    bool isSqlite() const override { return m_store.isSqlite(); }
    Result<qint64> countBefore(qint64 receivedAtMs) override { return m_store.countBefore(receivedAtMs); }
    Result<int> dropBefore(qint64 receivedAtMs) override { return m_store.dropBefore(receivedAtMs); }
    Result<BulkStore::Space> space() override { return m_store.space(); }
    Result<void> compactFile() override { return m_store.compactFile(); }
    Result<void> finish() override { return m_store.finish(); }

private:
    BulkStore m_store;
};

class ServerRetention final : public RetentionTarget
{
public:
    ServerRetention(RunningServer server, QString project) : m_server(std::move(server)), m_project(std::move(project))
    {
    }

    Result<void> open(const DatabaseUrl &database)
    {
        const Result<Directory> directory = ServerAdmin(m_server).directory();
        if (!directory)
            return directory.failure();
        for (const Project &one : directory->projects)
            if (one.id != m_project)
                m_others << one.id;
        if (m_others.size() < directory->projects.size())
            return {};
        return noProject(m_project, database);
    }

    QStringList otherProjects() const override { return m_others; }
    bool isSqlite() const override { return true; }
    Result<qint64> countBefore(qint64 receivedAtMs) override
    {
        const Result<QJsonObject> found = ask(receivedAtMs);
        return found ? Result<qint64>(found->value("events"_L1).toInteger()) : found.failure();
    }
    Result<int> dropBefore(qint64 receivedAtMs) override
    {
        const Result<QJsonObject> removed =
            m_server.post(u"/admin/retention"_s,
                          {{u"project"_s, m_project}, {u"before"_s, QString::fromLatin1(isoFromMs(receivedAtMs))}});
        return removed ? Result<int>(removed->value("data"_L1)["removed"_L1].toInt()) : removed.failure();
    }
    Result<BulkStore::Space> space() override
    {
        const Result<QJsonObject> found = ask(0);
        if (!found)
            return found.failure();
        return BulkStore::Space{found->value("bytes"_L1).toInteger(), found->value("freeBytes"_L1).toInteger()};
    }
    Result<void> compactFile() override { return {Fault::Internal, u"A server can't rewrite its file."_s}; }
    Result<void> finish() override { return {}; }

private:
    Result<QJsonObject> ask(qint64 receivedAtMs) const
    {
        const Result<QJsonObject> answer =
            m_server.get(u"/admin/retention"_s,
                         {{u"project"_s, m_project}, {u"before"_s, QString::fromLatin1(isoFromMs(receivedAtMs))}});
        return answer ? Result<QJsonObject>(answer->value("data"_L1).toObject()) : answer;
    }

    RunningServer m_server;
    QString m_project;
    QStringList m_others;
};

} // namespace

Result<std::unique_ptr<RetentionTarget>> openRetention(const Settings &settings, const QString &project, bool compacts)
{
    auto database = std::make_unique<DatabaseRetention>(settings);
    const Result<void> opened = database->open(project);
    if (opened)
        return Result<std::unique_ptr<RetentionTarget>>(std::move(database));
    const std::optional<Failure> held = database->heldBecause();
    if (!held || compacts) // to rewrite the file takes it alone
        return opened.failure();
    const Result<RunningServer> server = RunningServer::find(settings.database, *held);
    if (!server)
        return server.failure();
    auto remote = std::make_unique<ServerRetention>(*server, project);
    if (const Result<void> there = remote->open(settings.database); !there)
        return there.failure();
    return Result<std::unique_ptr<RetentionTarget>>(std::move(remote));
}

} // namespace entvas
