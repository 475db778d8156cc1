#include "server/ingest/earlyposts.h"

#include "core/base/clock.h"
#include "core/base/metrics.h"

#include <numeric>
#include <utility>

namespace entvas {

namespace {

constexpr int kLookMs = 100;

} // namespace

// What /metrics shows of early posts; a new number is one more member here.
struct EarlyPosts::Counts {
    explicit Counts(const EarlyPosts &early)
        : posts(metrics,
                {"entvas_ingest_early_posts", LimitText::Unit::Count, "Posts that wait for the server to start.",
                 "Posts refused with 503 because the wait queue was full."},
                early.m_limits.posts, [&early] { return double(early.m_posts.size()); }),
          bytes(metrics,
                {"entvas_ingest_early", LimitText::Unit::Bytes,
                 "Bodies of the posts that wait for the server to start.",
                 "Posts refused with 503 because the bodies of the wait queue left no room."},
                double(early.m_limits.bytes), [&early] { return double(early.bytes()); })
    {
    }
    Metrics metrics;
    Limit posts;
    Limit bytes;
};

EarlyPosts::EarlyPosts(const Clock *steady, Refusal refusal, Limits limits, QObject *parent)
    : QObject(parent),
      m_steady(steady),
      m_refusal(std::move(refusal)),
      m_limits(limits),
      m_counts(std::make_unique<Counts>(*this))
{
    m_timer.setParent(this);
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &EarlyPosts::look);
}

EarlyPosts::EarlyPosts(const Clock *steady, Refusal refusal, QObject *parent)
    : EarlyPosts(steady, std::move(refusal), Limits(), parent)
{
}

EarlyPosts::~EarlyPosts() = default;

const Metrics &EarlyPosts::metrics() const
{
    return m_counts->metrics;
}

void EarlyPosts::setPatience(int ms)
{
    m_patienceMs = ms;
    look();
}

bool EarlyPosts::hold(const HttpRequest &request, const HttpResponder &responder)
{
    const bool isFull = int(m_posts.size()) >= m_limits.posts;
    const bool isLarge = bytes() + request.body.size() > m_limits.bytes;
    m_counts->posts.reach(isFull);
    m_counts->bytes.reach(isLarge);
    if (m_patienceMs <= 0 || isFull || isLarge)
        return false;
    m_posts.push_back({request, responder, m_steady->nowMs()});
    m_timer.start();
    return true;
}

void EarlyPosts::replay(const Handler &handler)
{
    forgetGone();
    for (const Post &post : std::exchange(m_posts, {}))
        handler(post.request, post.responder);
    m_timer.stop();
}

void EarlyPosts::look()
{
    forgetGone();
    const qint64 now = m_steady->nowMs();
    while (!m_posts.empty() && now - m_posts.front().sinceMs >= m_patienceMs) {
        m_posts.front().responder.send(m_refusal());
        m_posts.pop_front();
    }
    if (m_posts.empty())
        m_timer.stop();
}

void EarlyPosts::forgetGone()
{
    std::erase_if(m_posts, [](const Post &post) { return !post.responder.isOpen(); });
}

qint64 EarlyPosts::bytes() const
{
    return std::accumulate(m_posts.cbegin(), m_posts.cend(), qint64(0),
                           [](qint64 sum, const Post &post) { return sum + post.request.body.size(); });
}

} // namespace entvas
