#pragma once

#include "app/account/accountstate.h"

namespace entvas {

// Where an account stands with what it presents to its server.
enum class AccountPhase {
    New,        // nothing was asked yet
    Looking,    // the keyring is asked, or a first login is being written to it
    Waiting,    // a remembered login is known; its service is asked later, or again
    Resuming,   // and its first token is on its way
    Nobody,     // nothing is presented
    Token,      // a token that was typed in
    LoggedIn,   // a login's token
    Refreshing, // and a fresh one is on its way
};

enum class AccountEvent {
    Asked,          // for what was remembered
    FoundNothing,   // in the keyring
    FoundToken,     // likewise
    LoginChosen,    // a remembered one: of the keyring, or another one than now
    TokenGiven,     // typed in
    RefreshBegan,   // the login's service is asked for a token
    RefreshStopped, // it gave none yet, or the answer is of no use any more
    TokensCame,     // of a login: a new one, or fresh ones
    LoginEnded,     // or was ended; or the token was given up
};

// What follows; nothing: the event means nothing in that phase, and changes nothing.
std::optional<AccountPhase> next(AccountPhase phase, AccountEvent event);

// It is known what to present, be it nothing.
bool isReady(AccountPhase phase);
// The same for people.
AccountState::Kind kindOf(AccountPhase phase);

} // namespace entvas
