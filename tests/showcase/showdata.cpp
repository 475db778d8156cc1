#include "tests/showcase/showdata.h"

#include <algorithm>
#include <cmath>
#include <QDateTime>
#include <QUuid>

namespace entvas::showcase {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMinute = 60'000;
constexpr qint64 kQuarter = 900'000;
constexpr qint64 kDay = 86'400'000;
constexpr int kMinuteDays = 8;
constexpr int kQuarterDays = 92;
constexpr int kDays = 110;
constexpr int kPeople = 24'000;

struct Part {
    const char *name;
    double share;
};
constexpr Part kTypes[]{{"page_view", 0.447},   {"user_message", 0.233},   {"log", 0.146},
                        {"user_joined", 0.107}, {"user_disconnect", 0.06}, {"checkout", 0.007}};
constexpr Part kPages[]{{"home", 0.39}, {"dashboard", 0.26}, {"profile", 0.15}, {"search", 0.08},   {"cart", 0.06},
                        {"help", 0.04}, {"docs", 0.03},      {"login", 0.02},   {"settings", 0.11}, {"pricing", 0.07}};
constexpr Part kBrowsers[]{{"chrome", 0.571}, {"safari", 0.213}, {"firefox", 0.129}, {"edge", 0.087}};

double bump(double hour, double centre, double width)
{
    return std::exp(-(hour - centre) * (hour - centre) / (2 * width * width));
}

} // namespace

