#include "app/samples/samplehistory.h"

#include "app/samples/weighted.h"
#include "core/base/units.h"
#include "core/base/uuid7.h"

#include <array>
#include <cmath>
#include <QDateTime>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr double kMeanPauseMs = 38'000;
constexpr double kLongestPauseMs = 600'000;
constexpr int kLongestSession = 60; // events

// The first four are the feeder's: a dashboard that has seen one finds them again.
constexpr std::array kPages{Weighted{"home", 30},    Weighted{"dashboard", 21}, Weighted{"profile", 11},
                            Weighted{"settings", 6}, Weighted{"search", 9},     Weighted{"pricing", 7},
                            Weighted{"docs", 5},     Weighted{"projects", 4},   Weighted{"checkout", 3},
                            Weighted{"help", 2},     Weighted{"blog", 1},       Weighted{"about", 1}};
constexpr int kHome = 0;
constexpr int kPricing = 5; // where campaigns lead
constexpr std::array kBrowsers{Weighted{"chrome", 58}, Weighted{"safari", 20}, Weighted{"edge", 10},
                               Weighted{"firefox", 9}, Weighted{"opera", 3}};

static_assert(sum(kPages) == 100 && sum(kBrowsers) == 100);

double bell(double hour, double middle, double width)
{
    const double x = (hour - middle) / width;
    return std::exp(-x * x / 2);
}

// A number that belongs to a user for ever.
quint32 mixed(quint32 user)
{
    user = (user ^ 61u) ^ (user >> 16);
    user *= 9u;
    user ^= user >> 4;
    user *= 0x27d4eb2du;
    return user ^ (user >> 15);
}

} // namespace

