#pragma once

#include "core/base/result.h"
#include "core/owner/ownerfile.h"

#include <QJsonObject>

namespace entvas {

struct OwnerRequest;

// The server that has a SQLite file open, asked over loopback as its owner (see core/owner). Used in one thread;
// blocks. A failure begins with the sentence that the database is in use, unless the server itself has said what is
// wrong: that is passed on as it is.
class RunningServer
{
public:
    static constexpr int kTimeoutMs = 15'000;

    // `held`: what DatabaseLock said, which alone decides that there is one.
    static Result<RunningServer> find(const DatabaseUrl &database, const Failure &held);

    // The answer as it came: "data", and for an act "message".
    using Parameters = QList<std::pair<QString, QString>>;
    Result<QJsonObject> get(const QString &path, const Parameters &parameters = {}) const;
    Result<QJsonObject> post(const QString &path, const QJsonObject &body) const;

private:
    RunningServer(Failure held, OwnerFile owner) : m_held(std::move(held)), m_owner(std::move(owner)) {}
    Result<QJsonObject> ask(const OwnerRequest &request) const;
    Failure because(const QString &reason) const;

    Failure m_held;
    OwnerFile m_owner;
};

} // namespace entvas
