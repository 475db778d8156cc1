// Who the clients of a LiveHub are, and how long that holds.
#include "core/base/log.h"
#include "server/access/auththrottle.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"

#include <algorithm>
#include <QPointer>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// A dashboard that is held up with a guesser behind one address comes back by itself.
void holdUp(LiveSession &session, int seconds)
{
    session.refuse(kTryAgainLater, u"too_many_guesses"_s,
                   u"Too many wrong keys or tokens from your address: try again in %1 s"_s.arg(seconds));
}

} // namespace

// Anybody can open sockets: those that say nothing must not take the places of those that may read.
void LiveHub::makeRoomForStrangers()
{
    std::vector<LiveSession *> strangers = sessions();
    std::erase_if(strangers, [](const LiveSession *session) { return session->state.reader.has_value(); });
    const auto isTooMany = [&] { return strangers.size() > std::size_t(m_limits.strangers); };
    if (!isTooMany())
        return;
    ++m_stats.strangers.reached;
    // Whoever was told to go has had its time.
    for (auto at = strangers.begin(); at != strangers.end() && isTooMany();) {
        if (!(*at)->isClosing()) {
            ++at;
            continue;
        }
        (*at)->abort();
        remove(*at);
        at = strangers.erase(at);
    }
    if (!isTooMany())
        return;
    // Whoever opens many of them pays with its own.
    QHash<QByteArray, int> each;
    int most = 0;
    for (const LiveSession *session : strangers)
        most = std::max(most, ++each[session->state.network]);
    const auto oldest = std::find_if(strangers.begin(), strangers.end(), [&](const LiveSession *session) {
        return each.value(session->state.network) == most;
    });
    (*oldest)->refuse(kTryAgainLater, u"too_many_clients"_s,
                      u"Too many dashboards wait to authenticate: this one came first"_s);
}

int LiveHub::mostClientsOf(const QHostAddress &client) const
{
    return client.isLoopback() ? m_limits.clients : std::min(m_limits.addressClients, m_limits.clients);
}

void LiveHub::authenticate(LiveSession &session, const QString &token)
{
    if (std::exchange(session.state.isAuthenticating, true))
        return session.answer(OutMessage(wire::Error{u"busy"_s, u"The last token is still being checked"_s, {}}));
    const QByteArray presented = token.toUtf8();
    if (const int seconds = m_throttle->retryAfter(session.client(), presented, m_clock->nowMs()))
        return holdUp(session, seconds);
    // It may have to wait for the issuer's keys; the client, or we, may have gone by then.
    const auto answer = [this, presented, at = QPointer(&session)](const Result<Reader> &reader) {
        const auto isAt = [&](const auto &one) { return one.get() == at.data(); };
        if (!at || std::none_of(m_sessions.cbegin(), m_sessions.cend(), isAt))
            return;
        at->state.isAuthenticating = false;
        if (!at->isClosing())
            onIdentified(*at, presented, reader);
    };
    m_access->identify(presented, m_clock->nowMs(), answer);
}

// Who got in by address proved nothing by its token.
void LiveHub::noteRight(const LiveSession &session, QByteArrayView token)
{
    if (session.state.reader && session.state.reader->subject != u"local"_s)
        m_throttle->recordSuccess(session.client(), token);
}

void LiveHub::onIdentified(LiveSession &session, const QByteArray &token, const Result<Reader> &reader)
{
    const bool isFirst = !session.state.reader;
    if (reader) {
        adopt(session, reader.value());
        noteRight(session, token);
        return isFirst ? greet(session) : session.answer(OutMessage(wire::Authenticated{reader.value().expiresAtMs}));
    }
    const Failure &failure = reader.failure();
    if (!isFirst && !m_access->needsProof()) // everybody who got this far may read
        return session.answer(OutMessage(wire::Authenticated{session.state.reader->expiresAtMs}));
    if (failure.kind == Fault::Unavailable) {
        // What it came in with still holds, for as long as it does.
        if (!isFirst)
            return session.answer(OutMessage(wire::Error{u"unavailable"_s, failure.forCallers(), {}}));
        return session.refuse(kTryAgainLater, u"unavailable"_s, failure.forCallers());
    }
    const bool isWrong = failure.kind == Fault::Unauthenticated && !token.isEmpty();
    if (const int seconds = isWrong ? m_throttle->recordFailure(session.client(), token, m_clock->nowMs()) : 0)
        return holdUp(session, seconds);
    session.refuse(QWebSocketProtocol::CloseCodePolicyViolated,
                   failure.kind == Fault::Denied ? u"denied"_s : u"unauthenticated"_s, failure.text);
}

// From now on this is who it is. What it may not see any more ends.
void LiveHub::adopt(LiveSession &session, const Reader &reader)
{
    session.state.reader = reader;
    std::erase_if(session.state.subscriptions, [&](const LiveSession::Subscription &subscription) {
        const QString id = subscription.project->id();
        if (reader.mayRead(id))
            return false;
        session.send(OutMessage(wire::Error{u"unknown_project"_s, u"You may not see this project any more"_s, id}));
        return true;
    });
}

// Nobody stays longer than what it came in with.
void LiveHub::checkReader(LiveSession &session)
{
    if (session.isClosing() || !session.state.reader)
        return;
    const Reader &known = *session.state.reader;
    const Result<Reader> now = m_access->renew(known, m_clock->nowMs());
    if (now) {
        if (now.value().projects != known.projects)
            adopt(session, now.value());
        else
            session.state.reader = now.value();
        return;
    }
    const bool isExpired = now.failure().kind == Fault::Unauthenticated;
    log::info("live", isExpired ? u"a client's login has ended: cut"_s : u"a client may not read any more: cut"_s,
              {{u"subject"_s, known.subject}, {u"peer"_s, session.peer()}});
    session.state.subscriptions.clear();
    session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, isExpired ? u"token_expired"_s : u"token_revoked"_s,
                   now.failure().text);
}

void LiveHub::lookAtReaders()
{
    for (LiveSession *session : sessions())
        checkReader(*session);
}

void LiveHub::greet(LiveSession &session)
{
    wire::Hello hello;
    hello.epoch = m_identity.epoch;
    hello.serverTimeMs = m_clock->nowMs();
    hello.heartbeatMs = m_limits.heartbeatMs;
    for (const auto &[id, project] : m_projects->all())
        if (session.state.reader->mayRead(id))
            hello.projects.append({id, project->name()});
    hello.store = m_identity.store;
    hello.serverVersion = m_identity.serverVersion;
    session.send(OutMessage(hello));
}

} // namespace entvas