SampleHistory::SampleHistory(const HistoryPlan &plan) : m_plan(plan), m_random(plan.seed)
{
    const double days = double(plan.toMs - plan.fromMs) / kDayMs;
    // A campaign about every ten days, an outage about once a month; a short history has none of what it is too short
    // for.
    for (int i = 0; i < std::lround(days / 10); ++i) {
        const qint64 day = plan.fromMs + qint64(uniform() * days) * kDayMs;
        m_campaigns.push_back(day - day % kDayMs + 9 * kHourMs + qint64(uniform() * 5 * kHourMs));
    }
    for (int i = 0; i < (days < 2 ? 0 : days < 45 ? 1 : int(std::lround(days / 30))); ++i) {
        const qint64 from = plan.fromMs + qint64((0.1 + 0.8 * uniform()) * days * kDayMs);
        m_outages.emplace_back(from, from + qint64((25 + 60 * uniform()) * 60'000));
    }
    weigh();
    m_nextStartMs = timeAt(0);
}

double SampleHistory::exponential(double mean)
{
    return -mean * std::log(1 - uniform());
}

void SampleHistory::weigh()
{
    const auto bins = std::size_t((m_plan.toMs - m_plan.fromMs + kBinMs - 1) / kBinMs);
    std::vector<double> days(std::size_t((m_plan.toMs - m_plan.fromMs) / kDayMs + 2));
    for (double &day : days)
        day = 0.92 + 0.16 * uniform();
    m_sums.reserve(bins + 1);
    m_sums.push_back(0);
    for (std::size_t i = 0; i < bins; ++i) {
        const double noise = 0.93 + 0.14 * uniform();
        m_sums.push_back(m_sums.back() + noise * weightAt(m_plan.fromMs + qint64(i) * kBinMs, days));
    }
}

double SampleHistory::weightAt(qint64 ms, const std::vector<double> &days) const
{
    const qint64 local = ms + m_plan.zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(ms)) * 1'000LL;
    const double hour = double(local % kDayMs) / kHourMs;
    const bool isWeekend = (local / kDayMs + 4) % 7 % 6 == 0; // 1970 began on a Thursday; Sunday is 0
    const double atWork = bell(hour, 10.6, 1.7) + 0.95 * bell(hour, 15.0, 2.0);
    const double atHome = 0.32 * bell(hour, 20.6, 1.8) + 0.10 * bell(hour, 13, 5);
    double weight = 0.035 + (isWeekend ? 0.16 * atWork + 1.1 * atHome : atWork + atHome);
    const double share = double(ms - m_plan.fromMs) / double(m_plan.toMs - m_plan.fromMs);
    const double years = double(m_plan.toMs - m_plan.fromMs) / (365.0 * kDayMs);
    weight *= 1 + share * std::min(1.5, 0.15 + 1.2 * years);
    weight *= days[std::size_t((ms - m_plan.fromMs) / kDayMs)];
    for (const qint64 begin : m_campaigns)
        if (const double hours = double(ms - begin) / kHourMs; hours >= 0 && hours < 24)
            weight *= 1 + 1.6 * std::min(1.0, hours * 3) * std::exp(-hours / 4.5);
    for (const auto &[from, to] : m_outages) {
        if (ms >= from && ms < to)
            weight *= 0.02;
        else if (ms >= to && ms < to + kHourMs) // all try again
            weight *= 1 + 0.5 * (1 - double(ms - to) / kHourMs);
    }
    return weight;
}

qint64 SampleHistory::timeAt(double share)
{
    const double wanted = share * m_sums.back();
    const auto above = std::upper_bound(m_sums.begin(), m_sums.end(), wanted);
    const auto bin = std::size_t(std::clamp<qsizetype>(above - m_sums.begin() - 1, 0, qsizetype(m_sums.size()) - 2));
    const double width = m_sums[bin + 1] - m_sums[bin];
    const double within = width > 0 ? std::clamp((wanted - m_sums[bin]) / width, 0.0, 1.0) : 0;
    return std::min(m_plan.fromMs + qint64((double(bin) + within) * kBinMs), m_plan.toMs - 1);
}

void SampleHistory::openSession()
{
    Visit visit;
    visit.number = ++m_sessions;
    visit.beganMs = visit.atMs = m_nextStartMs;
    // Few come often: the share of a user falls with a power of the rank.
    const auto rank = int(double(m_plan.users) * std::pow(uniform(), 2.6));
    visit.user = std::min(rank, m_plan.users - 1);
    visit.left = std::min<qint64>({3 + qint64(exponential(6)), kLongestSession, m_plan.events - m_planned});
    const bool isCampaign = std::any_of(m_campaigns.begin(), m_campaigns.end(), [&](qint64 begin) {
        return visit.atMs >= begin && visit.atMs < begin + 8 * kHourMs;
    });
    visit.page = isCampaign && uniform() < 0.6 ? kPricing : uniform() < 0.62 ? kHome : nextPage(kHome);
    const double likely = double(visit.left) * kMeanPauseMs;
    visit.pace = std::min(1.0, double(m_plan.toMs - visit.atMs) / (likely * 2.5));
    m_planned += visit.left;
    m_open.push(visit);
    const double jitter = double(visit.left) * (0.3 + 1.4 * uniform()) - double(visit.left);
    m_nextStartMs = std::max(m_nextStartMs, timeAt((double(m_planned) + jitter) / double(m_plan.events)));
}

int SampleHistory::nextPage(int page)
{
    const int next = pick(kPages, int(uniform() * 100));
    return next == page ? pick(kPages, int(uniform() * 100)) : next;
}

bool SampleHistory::next(Event &event)
{
    while (m_planned < m_plan.events && (m_open.empty() || m_nextStartMs <= m_open.top().atMs))
        openSession();
    if (m_open.empty())
        return false;
    Visit visit = m_open.top();
    m_open.pop();
    event = toEvent(visit);
    if (--visit.left > 0) {
        const double pause = std::clamp(exponential(kMeanPauseMs), 400.0, kLongestPauseMs) * visit.pace;
        visit.atMs = std::min(visit.atMs + qint64(pause), m_plan.toMs - 1);
        ++visit.step;
        m_open.push(visit);
    }
    return true;
}

// As ours are: of the time of receipt, and in its order.
QUuid SampleHistory::idAt(qint64 ms)
{
    m_counter = ms == m_lastMs ? std::min(m_counter + 1, 0xfffu) : 0;
    m_lastMs = ms;
    const QUuid floor = uuid7Floor(ms);
    const quint64 random = m_random.generate64();
    const auto byte = [random](int shift) { return static_cast<uchar>(random >> shift); };
    return QUuid(floor.data1, floor.data2, static_cast<ushort>(0x7000 | m_counter),
                 static_cast<uchar>(0x80 | (byte(56) & 0x3f)), byte(48), byte(40), byte(32), byte(24), byte(16),
                 byte(8), byte(0));
}

Event SampleHistory::toEvent(Visit &visit)
{
    const quint32 mix = mixed(quint32(visit.user));
    const char *browser = kBrowsers[std::size_t(pick(kBrowsers, int(mix % 100)))].name;
    const char *type = "page_view";
    QByteArray more;
    const double dice = uniform();
    if (visit.step == 0) {
        type = "user_joined";
    } else if (visit.left == 1 && visit.step > 1 && dice < 0.85) {
        type = "user_disconnect";
        more = ",\"seconds\":" + QByteArray::number((visit.atMs - visit.beganMs) / 1'000);
    } else if (visit.step > 1 && dice > 0.76) {
        type = dice > 0.92 ? "log" : "user_message";
        if (dice > 0.92)
            more = dice > 0.995  ? ",\"level\":\"error\""
                   : dice > 0.98 ? ",\"level\":\"warning\""
                                 : ",\"level\":\"info\"";
    } else if (visit.step > 1) {
        visit.page = nextPage(visit.page);
    }
    const char *pageName = kPages[std::size_t(visit.page)].name;
    Event event;
    event.receivedAtMs = visit.atMs;
    event.timestampMs = visit.atMs - 20 - qint64(exponential(60));
    event.id = idAt(visit.atMs);
    event.eventType = QLatin1StringView(type);
    event.userId = QString::number(1 + (qint64(visit.user) * 7'919) % m_plan.users);
    event.metadata = QByteArrayLiteral("{\"page\":\"") + pageName + "\",\"browser\":\"" + browser + '"' + more + '}';
    event.series << event.eventType;
    for (const QString &dimension : m_plan.dimensions)
        event.series << (dimension == u"page"_s      ? QString::fromLatin1(pageName)
                         : dimension == u"browser"_s ? QString::fromLatin1(browser)
                                                     : QString());
    return event;
}

} // namespace entvas
