#pragma once

#include "core/base/clock.h"
#include "server/access/issuer.h"
#include "server/access/tokenverifier.h"

#include <deque>
#include <functional>
#include <memory>
#include <QTimer>

namespace entvas {

class Metrics;

// Who the tokens of the issuer are. A token whose key is not known waits a little for the issuer to say whether it has
// a new one; everything else is answered at once. Lives in the server's thread.
class Logins : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t kMaxWaiting = 256; // tokens at a time; more get Fault::Unavailable
    static constexpr int kWaitMs = 5'000;           // then Fault::Unavailable

    // `clock` must outlive it.
    Logins(TokenRules rules, IssuerLimits limits, const QString &caFile, const Clock *clock, QObject *parent = nullptr);

    ~Logins() override;

    void start() { m_issuer.start(); }
    // Called once, now or later. Fault::Unauthenticated: not valid, and why. Fault::Unavailable: it can't be told now.
    using Answer = std::function<void(const Result<TokenClaims> &)>;
    void check(const QByteArray &token, const Answer &answer);
    // With the keys that are here. Fault::NotFound: its key is not.
    Result<TokenClaims> checkNow(const QByteArray &token) const;
    // The server stops: all that wait are answered.
    void giveUp();

    const Issuer &issuer() const { return m_issuer; }
    const Metrics &metrics() const; // the issuer's too

private:
    struct Counts;
    struct Waiting {
        UnverifiedToken token;
        Answer answer;
        QElapsedTimer since;
    };
    Result<TokenClaims> verdict(const UnverifiedToken &token) const;
    void onFetched();
    void expire();
    void answerAll(std::deque<Waiting> waiting, const std::optional<Failure> &failure);

    const TokenRules m_rules;
    const Clock *m_clock;
    Issuer m_issuer;
    std::deque<Waiting> m_waiting; // oldest first
    QTimer m_patience;             // until the oldest has waited long enough
    std::unique_ptr<Counts> m_counts;
    bool m_stopped = false;
};

} // namespace entvas
