#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"
#include "core/owner/ownerfile.h"
#include "core/owner/ownerproof.h"
#include "server/access/reader.h"
#include "server/http/message.h"

#include <memory>

namespace entvas {

// Lets the commands of this server's own user administer a SQLite database that this server has open: writes the owner
// file beside it, and takes requests that prove to come from a reader of that file. Only from this machine, through no
// proxy and from no web page. The owner is an administrator of all projects, as a command that works on the file itself
// is. Lives in the server's thread, as long as the database's lock is held.
class OwnerAccess
{
public:
    // None for PostgreSQL, and where the file can't be written, which is logged: commands then say that this server
    // has the database. `certificate`: SHA-256 of it in hex, empty without TLS.
    static std::unique_ptr<OwnerAccess> make(const Settings &settings, quint16 port, const QByteArray &certificate);
    ~OwnerAccess(); // removes the file
    Q_DISABLE_COPY_MOVE(OwnerAccess)

    void setCertificate(const QByteArray &certificate); // has been read anew

    // A request that says so, rightly or not. Everything else about it is check()'s business.
    static bool isPresented(const HttpRequest &request);
    // Fault::Denied: not from this machine alone. Fault::Unauthenticated: it has not read our file.
    Result<Reader> check(const HttpRequest &request) const;
    // Adds our own proof to the answer to a request that check() has accepted.
    void sign(const HttpRequest &request, HttpReply &reply) const;

private:
    OwnerAccess(DatabaseUrl database, const QHostAddress &own) : m_database(std::move(database)), m_own(own) {}
    bool write(OwnerFile file);

    DatabaseUrl m_database;
    QHostAddress m_own; // the one address that we listen at; null = several
    OwnerFile m_file;
};

} // namespace entvas
