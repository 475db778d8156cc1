#include "app/samples/feeder.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {

constexpr auto kTick = 10ms;
constexpr auto kAnswerTimeout = 10s;
constexpr auto kRetry = 1s;        // after no answer
constexpr int kSlowFromMs = 5'000; // the pace without a rate
constexpr int kSlowToMs = 10'000;
constexpr int kInvalidOneIn = 10;
constexpr qint64 kMaxAnswerBytes = 4 * 1024 * 1024;

QString sentence(const QNetworkReply &reply, const QUrl &url)
{
    if (reply.error() == QNetworkReply::ConnectionRefusedError)
        return u"Nobody answers at %1: is Entvas running there?"_s.arg(url.toString());
    return u"%1 can't be reached: %2."_s.arg(url.toString(), reply.errorString());
}

} // namespace

Feeder::Feeder(FeederOptions options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_events(QRandomGenerator::system()->generate())
{
    m_options.perSecond = std::clamp(m_options.perSecond, 0.0, kMaxPerSecond);
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Feeder::tick);
}

Feeder::~Feeder()
{
    stop();
}

void Feeder::start()
{
    m_running = true;
    m_since.start();
    m_sinceMade = 0;
    tick();
}

void Feeder::stop()
{
    m_running = false;
    m_timer.stop();
    const QList<QNetworkReply *> replies = m_network.findChildren<QNetworkReply *>();
    for (QNetworkReply *reply : replies) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
    m_inFlight = 0;
}

// Events that the schedule asks for now.
qint64 Feeder::due() const
{
    if (m_options.perSecond <= 0)
        return 1;
    const double wanted = std::floor(double(m_since.elapsed()) / 1'000 * m_options.perSecond) + 1;
    return qint64(wanted) - m_sinceMade;
}

void Feeder::tick()
{
    if (!m_running || isDone())
        return;
    qint64 open = due();
    // What could not be sent for a second is let go: a server that comes back is not buried.
    if (double(open) > m_options.perSecond + 1) {
        m_since.restart();
        m_sinceMade = 0;
        open = 1;
    }
    const bool singles = m_options.perSecond <= kSinglesPerSecond;
    while (open > 0 && m_inFlight < kMaxInFlight && !isDone() && !(m_unreachable && m_inFlight > 0)) {
        qint64 size = singles ? 1 : std::min<qint64>(open, kMaxBatch);
        if (m_options.count > 0)
            size = std::min(size, m_options.count - m_made);
        m_sinceMade += size;
        open -= size;
        post(size);
    }
    if (m_options.perSecond > 0)
        m_timer.start(m_unreachable ? kRetry : std::chrono::milliseconds(kTick));
    else
        m_timer.start(m_events.between(kSlowFromMs, kSlowToMs + 1));
}

bool Feeder::isInvalid(qint64 number)
{
    if (m_options.invalidEvery < 0)
        return m_events.oneIn(kInvalidOneIn);
    return m_options.invalidEvery > 0 && number % m_options.invalidEvery == 0;
}

void Feeder::post(qint64 events)
{
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    qint64 invalid = 0;
    QJsonArray made;
    for (qint64 i = 0; i < events; ++i) {
        const bool bad = isInvalid(++m_made);
        invalid += bad ? 1 : 0;
        made.append(bad ? SampleEvents::invalid() : m_events.valid(nowMs));
    }
    const bool single = events == 1;
    if (single)
        Q_EMIT sent(made.first().toObject());

    QNetworkRequest request(m_options.url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", m_options.key.toUtf8());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // Qt 6.4 has known faults there
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(int(std::chrono::milliseconds(kAnswerTimeout).count()));
    const QJsonDocument body = single ? QJsonDocument(made.first().toObject()) : QJsonDocument(made);
    QNetworkReply *reply = m_network.post(request, body.toJson(QJsonDocument::Compact));
    reply->setReadBufferSize(kMaxAnswerBytes);
    ++m_inFlight;
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, valid = events - invalid, invalid] { onFinished(reply, valid, invalid); });
}

void Feeder::onFinished(QNetworkReply *reply, qint64 valid, qint64 invalid)
{
    --m_inFlight;
    reply->deleteLater();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0) {
        m_totals.failed += valid + invalid;
        if (!m_unreachable)
            Q_EMIT unreachable(sentence(*reply, m_options.url));
        m_unreachable = true;
        if (!m_options.keepTrying) {
            stop();
            Q_EMIT finished();
            return;
        }
    } else {
        m_unreachable = false;
        countAnswer(status, reply->readAll(), valid, invalid);
        Q_EMIT answered(status);
        if ((status == 401 || status == 403) && !m_refused) {
            m_refused = true;
            Q_EMIT refused({status == 401 ? Fault::Unauthenticated : Fault::Denied,
                            u"%1 does not accept this key (%2). Set WEBHOOK_API_KEY to one that it knows."_s.arg(
                                m_options.url.toString(), QString::number(status))});
        }
    }
    if (m_running && isDone() && m_inFlight == 0) {
        stop();
        Q_EMIT finished();
    }
}

void Feeder::countAnswer(int status, const QByteArray &body, qint64 valid, qint64 invalid)
{
    if (valid + invalid == 1) {
        if (status == 200)
            ++m_totals.accepted;
        else if (status == 400 && invalid == 1)
            ++m_totals.rejected;
        else
            ++m_totals.failed;
        return;
    }
    const QJsonObject data = QJsonDocument::fromJson(body).object().value(u"data"_s).toObject();
    const qint64 accepted = std::clamp<qint64>(data.value(u"accepted"_s).toInteger(), 0, valid + invalid);
    const qint64 rejected = status == 400 ? invalid : std::min(data.value(u"rejected"_s).toInteger(), invalid);
    m_totals.accepted += accepted;
    m_totals.rejected += rejected;
    m_totals.failed += std::max<qint64>(0, valid + invalid - accepted - rejected);
}

} // namespace entvas
