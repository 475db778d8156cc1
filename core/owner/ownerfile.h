#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <QUrl>

namespace entvas {

// The file DATABASE.owner beside a SQLite database, private to the server's user, for as long as a server has the
// database open: where commands reach that server, and the secret that proves who reads the file to be its owner.
// Whether a database is held is not its matter: DatabaseLock decides that, and this file may be one that a killed
// server left behind.
struct OwnerFile {
    QUrl url;               // of the server, on this machine
    QByteArray secret;      // 64 hexadecimal digits, anew for each start
    QByteArray certificate; // SHA-256 of the server's certificate, in hex; empty without TLS
    qint64 process = 0;
    quint64 device = 0; // of the database, which may have been copied or replaced since …
    quint64 inode = 0;
};

// SQLite follows links, so this follows them as well.
QString ownerFilePath(const DatabaseUrl &database);

// A secret and the place of the database are added to `file`; what was there goes. Fault::Denied says why it can't be
// written, for example in a folder that is read-only.
Result<OwnerFile> writeOwnerFile(const DatabaseUrl &database, OwnerFile file);
// Removes it if it is still the one with this secret.
void removeOwnerFile(const DatabaseUrl &database, const QByteArray &secret);

// For a command. Fault::NotFound: there is none. Fault::Denied: it is not private, or not of this user, for whatever
// reason. Fault::Unavailable: it is about another file than the database that is there now.
Result<OwnerFile> readOwnerFile(const DatabaseUrl &database);

} // namespace entvas
