#include "server/access/logins.h"

#include "core/base/metrics.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

Failure issuerAway()
{
    return {Fault::Unavailable,
            u"The issuer of logins does not answer, so that this token can't be checked; try again"_s};
}

} // namespace

// What /metrics shows of logins; a new number is one more member here.
struct Logins::Counts {
    explicit Counts(const Logins &logins)
        : waiting(metrics,
                  {"entvas_logins_waiting", LimitText::Unit::Count, "Tokens that wait for the issuer's keys.",
                   "Tokens refused with 503 because the wait queue was full."},
                  double(kMaxWaiting), [&logins] { return double(logins.m_waiting.size()); })
    {
        metrics.add([&logins](MetricFamilies &families) { logins.m_issuer.metrics().collect(families); });
    }
    Metrics metrics;
    Limit waiting;
};

Logins::Logins(TokenRules rules, IssuerLimits limits, const QString &caFile, const Clock *clock, QObject *parent)
    : QObject(parent),
      m_rules(std::move(rules)),
      m_clock(clock),
      m_issuer(m_rules.issuer, limits, caFile),
      m_counts(std::make_unique<Counts>(*this))
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &Logins::expire);
    connect(&m_issuer, &Issuer::fetched, this, &Logins::onFetched);
}

Logins::~Logins() = default;

const Metrics &Logins::metrics() const
{
    return m_counts->metrics;
}

Result<TokenClaims> Logins::checkNow(const QByteArray &token) const
{
    const Result<UnverifiedToken> parsed = parseToken(token);
    if (!parsed)
        return parsed.failure();
    return verifyToken(parsed.value(), m_issuer.keys(), m_rules, m_clock->nowMs());
}

void Logins::check(const QByteArray &token, const Answer &answer)
{
    Result<UnverifiedToken> parsed = parseToken(token);
    if (!parsed)
        return answer(parsed.failure());
    const Result<TokenClaims> claims = verifyToken(parsed.value(), m_issuer.keys(), m_rules, m_clock->nowMs());
    if (claims || claims.failure().kind != Fault::NotFound)
        return answer(claims);
    if (m_stopped || !m_issuer.refetch())
        return answer(verdict(parsed.value()));
    if (m_waiting.size() >= kMaxWaiting) {
        m_counts->waiting.reach();
        return answer(Failure{Fault::Unavailable, u"Too many tokens wait for the issuer's keys; try again"_s});
    }
    m_waiting.push_back({std::move(parsed.value()), answer, {}});
    m_waiting.back().since.start();
    if (!m_patience.isActive())
        m_patience.start(kWaitMs);
}

// When there is nothing more to wait for: without the issuer's word an unknown key may be a new one of its own.
Result<TokenClaims> Logins::verdict(const UnverifiedToken &token) const
{
    const Result<TokenClaims> claims = verifyToken(token, m_issuer.keys(), m_rules, m_clock->nowMs());
    if (claims || claims.failure().kind != Fault::NotFound)
        return claims;
    return m_issuer.isAway() || m_issuer.keys().isEmpty() ? issuerAway()
                                                          : Failure{Fault::Unauthenticated, claims.failure().text};
}

void Logins::onFetched()
{
    m_patience.stop();
    answerAll(std::exchange(m_waiting, {}), {});
}

void Logins::expire()
{
    std::deque<Waiting> tired;
    while (!m_waiting.empty() && m_waiting.front().since.hasExpired(kWaitMs - 1)) {
        tired.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    if (!m_waiting.empty())
        m_patience.start(std::max<int>(1, kWaitMs - int(m_waiting.front().since.elapsed())));
    answerAll(std::move(tired), issuerAway());
}

void Logins::giveUp()
{
    m_stopped = true;
    m_patience.stop();
    answerAll(std::exchange(m_waiting, {}), Failure{Fault::Unavailable, u"The server stops"_s});
}

// Who is answered may ask again at once: the list is a copy.
void Logins::answerAll(std::deque<Waiting> waiting, const std::optional<Failure> &failure)
{
    for (const Waiting &one : waiting)
        one.answer(failure ? Result<TokenClaims>(*failure) : verdict(one.token));
}

} // namespace entvas
