#include "app/account/accountphase.h"

namespace entvas {

namespace {

std::optional<AccountPhase> refreshBegan(AccountPhase phase)
{
    switch (phase) {
    case AccountPhase::Waiting: return AccountPhase::Resuming;
    case AccountPhase::LoggedIn: return AccountPhase::Refreshing;
    case AccountPhase::New:
    case AccountPhase::Looking:
    case AccountPhase::Resuming:
    case AccountPhase::Nobody:
    case AccountPhase::Token:
    case AccountPhase::Refreshing: return std::nullopt; // there is no login, or it is asked for already
    }
    Q_UNREACHABLE();
}

AccountPhase refreshStopped(AccountPhase phase)
{
    switch (phase) {
    case AccountPhase::New: return AccountPhase::Looking; // what is remembered does not count any more
    case AccountPhase::Resuming: return AccountPhase::Waiting;
    case AccountPhase::Refreshing: return AccountPhase::LoggedIn;
    case AccountPhase::Looking:
    case AccountPhase::Waiting:
    case AccountPhase::Nobody:
    case AccountPhase::Token:
    case AccountPhase::LoggedIn: return phase;
    }
    Q_UNREACHABLE();
}

} // namespace

std::optional<AccountPhase> next(AccountPhase phase, AccountEvent event)
{
    const auto only = [phase](AccountPhase from, AccountPhase to) {
        return phase == from ? std::optional(to) : std::nullopt;
    };
    switch (event) {
    case AccountEvent::Asked: return only(AccountPhase::New, AccountPhase::Looking);
    case AccountEvent::FoundNothing: return only(AccountPhase::Looking, AccountPhase::Nobody);
    case AccountEvent::FoundToken: return only(AccountPhase::Looking, AccountPhase::Token);
    case AccountEvent::LoginChosen: return AccountPhase::Waiting;
    case AccountEvent::TokenGiven: return AccountPhase::Token;
    case AccountEvent::RefreshBegan: return refreshBegan(phase);
    case AccountEvent::RefreshStopped: return refreshStopped(phase);
    case AccountEvent::TokensCame: return AccountPhase::LoggedIn;
    case AccountEvent::LoginEnded: return AccountPhase::Nobody;
    }
    Q_UNREACHABLE();
}

bool isReady(AccountPhase phase)
{
    return kindOf(phase) != AccountState::Kind::Looking;
}

AccountState::Kind kindOf(AccountPhase phase)
{
    switch (phase) {
    case AccountPhase::New:
    case AccountPhase::Looking:
    case AccountPhase::Waiting:
    case AccountPhase::Resuming: return AccountState::Kind::Looking;
    case AccountPhase::Nobody: return AccountState::Kind::Nobody;
    case AccountPhase::Token: return AccountState::Kind::Token;
    case AccountPhase::LoggedIn:
    case AccountPhase::Refreshing: return AccountState::Kind::LoggedIn;
    }
    Q_UNREACHABLE();
}

} // namespace entvas
