#pragma once

#include "app/commands/parts/runningserver.h"
#include "core/maintenance/admin.h"

namespace entvas {

// Administration at the server that has the SQLite file open.
class ServerAdmin final : public Administration
{
public:
    explicit ServerAdmin(RunningServer server) : m_server(std::move(server)) {}

    Result<Directory> directory() override;
    Result<AdminAnswer> carryOut(const AdminAct &act, const AdminWords &words) override;
    Result<QList<AuditRecord>> audit(const AuditQuery &query) override;

private:
    RunningServer m_server;
};

// The database itself, or the server that has it open. See Admin::open().
Result<std::unique_ptr<Administration>> openAdministration(const DatabaseUrl &database, bool mayCreate);

} // namespace entvas
