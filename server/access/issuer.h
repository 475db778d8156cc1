#pragma once

#include "server/access/jwks.h"

#include <memory>
#include <optional>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QPointer>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrl>

class QNetworkReply;

namespace entvas {

class Metrics;

struct IssuerLimits {
    qint64 bodyBytes = 256 * 1024; // of one answer
    int fetchMs = 10'000;          // for one answer, from asking to its last byte
    int refreshMs = 600'000;       // keys are read again after that; Cache-Control may say sooner, …
    int minRefreshMs = 60'000;     // … but not sooner than that
    int refetchMs = 30'000;        // between two fetches because of a token whose key is unknown
    int retryMs = 1'000;           // after a failure, doubled with each …
    int maxRetryMs = 30'000;       // … up to that
};

// The keys of an OpenID Connect issuer: found by discovery, fetched again now and then, kept while the issuer is away.
// Nothing waits for it: a server starts, and goes on, without. Redirects are not followed, and nothing is believed
// that names another issuer or leads from https to http. Lives in the server's thread.
class Issuer : public QObject
{
    Q_OBJECT
public:
    // `url` as its tokens write it. `caFile`: further authorities to trust; may be empty.
    Issuer(const QString &url, IssuerLimits limits, const QString &caFile, QObject *parent = nullptr);
    ~Issuer() override;

    void start();
    // The last good ones; none before the first answer.
    const KeySet &keys() const { return m_keys; }
    // The last attempt failed, and why.
    bool isAway() const { return !m_away.isEmpty(); }
    const QString &awayBecause() const { return m_away; }
    // For a token whose key is not among keys(). True: they are being fetched, and fetched() follows. False: that was
    // done a moment ago, and what is known holds.
    bool refetch();

    const Metrics &metrics() const;

    // https, or http within this machine when the issuer itself is reached so.
    static bool isSafe(const QUrl &url, const QUrl &issuer);

Q_SIGNALS:
    void fetched(); // well or not

private:
    struct Counts;
    enum class Stage { Idle, Discovery, Keys };
    void fetch();
    void get(const QUrl &url);
    void onReadyRead();
    void onFinished();
    void onDiscovery();
    void onKeys();
    void fail(const QString &why);
    void settle(int nextMs);
    void drop();
    int refreshMs(const QNetworkReply &reply) const;

    const QString m_url;
    const IssuerLimits m_limits;
    QSslConfiguration m_tls;
    QNetworkAccessManager m_net;
    QNetworkReply *m_reply = nullptr;
    QByteArray m_body;
    Stage m_stage = Stage::Idle;
    QTimer m_timeout; // of the answer that is being waited for
    QTimer m_next;
    QElapsedTimer m_sinceRefetch;
    int m_retryMs;
    QString m_away; // why the last attempt failed; empty: it did not
    KeySet m_keys;
    std::unique_ptr<Counts> m_counts;
};

} // namespace entvas