ShowData::ShowData(qint64 nowMs, const QTimeZone &zone, quint32 seed)
    : m_nowMs(nowMs), m_zone(zone), m_random(seed), m_cube({u"eventType"_s, u"page"_s, u"browser"_s})
{
    double sum = 0;
    for (const Part &type : kTypes)
        for (const Part &page : kPages)
            for (const Part &browser : kBrowsers) {
                // Some go together: the shares of a page are not those of all.
                const double leaning = 1 + 0.5 * std::sin(double(m_shares.size()) * 1.7);
                sum += type.share * page.share * browser.share * leaning;
                m_shares.append(
                    {m_cube.intern({QLatin1String(type.name), QLatin1String(page.name), QLatin1String(browser.name)}),
                     sum});
            }
    for (Share &share : m_shares)
        share.upTo /= sum;

    for (int person = 1; person <= kPeople; ++person)
        m_people.append(userHash(QString::number(person)));

    const auto count = [this](Tier tier, qint64 fromMs, double expected) {
        double before = 0;
        for (const Share &share : std::as_const(m_shares)) {
            const qint64 events = poisson(expected * (share.upTo - before));
            before = share.upTo;
            if (events > 0)
                m_cube.addToTier(tier, fromMs, share.series, quint64(events));
        }
    };
    // Old days and quarters are drawn by themselves; the last days come from their minutes, so that views agree.
    const qint64 minutesFrom = (nowMs - kMinuteDays * kDay) / kDay * kDay;
    const qint64 quartersFrom = (nowMs - kQuarterDays * kDay) / kDay * kDay;
    for (qint64 day = (nowMs - kDays * kDay) / kDay * kDay; day < quartersFrom; day += kDay)
        count(Tier::Day, day, perMinute(day + kDay / 2) * 700);
    const auto both = [this](qint64 atMs, qint64 lengthMs, std::initializer_list<Tier> tiers) {
        double expected = 0;
        for (qint64 minute = atMs; minute < atMs + lengthMs; minute += kMinute)
            expected += perMinute(minute);
        double before = 0;
        for (const Share &share : std::as_const(m_shares)) {
            const qint64 events = poisson(expected * (share.upTo - before));
            before = share.upTo;
            for (const Tier tier : tiers) {
                const qint64 step = kTierStepMs[std::size_t(tier)];
                if (events > 0)
                    m_cube.addToTier(tier, atMs / step * step, share.series, quint64(events));
            }
        }
    };
    for (qint64 quarter = quartersFrom; quarter < minutesFrom; quarter += kQuarter)
        both(quarter, kQuarter, {Tier::Quarter, Tier::Day});
    const qint64 secondsFrom = (nowMs - 10 * kMinute) / kMinute * kMinute;
    for (qint64 minute = minutesFrom; minute < secondsFrom; minute += kMinute)
        both(minute, kMinute, {Tier::Minute, Tier::Quarter, Tier::Day});
    for (qint64 hour = (nowMs - kDays * kDay) / kDay * kDay; hour < minutesFrom; hour += 4 * kQuarter)
        addUsers(hour, perMinute(hour) * 2);
    for (qint64 minute = minutesFrom; minute < nowMs; minute += kMinute)
        addUsers(minute, perMinute(minute) / 6);
    QList<Cell> cells;
    for (qint64 second = secondsFrom; second < nowMs; second += 1'000)
        for (qint64 event = poisson(perMinute(second) / 60); event > 0; --event)
            cells.append({second / 1'000, draw(), 1});
    m_cube.add(cells);
}

double ShowData::perMinute(qint64 atMs) const
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(atMs, m_zone);
    const double hour = at.time().msecsSinceStartOfDay() / 3'600'000.0;
    const double ageDays = double(m_nowMs - atMs) / double(kDay);
    if (ageDays > 1.02 && ageDays < 1.041) // the silence
        return 0;
    double rhythm = 0.16 + bump(hour, 10.7, 2.1) + 0.95 * bump(hour, 14.8, 2.3) + 0.55 * bump(hour, 20.3, 1.7);
    if (at.date().dayOfWeek() >= 6)
        rhythm = 0.12 + 0.45 * rhythm;
    // Weeks differ a little from each other, hours from the day before.
    const double weather = 1 + 0.09 * std::sin(ageDays * 0.9) + 0.05 * std::sin(ageDays * 37);
    const double spike = 1 + 0.8 * bump(ageDays * 24, 4.3, 0.16);
    return 128 * rhythm * weather * spike * std::exp(-ageDays / 160);
}

// Some people come often, most of them seldom.
void ShowData::addUsers(qint64 atMs, double expected)
{
    for (qint64 event = poisson(expected); event > 0; --event) {
        const double place = std::pow(m_random.generateDouble(), 2.2);
        m_users.add(atMs / 1'000, m_people[qsizetype(place * double(m_people.size() - 1))]);
    }
}

SeriesIndex ShowData::draw()
{
    const double at = m_random.generateDouble();
    const auto share =
        std::lower_bound(m_shares.cbegin(), m_shares.cend(), at, [](const Share &s, double v) { return s.upTo < v; });
    return share == m_shares.cend() ? m_shares.last().series : share->series;
}

qint64 ShowData::poisson(double mean)
{
    if (mean <= 0)
        return 0;
    if (mean > 40) { // the normal curve is near enough
        const double angle = 6.283185307179586 * m_random.generateDouble();
        const double radius = std::sqrt(-2 * std::log(1 - m_random.generateDouble()));
        return std::max<qint64>(0, qint64(std::round(mean + std::sqrt(mean) * radius * std::cos(angle))));
    }
    const double limit = std::exp(-mean);
    double product = m_random.generateDouble();
    qint64 events = 0;
    for (; product > limit; ++events)
        product *= m_random.generateDouble();
    return events;
}

wire::Totals ShowData::totals() const
{
    return {m_cube.totalEvents(), m_cube.totalEvents() / 4'700};
}

wire::Tail ShowData::tail(int events)
{
    wire::Tail tail;
    tail.project = QStringLiteral("default");
    for (int i = 0; i < events; ++i) {
        const SeriesKey &key = m_cube.series()[draw()];
        const qint64 at = m_nowMs - 390LL * (events - i) + m_random.bounded(200);
        const QByteArray metadata = QByteArray(R"({"page":")") + key[1].toUtf8() + R"(","browser":")" +
                                    key[2].toUtf8() + R"(","ms":)" + QByteArray::number(m_random.bounded(12, 900)) +
                                    '}';
        const QUuid id(m_random.generate(), 0x7a11, 0x7bcd, 0x90, 1, 2, 3, 4, 5, 6, 7);
        tail.events.append({id.toString(QUuid::WithoutBraces), key[0], QString::number(m_random.bounded(1, 6'400)),
                            at - 40, at, metadata});
    }
    return tail;
}

void ShowData::advance(qint64 nowMs)
{
    QList<Cell> cells;
    for (qint64 second = m_nowMs / 1'000; second < nowMs / 1'000; ++second)
        for (qint64 event = poisson(perMinute(second * 1'000) / 60); event > 0; --event)
            cells.append({second, draw(), 1});
    m_cube.add(cells);
    for (qint64 second = m_nowMs; second < nowMs; second += 1'000)
        addUsers(second, perMinute(second) / 200);
    m_nowMs = nowMs;
}

} // namespace entvas::showcase
