#include "server/access/issuer.h"

#include "core/base/log.h"
#include "core/base/metrics.h"
#include "core/model/settings.h"
#include "server/access/strictjson.h"

#include <algorithm>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QSslCertificate>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *kFetches = "entvas_issuer_fetches_total";
constexpr const char *kFetchesHelp = "Times that the keys of the issuer were fetched, by result.";

QUrl discoveryUrl(QString issuer)
{
    while (issuer.endsWith(u'/'))
        issuer.chop(1);
    return QUrl(issuer + u"/.well-known/openid-configuration"_s, QUrl::StrictMode);
}

} // namespace

// What /metrics shows of the issuer; a new number is one more member here.
struct Issuer::Counts {
    explicit Counts(const Issuer &issuer)
    {
        metrics.gauge("entvas_issuer_keys", "Keys of the issuer that tokens are checked with; 0: no login is possible.",
                      [&issuer] { return double(issuer.m_keys.size()); });
    }
    Metrics metrics;
    Counter fetched{metrics, kFetches, kFetchesHelp, {{"result", u"ok"_s}}};
    Counter failed{metrics, kFetches, kFetchesHelp, {{"result", u"failed"_s}}};
};

Issuer::Issuer(const QString &url, IssuerLimits limits, const QString &caFile, QObject *parent)
    : QObject(parent),
      m_url(url),
      m_limits(limits),
      m_tls(QSslConfiguration::defaultConfiguration()),
      m_retryMs(limits.retryMs),
      m_counts(std::make_unique<Counts>(*this))
{
    if (!caFile.isEmpty() && !m_tls.addCaCertificates(caFile))
        log::error("issuer", u"the file of additional certificate authorities holds none that can be read"_s,
                   {{u"file"_s, caFile}});
    m_timeout.setSingleShot(true);
    m_next.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this,
            [this] { fail(u"it did not answer within %1 s"_s.arg(double(m_limits.fetchMs) / 1'000)); });
    connect(&m_next, &QTimer::timeout, this, &Issuer::fetch);
}

Issuer::~Issuer()
{
    drop();
}

const Metrics &Issuer::metrics() const
{
    return m_counts->metrics;
}

bool Issuer::isSafe(const QUrl &url, const QUrl &issuer)
{
    const bool isPlain = url.scheme() == u"http" && isLoopbackName(url.host()) && issuer.scheme() == u"http";
    return url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && (url.scheme() == u"https" || isPlain);
}

void Issuer::start()
{
    fetch();
}

bool Issuer::refetch()
{
    if (m_stage != Stage::Idle)
        return true;
    if (m_sinceRefetch.isValid() && !m_sinceRefetch.hasExpired(m_limits.refetchMs))
        return false;
    m_sinceRefetch.start();
    fetch();
    return true;
}

void Issuer::fetch()
{
    if (m_stage != Stage::Idle)
        return;
    m_next.stop();
    m_stage = Stage::Discovery;
    get(discoveryUrl(m_url));
}

void Issuer::get(const QUrl &url)
{
    if (!isSafe(url, QUrl(m_url)))
        return fail(
            u"its address %1 is neither https nor on this machine, where an issuer without https has to be"_s.arg(
                url.toString(QUrl::RemoveUserInfo)));
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    for (const auto attribute :
         {QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::CookieSaveControlAttribute,
          QNetworkRequest::AuthenticationReuseAttribute})
        request.setAttribute(attribute, QNetworkRequest::Manual);
    request.setRawHeader("Accept", "application/json");
    request.setRawHeader("Accept-Encoding", "identity"); // what is unpacked could be any size
    request.setRawHeader("User-Agent", "Entvas/" ENTVAS_VERSION);
    request.setSslConfiguration(m_tls);
    m_body.clear();
    m_reply = m_net.get(request);
    m_reply->setReadBufferSize(m_limits.bodyBytes + 1);
    m_timeout.start(m_limits.fetchMs);
    connect(m_reply, &QNetworkReply::readyRead, this, &Issuer::onReadyRead);
    connect(m_reply, &QNetworkReply::finished, this, &Issuer::onFinished);
}

void Issuer::onReadyRead()
{
    m_body += m_reply->readAll();
    if (m_body.size() > m_limits.bodyBytes)
        fail(u"its answer is larger than %1 bytes"_s.arg(m_limits.bodyBytes));
}

void Issuer::onFinished()
{
    m_body += m_reply->readAll();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_body.size() > m_limits.bodyBytes)
        return fail(u"its answer is larger than %1 bytes"_s.arg(m_limits.bodyBytes));
    if (status >= 300 && status < 400)
        return fail(u"%1 leads elsewhere, which is not followed"_s.arg(m_reply->url().toString()));
    if (m_reply->error() != QNetworkReply::NoError)
        return fail(m_reply->errorString());
    if (status != 200)
        return fail(u"%1 answers %2"_s.arg(m_reply->url().toString(), QString::number(status)));
    if (m_stage == Stage::Discovery)
        onDiscovery();
    else
        onKeys();
}

void Issuer::onDiscovery()
{
    const Result<QJsonObject> found = parseStrictObject(m_body);
    drop();
    if (!found)
        return fail(u"what it says of itself "_s + found.failure().text);
    const QString issuer = found.value().value(u"issuer"_s).toString();
    if (issuer != m_url)
        return fail(u"it calls itself \"%1\", and the setting issuer (JWT_ISSUER_DOMAIN) \"%2\": they must be the same "
                    "to the letter"_s.arg(issuer.left(200), m_url));
    m_stage = Stage::Keys;
    get(QUrl(found.value().value(u"jwks_uri"_s).toString(), QUrl::StrictMode));
}

void Issuer::onKeys()
{
    Result<KeySet> set = KeySet::parse(m_body);
    if (!set)
        return fail(set.failure().text);
    if (set->isEmpty())
        return fail(u"it publishes no key that is of use here"_s +
                    (set->ignored().isEmpty() ? QString() : u": "_s + set->ignored().first()));
    const int nextMs = refreshMs(*m_reply);
    if (!set->sameKeys(m_keys) || isAway()) {
        log::info("issuer", u"fetched the keys of the issuer"_s, {{u"issuer"_s, m_url}, {u"keys"_s, set->size()}});
        for (const QString &why : set->ignored())
            log::info("issuer", u"ignored a key of the issuer"_s, {{u"reason"_s, why}});
    }
    m_keys = std::move(set.value());
    m_away.clear();
    m_retryMs = m_limits.retryMs;
    ++m_counts->fetched;
    settle(nextMs);
}

int Issuer::refreshMs(const QNetworkReply &reply) const
{
    static const QRegularExpression maxAge(u"(?:^|[,\\s])max-age=([0-9]{1,6})"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const auto found = maxAge.match(QString::fromLatin1(reply.rawHeader("Cache-Control").left(1'000)));
    if (!found.hasMatch())
        return m_limits.refreshMs;
    const qint64 ms = found.captured(1).toLongLong() * 1'000;
    return int(std::clamp<qint64>(ms, m_limits.minRefreshMs, m_limits.refreshMs));
}

void Issuer::fail(const QString &why)
{
    ++m_counts->failed;
    const QString kept = m_keys.isEmpty() ? u"no login is possible until they are"_s : u"its last keys stay in use"_s;
    // Once for each reason, however long it lasts.
    if (std::exchange(m_away, why) != why)
        log::warning("issuer", u"the keys of the issuer could not be fetched; %1"_s.arg(kept),
                     {{u"issuer"_s, m_url}, {u"reason"_s, why}});
    settle(m_retryMs);
    m_retryMs = std::min(m_retryMs * 2, m_limits.maxRetryMs);
}

void Issuer::settle(int nextMs)
{
    drop();
    m_stage = Stage::Idle;
    m_next.start(nextMs);
    Q_EMIT fetched();
}

void Issuer::drop()
{
    m_timeout.stop();
    m_body.clear();
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

} // namespace entvas
