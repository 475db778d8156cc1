#include "app/samples/sampleevents.h"

#include "app/samples/weighted.h"
#include "core/base/isotime.h"

#include <QDateTime>
#include <QTimeZone>

#include <array>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Unequal: a chart with a shape shows more than five equal bars.
constexpr std::array kTypes{Weighted{"page_view", 44}, Weighted{"user_message", 22}, Weighted{"log", 14},
                            Weighted{"user_joined", 12}, Weighted{"user_disconnect", 8}};
constexpr std::array kLivePages{Weighted{"home", 40}, Weighted{"dashboard", 32}, Weighted{"profile", 18},
                                Weighted{"settings", 10}};
constexpr std::array kLiveBrowsers{Weighted{"chrome", 56}, Weighted{"safari", 20}, Weighted{"firefox", 16},
                                   Weighted{"edge", 8}};
constexpr int kUsers = 999;

static_assert(sum(kTypes) == 100 && sum(kLivePages) == 100 && sum(kLiveBrowsers) == 100);

template <std::size_t N>
QString nameOf(const std::array<Weighted, N> &choices, int percent)
{
    return QString::fromLatin1(choices[std::size_t(pick(choices, percent))].name);
}

} // namespace

QJsonObject SampleEvents::valid(qint64 nowMs)
{
    const QString type = nameOf(kTypes, m_random.bounded(100));
    const QString page = nameOf(kLivePages, m_random.bounded(100));
    const QString browser = nameOf(kLiveBrowsers, m_random.bounded(100));
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
