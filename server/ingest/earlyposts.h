#pragma once

#include "server/http/message.h"

#include <deque>
#include <functional>
#include <memory>
#include <QTimer>

namespace entvas {

class Clock;
class Metrics;

// Posts that come while the server starts: behind a proxy it is restarted now and then, and senders need not notice.
// They wait for a bounded time, and are then handled or refused. A sender that hangs up is forgotten: nothing is stored
// that it believes lost. Lives in the server's thread.
class EarlyPosts : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        int posts = 500;
        qint64 bytes = 64 * 1024 * 1024; // of their bodies, which the gate does not count once their sender has gone
    };
    using Handler = std::function<void(const HttpRequest &, const HttpResponder &)>;
    using Refusal = std::function<HttpReply()>; // for one whose time is over

    // `steady` must outlive it.
    EarlyPosts(const Clock *steady, Refusal refusal, Limits limits, QObject *parent = nullptr);
    EarlyPosts(const Clock *steady, Refusal refusal, QObject *parent = nullptr);
    ~EarlyPosts() override;

    // How long one may wait, since it came: also those that wait already. Zero refuses all at once.
    void setPatience(int ms);
    // False when there is no room, or no patience: refuse it then.
    [[nodiscard]] bool hold(const HttpRequest &request, const HttpResponder &responder);
    // In the order in which they came.
    void replay(const Handler &handler);
    const Metrics &metrics() const;

private:
    struct Counts;
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
    QTimer m_timer; // runs while a post waits
    std::unique_ptr<Counts> m_counts;
};

} // namespace entvas
