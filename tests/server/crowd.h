#pragma once

#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"

#include <QTest>

namespace entvas::test {

using namespace Qt::StringLiterals;

constexpr int kServers = 3;

// Several servers of one database, each with a dashboard.
class Crowd
{
public:
    explicit Crowd(const DatabaseUrl &database) : url(database)
    {
        for (int i = 0; i < kServers; ++i) {
            servers.push_back(std::make_unique<TestServer>());
            servers.back()->settings.database = database;
            dashboards.push_back(nullptr);
        }
    }
    // In threads of their own.
    bool start()
    {
        for (int i = 0; i < kServers; ++i)
            if (!servers[std::size_t(i)]->start() || !watch(i))
                return false;
        return true;
    }
    bool watch(int i, bool tail = false)
    {
        auto &dashboard = dashboards[std::size_t(i)];
        dashboard = std::make_unique<LiveClient>(i % 2 ? wire::Format::Cbor : wire::Format::Json);
        if (!dashboard->open(servers[std::size_t(i)]->url))
            return false;
        dashboard->subscribe(tail);
        return dashboard->waitForPicture();
    }
    qint64 stored() const { return rowsOf(url, u"SELECT count(*) FROM events"_s).value(0).value(0).toLongLong(); }
    qint64 rejected() const
    {
        return rowsOf(url, u"SELECT coalesce(sum(count), 0) FROM minute_rejections"_s).value(0).value(0).toLongLong();
    }
    // All dashboards show what the database holds.
    bool agree(int ms = 10'000)
    {
        const qint64 events = stored();
        const qint64 refused = rejected();
        return spinUntil(
            [&] {
                return std::all_of(dashboards.begin(), dashboards.end(), [&](const auto &dashboard) {
                    return dashboard->totals.events == events && dashboard->totals.invalid == refused;
                });
            },
            ms);
    }
    // What is not the same everywhere, or no sum of SQL; empty = nothing. After agree().
    QString difference() const
    {
        QStringList said;
        for (const auto &dashboard : dashboards) {
            if (!dashboard->broken.isEmpty())
                said << dashboard->broken;
            const auto counts = countsOf(dashboard->cube);
            const auto first = countsOf(dashboards.front()->cube);
            for (auto it = first.cbegin(); it != first.cend(); ++it)
                if (counts.value(it.key()) != *it)
                    said << u"%1: %2 and %3"_s.arg(it.key()).arg(*it).arg(counts.value(it.key()));
            if (counts.size() != first.size())
                said << u"%1 and %2 cells"_s.arg(first.size()).arg(counts.size());
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            const auto users = dashboard->users.in({now - now % 86'400'000, now + 86'400'000});
            const qint64 stored =
                rowsOf(url, u"SELECT count(DISTINCT \"userId\") FROM events"_s).value(0).value(0).toLongLong();
            if (!users || std::abs(users->count - stored) > (users->isExact ? 0 : stored / 10))
                said << u"%1 users and %2"_s.arg(users ? users->count : -1).arg(stored);
        }
        for (const QStringList &row : rowsOf(url, u"SELECT \"eventType\", count(*) FROM events GROUP BY 1"_s)) {
            qint64 shown = 0;
            const auto counts = countsOf(dashboards.front()->cube);
            for (auto it = counts.cbegin(); it != counts.cend(); ++it)
                if (it.key().startsWith(u"86400000 "_s) && it.key().section(u' ', 2).section(u'/', 0, 0) == row[0])
                    shown += *it;
            if (shown != row[1].toLongLong())
                said << u"%1: %2 shown, %3 stored"_s.arg(row[0]).arg(shown).arg(row[1]);
        }
        return said.mid(0, 5).join(u"; "_s);
    }
    QList<quint16> ports() const
    {
        QList<quint16> all;
        for (const auto &server : servers)
            all << quint16(server->url.port());
        return all;
    }
    double metric(int i, const QByteArray &name)
    {
        return MetricsText(servers[std::size_t(i)]->get(u"/metrics"_s).body).value(name);
    }

    DatabaseUrl url;
    std::vector<std::unique_ptr<TestServer>> servers;
    std::vector<std::unique_ptr<LiveClient>> dashboards;
};

#define ENTVAS_VERIFY_AGREED(crowd, ms)                                                                                \
    do {                                                                                                               \
        const bool agreed = (crowd).agree(ms);                                                                         \
        QString shown;                                                                                                 \
        for (const auto &dashboard : (crowd).dashboards)                                                               \
            shown += u" %1/%2"_s.arg(dashboard->totals.events).arg(dashboard->totals.invalid);                         \
        QVERIFY2(agreed,                                                                                               \
                 qPrintable(u"%1/%2 stored, shown:%3"_s.arg((crowd).stored()).arg((crowd).rejected()).arg(shown)));    \
        QCOMPARE((crowd).difference(), QString());                                                                     \
    } while (false)

inline void spin(int ms)
{
    spinUntil([] { return false; }, ms);
}

} // namespace entvas::test
