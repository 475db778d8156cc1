#pragma once

#include "core/base/limituse.h"
#include "server/http/message.h"

#include <deque>
#include <functional>
#include <QTimer>

namespace entvas {

class Clock;

// Posts that come while the server starts: behind a proxy it does so again and again, and nobody need notice. They wait
// a bounded while, and are then let in or refused. Whoever hangs up is forgotten: nothing is stored that its sender
// believes lost. Lives in the server's thread.
class EarlyPosts : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        int posts = 500;
        qint64 bytes = 64 * 1024 * 1024; // of their bodies, which the gate does not count once their sender has gone
    };
    struct Stats {
        LimitUse posts; // reached: those that found no room
        LimitUse bytes;
    };
    using Handler = std::function<void(const HttpRequest &, const HttpResponder &)>;
    using Refusal = std::function<HttpReply()>; // for one that waited in vain

    // `steady` must outlive it.
    EarlyPosts(const Clock *steady, Refusal refusal, Limits limits, QObject *parent = nullptr);
    EarlyPosts(const Clock *steady, Refusal refusal, QObject *parent = nullptr);

    // How long one may wait, since it came: also those that wait already. Zero refuses all at once.
    void setPatience(int ms);
    // False when there is no room, or no patience: refuse it then.
    [[nodiscard]] bool hold(const HttpRequest &request, const HttpResponder &responder);
    // In the order in which they came.
    void letIn(const Handler &handler);
    Stats stats() const;

private:
    struct Post {
        HttpRequest request;
        HttpResponder responder;
        qint64 sinceMs = 0;
    };
    void look();
    void forgetGone();
    qint64 bytes() const;

    const Clock *m_steady;
    Refusal m_refusal;
    Limits m_limits;
    int m_patienceMs = 0;
    std::deque<Post> m_posts;
    QTimer m_timer; // runs while somebody waits
    quint64 m_foundFull = 0;
    quint64 m_foundLarge = 0;
};

} // namespace entvas
