#pragma once

#include "app/account/accountstate.h"
#include "app/account/jsonclient.h"
#include "app/account/oidc.h"

namespace entvas {

// What a server said when it was asked why it lets nothing through. Pure.
struct AccessJudgement {
    enum class Kind {
        Unknown,  // it did not answer: the feed's own words have to do
        Busy,     // it had no time to say
        TryAgain, // what was presented may work now
        Problem,
    };
    // What was presented to it.
    struct Presented {
        bool isNothing = false;
        bool isLogin = false;    // else a token
        bool wasRevoked = false; // as the feed says
        bool wasRefused = false; // so often in a row that trying again does not help
    };
    Kind kind = Kind::Unknown;
    AccessProblem problem{};

    // `host`: the server. `me`, `config`: its answers to GET /me and /auth/config.
    static AccessJudgement of(const QString &host, const JsonAnswer &me, const oidc::Config &config,
                              const Presented &presented);
};

// A server that wants something from a person who presents nothing.
AccessProblem loginWanted(const QString &host, const oidc::Config &config);

} // namespace entvas
