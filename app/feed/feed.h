#pragma once

#include "core/cube/liveusers.h"
#include "core/wire/wire.h"

#include <QObject>
#include <QUrl>

namespace entvas {

// How the connection to the server stands.
struct FeedState {
    enum class Kind {
        Connecting,   // first try, or tried again because somebody wanted it
        Live,         // subscribed; messages or heartbeats arrive
        Stale,        // connected, but nothing fresh comes: silent, or a fresh picture is still on its way
        Lost,         // was live or tried in vain; tries again by itself at retryAtMs
        Refused,      // see refusal; tries again only when told
        NoProject,    // the wanted project is not there, or not for this token; tries again only when told
        Incompatible, // speaks another version; tries again only when told
    };
    enum class Refusal {
        None,
        Access,    // the server said no: 401, 403, 1008
        Expired,   // the token has run out
        Revoked,   // it was taken back
        PlainHttp, // we do: nobody allowed to go there without encryption
        Untrusted, // we do: its certificate
    };
    Kind kind = Kind::Connecting;
    QString reason;                  // a sentence; empty when live
    qint64 retryAtMs = 0;            // Lost only
    int latencyMs = -1;              // of the last ping; -1 = unknown
    Refusal refusal = Refusal::None; // Refused only
};

// A snapshot whose cube is built already, where it was decoded: that takes too long for the thread of the screen.
struct Picture {
    wire::Snapshot told; // without its cube and users
    LiveCube cube;
    std::optional<LiveUsers> users; // nullopt: not known, which is better than wrong

    void applyUsers(const std::optional<UsersSnapshot> &from)
    {
        if (from && !users.emplace().apply(*from))
            users.reset();
    }
};

// One server's live messages for one project. Lives in the UI thread; decoding happens elsewhere.
class Feed : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void open() = 0; // connects, and reconnects for ever
    virtual void close() = 0;
    virtual void retryNow() = 0;
    // From now on: shown to the server at once where it is connected, else with the next try.
    virtual void setToken(const QString &) {}
    virtual QUrl server() const = 0; // http(s)://host:port

Q_SIGNALS:
    void stateChanged(const entvas::FeedState &state);
    // In the order sent. After a gap the feed itself asks for a snapshot; deltas before it are not handed on.
    void message(const entvas::wire::ServerMessage &message);
    // In place of a snapshot's message. Whoever shows the feed, and that is one, swaps the cube for its old one, which
    // the feed takes away: to free a large one takes time too.
    void picture(entvas::Picture &picture);
};

} // namespace entvas

Q_DECLARE_METATYPE(entvas::FeedState)
