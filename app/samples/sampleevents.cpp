#include "app/samples/sampleevents.h"

#include "core/base/isotime.h"

#include <QDateTime>
#include <QTimeZone>

#include <array>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// How often each is seen, out of 100: a chart with a shape shows more than five equal bars.
struct Weighted {
    const char16_t *name;
    int share;
};
constexpr std::array kTypes{Weighted{u"page_view", 44}, Weighted{u"user_message", 22}, Weighted{u"log", 14},
                            Weighted{u"user_joined", 12}, Weighted{u"user_disconnect", 8}};
constexpr std::array kPages{Weighted{u"home", 40}, Weighted{u"dashboard", 32}, Weighted{u"profile", 18},
                            Weighted{u"settings", 10}};
constexpr std::array kBrowsers{Weighted{u"chrome", 56}, Weighted{u"safari", 20}, Weighted{u"firefox", 16},
                               Weighted{u"edge", 8}};
constexpr int kUsers = 999;

template <std::size_t N>
constexpr int sum(const std::array<Weighted, N> &choices)
{
    int total = 0;
    for (const Weighted &choice : choices)
        total += choice.share;
    return total;
}
static_assert(sum(kTypes) == 100 && sum(kPages) == 100 && sum(kBrowsers) == 100);

template <std::size_t N>
QString pick(const std::array<Weighted, N> &choices, int percent)
{
    for (const Weighted &choice : choices) {
        percent -= choice.share;
        if (percent < 0)
            return QString::fromUtf16(choice.name);
    }
    return QString::fromUtf16(choices.back().name);
}

} // namespace

QJsonObject SampleEvents::valid(qint64 nowMs)
{
    const QString type = pick(kTypes, m_random.bounded(100));
    const QString page = pick(kPages, m_random.bounded(100));
    const QString browser = pick(kBrowsers, m_random.bounded(100));
    return {{u"eventType"_s, type},
            {u"userId"_s, QString::number(m_random.bounded(1, kUsers + 1))},
            {u"timestamp"_s, QString::fromLatin1(isoFromMs(nowMs))},
            {u"metadata"_s, QJsonObject{{u"page"_s, page}, {u"browser"_s, browser}}}};
}

QJsonObject SampleEvents::invalid()
{
    return {{u"eventType"_s, u"invalid_type"_s},
            {u"userId"_s, u"invalid_user"_s},
            {u"timestamp"_s, u"invalid-timestamp"_s}};
}

} // namespace entvas
