#pragma once

#include <optional>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace entvas {

// Why a server shows this person nothing, so that the window can offer the right way on.
struct AccessProblem {
    enum class Kind {
        None,
        LoginNeeded,  // the server names a login service
        TokenNeeded,  // it does not: somebody has to give out a token
        SessionEnded, // the login is over, and has to be done again
        LoginFailed,  // the last try; nothing else has changed
        TokenRefused, // what was shown is not accepted
        TokenRevoked, // it was, until somebody took it back
        RoleMissing,  // known, but may not read
        IssuerAway,   // a login goes on as soon as its service answers; tried again by itself
    };
    Kind kind = Kind::None;
    QString text; // a sentence; empty for None
};

// What is presented to a server, for people.
struct AccountState {
    enum class Kind {
        Looking,  // the keyring or the login service is asked
        Nobody,   // nothing; that is all right where the server wants nothing
        Token,    // a viewer token, or a key that may read
        LoggedIn, // see the names
    };
    Kind kind = Kind::Looking;
    QString subject; // of the login
    QString name, email;
    QString role;                        // as the server says; empty: not known
    std::optional<QStringList> projects; // that it may see; none: all, or not known
    bool isInBrowser = false;            // a login is under way, whatever the kind
    QUrl address;                        // where the browser has to go; empty before it is known
    bool hasBrowser = true;              // else the address has to be copied
    QString issuerHost;                  // of the login service
};

} // namespace entvas
